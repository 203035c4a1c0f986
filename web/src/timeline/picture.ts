/** A timeline as a file: one SVG that needs no stylesheet, or the same as PNG. */
import { save } from "../answers/files";

const SVG = "http://www.w3.org/2000/svg";

/** What the stylesheet decides of the drawing; everything else stands in the elements. */
const STYLED = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "stroke-linecap",
  "opacity", "font-family", "font-size", "font-weight", "paint-order", "display",
];

const LARGEST = 16_000;

/** The axis, the lanes and the legend below each other, with the colours they have on the page. */
export function picture(root: HTMLElement, name: string): SVGSVGElement {
  const parts = [...root.querySelectorAll<SVGSVGElement>(":scope > svg")];
  const width = Math.max(...parts.map((part) => part.width.baseVal.value));
  const height = parts.reduce((sum, part) => sum + part.height.baseVal.value, 0);
  const whole = document.createElementNS(SVG, "svg");
  whole.setAttribute("xmlns", SVG);
  whole.setAttribute("width", String(width));
  whole.setAttribute("height", String(height));
  whole.setAttribute("viewBox", `0 0 ${width} ${height}`);
  whole.append(made("title", {}, name));
  whole.append(made("rect", { width: "100%", height: "100%", fill: groundOf(root) }));
  let y = 0;
  for (const part of parts) {
    const group = made("g", { transform: `translate(0 ${y})` });
    for (const child of part.children) group.append(styledCopy(child));
    whole.append(group);
    y += part.height.baseVal.value;
  }
  return whole;
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

const INTERACTIVE = ["class", "role", "tabindex", "aria-label", "data-mark"];

function styledCopy(original: Element): Element {
  const copy = original.cloneNode(false) as Element;
  if (original.closest("defs") === null || original.parentElement?.tagName !== "defs") {
    const styles = getComputedStyle(original);
    for (const property of STYLED) {
      const value = styles.getPropertyValue(property);
      // A pattern that fills is named by an address, which must stay one within the file.
      if (value && !value.startsWith("url(")) copy.setAttribute(property, value);
    }
  }
  for (const attribute of INTERACTIVE) copy.removeAttribute(attribute);
  for (const child of original.childNodes) {
    copy.append(child instanceof Element ? styledCopy(child) : child.cloneNode());
  }
  return copy;
}

export function downloadSvg(root: HTMLElement, name: string): void {
  save(new Blob([svgText(root, name)], { type: "image/svg+xml" }), `${name}.svg`);
}

export async function downloadPng(root: HTMLElement, name: string): Promise<void> {
  const image = new Image();
  // A data: URL, which the page's policy lets images be.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(root, name))}`;
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

function svgText(root: HTMLElement, name: string): string {
  return new XMLSerializer().serializeToString(picture(root, name));
}
