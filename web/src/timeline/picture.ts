/** A timeline as a file: one SVG that needs no stylesheet, or the same as PNG. */
import { isolated } from "../answers/directions";
import { save } from "../answers/files";
import { wrapped } from "./layout";

const SVG = "http://www.w3.org/2000/svg";

/** What the stylesheet decides of the drawing; everything else stands in the elements. */
const STYLED = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "stroke-linecap",
  "opacity", "font-family", "font-size", "font-weight", "paint-order", "display",
];

const LARGEST = 16_000;

/** What is written into a picture: above it what it shows, below it the day, the source and the address. */
export interface Caption {
  readonly title: string;
  readonly lines: readonly string[];
}

const TITLE = { size: 17, line: 24, character: 8.9 };
const BELOW = { size: 12, line: 18, character: 6.4 };
const EDGE = 14;

/** The drawings of a chart below each other, between the lines of its caption, in the colours of the page. */
export function picture(root: HTMLElement, caption: Caption): SVGSVGElement {
  const parts = [...root.querySelectorAll<SVGSVGElement>(":scope > svg, :scope > .timeline-drawing > svg")];
  const width = Math.max(...parts.map((part) => part.width.baseVal.value));
  const title = wrapped(caption.title, Math.floor((width - 2 * EDGE) / TITLE.character));
  const below = caption.lines.flatMap((line) => wrapped(line, Math.floor((width - 2 * EDGE) / BELOW.character)));
  const top = title.length * TITLE.line + EDGE;
  const drawn = parts.reduce((sum, part) => sum + part.height.baseVal.value, 0);
  const height = top + drawn + (below.length > 0 ? below.length * BELOW.line + EDGE : 0);
  const whole = document.createElementNS(SVG, "svg");
  whole.setAttribute("xmlns", SVG);
  whole.setAttribute("width", String(width));
  whole.setAttribute("height", String(height));
  whole.setAttribute("viewBox", `0 0 ${width} ${height}`);
  whole.append(made("title", {}, caption.title));
  whole.append(made("rect", { width: "100%", height: "100%", fill: groundOf(root) }));
  const ink = getComputedStyle(root).color;
  title.forEach((line, index) => whole.append(written(line, EDGE + index * TITLE.line, TITLE.size, "600", ink)));
  below.forEach((line, index) => whole.append(written(line, top + drawn + index * BELOW.line, BELOW.size, "400", ink)));
  let y = top;
  for (const part of parts) {
    const group = made("g", { transform: `translate(0 ${y})` });
    for (const child of part.children) group.append(styledCopy(child));
    whole.append(group);
    y += part.height.baseVal.value;
  }
  return whole;
}

function written(text: string, top: number, size: number, weight: string, fill: string): SVGElement {
  const place = { x: String(EDGE), y: String(top + size), fill };
  return made("text", { ...place, "font-family": "system-ui, sans-serif", "font-size": String(size), "font-weight": weight }, isolated(text));
}

function made(tag: string, attributes: Record<string, string>, text = ""): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

function groundOf(element: HTMLElement | null): string {
  if (element === null) return "white";
  const { backgroundColor } = getComputedStyle(element);
  return /^rgba\(.*, 0\)$|^transparent$/.test(backgroundColor) ? groundOf(element.parentElement) : backgroundColor;
}

const INTERACTIVE = /^(class|role|tabindex|data-mark|aria-.*)$/;

function styledCopy(original: Element): Element {
  const copy = original.cloneNode(false) as Element;
  if (original.parentElement?.tagName !== "defs") {
    const styles = getComputedStyle(original);
    for (const property of STYLED) {
      const value = styles.getPropertyValue(property);
      // A pattern that fills is named by an address, which must stay one within the file.
      if (value && !value.startsWith("url(")) copy.setAttribute(property, value);
    }
  }
  for (const name of copy.getAttributeNames()) if (INTERACTIVE.test(name)) copy.removeAttribute(name);
  for (const child of original.childNodes) {
    copy.append(child instanceof Element ? styledCopy(child) : child.cloneNode());
  }
  return copy;
}

/** Saves it as `name.svg`. */
export function downloadSvg(root: HTMLElement, name: string, caption: Caption): void {
  save(new Blob([svgText(root, caption)], { type: "image/svg+xml" }), `${name}.svg`);
}

/** Saves it as `name.png`, twice as large as on the page where that is not too large for a browser. */
export async function downloadPng(root: HTMLElement, name: string, caption: Caption): Promise<void> {
  const image = new Image();
  // A data: URL, which the page's policy lets images be.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(root, caption))}`;
  await image.decode();
  const scale = Math.min(2, LARGEST / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = image.width * scale;
  canvas.height = image.height * scale;
  const context = canvas.getContext("2d")!;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob) save(blob, `${name}.png`);
}

function svgText(root: HTMLElement, caption: Caption): string {
  return new XMLSerializer().serializeToString(picture(root, caption));
}
