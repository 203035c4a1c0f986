/**
 * An article's text with all that rests on it. A caret can be put into it, and words be selected by mouse and
 * by keyboard; nothing in it can be changed.
 */
import { memo, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { directionOf } from "../../answers/directions";
import { cutText, type Piece, type Span, trimSelection, unitAt } from "./spans";

export interface Selected {
  /** UTF-16 units of the text. */
  readonly start: number;
  readonly end: number;
}

interface ArticleTextProps {
  readonly text: string;
  readonly lang: string;
  readonly spans: readonly Span[];
  /** Told of a selection; of none once the caret stands somewhere in the text. */
  readonly onSelect: (selected: Selected | null) => void;
  readonly onOpen: (id: string) => void;
}

export const ArticleText = memo(function ArticleText({ text, lang, spans, onSelect, onOpen }: ArticleTextProps) {
  const root = useRef<HTMLDivElement>(null);
  const paragraphs = useMemo(() => cutText(text, spans), [text, spans]);

  useEffect(() => {
    const element = root.current!;
    const refuse = (event: Event) => event.preventDefault();
    const events = ["beforeinput", "drop", "paste", "cut", "dragstart"];
    for (const name of events) element.addEventListener(name, refuse);
    return () => events.forEach((name) => element.removeEventListener(name, refuse));
  }, []);

  const held = useRef<Selected | null>(null);

  useEffect(() => {
    function onSelectionChange() {
      const selection = document.getSelection();
      const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
      held.current = null;
      if (!range || !root.current?.contains(range.commonAncestorContainer)) return;
      const [start, end] = [unitAt(range.startContainer, range.startOffset), unitAt(range.endContainer, range.endOffset)];
      held.current = start === null || end === null ? null : trimSelection(text, start, end);
      onSelect(held.current);
    }
    document.addEventListener("selectionchange", onSelectionChange);
    return () => document.removeEventListener("selectionchange", onSelectionChange);
  }, [text, onSelect]);

  // Where the text is cut anew because something else rests on it, what was selected stays selected.
  useLayoutEffect(() => {
    const range = held.current && rangeOf(held.current);
    if (!range) return;
    document.getSelection()?.removeAllRanges();
    document.getSelection()?.addRange(range);
  }, [paragraphs]);

  return (
    <div
      ref={root}
      className="article-text"
      lang={lang}
      role="textbox"
      aria-label="The article’s text"
      aria-multiline="true"
      aria-readonly="true"
      aria-describedby="article-text-hint"
      tabIndex={0}
      contentEditable
      suppressContentEditableWarning
      spellCheck={false}
      inputMode="none"
      data-keys
      onClick={(event) => {
        const id = (event.target as HTMLElement).closest<HTMLElement>("mark")?.dataset["of"];
        if (id && document.getSelection()?.isCollapsed) onOpen(id);
      }}
    >
      {paragraphs.map(({ start, pieces }) => (
        <p key={start} dir={directionOf(pieces.map((piece) => piece.text).join(""), lang)} data-at={start}>
          {pieces.map((piece) => <DrawnPiece key={piece.start} piece={piece} />)}
        </p>
      ))}
    </div>
  );
});

function DrawnPiece({ piece: { start, text, over } }: { piece: Piece }) {
  const resting = over.filter(({ look }) => !look.startsWith("on-parties"));
  const top = resting[0] ?? over[0];
  if (!top) return <span data-at={start}>{text}</span>;
  const looks = [top.look, resting.length > 1 && "several", resting.length > 0 && resting.length < over.length && "named"];
  return <mark data-at={start} data-of={top.id} className={looks.filter(Boolean).join(" ")}>{text}</mark>;
}

/** Shows words as chosen while a form has the focus, where the browser can do that. */
export function showChosen(selected: Selected | null): void {
  if (typeof Highlight === "undefined") return;
  const range = selected && rangeOf(selected);
  if (range) CSS.highlights.set("chosen", new Highlight(range));
  else CSS.highlights.delete("chosen");
}

/** Selects words, and brings them into view. */
export function selectWords(selected: Selected): void {
  const range = rangeOf(selected);
  if (!range) return;
  const text = document.querySelector<HTMLElement>(".article-text");
  text?.focus({ preventScroll: true });
  const selection = document.getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
  range.startContainer.parentElement?.scrollIntoView({ block: "center" });
}

function rangeOf({ start, end }: Selected): Range | null {
  const [from, to] = [placeOf(start, false), placeOf(end, true)];
  if (!from || !to) return null;
  const range = document.createRange();
  range.setStart(...from);
  range.setEnd(...to);
  return range;
}

/** The place in the page of a place in the text; at a border, of the piece before it or after it. */
function placeOf(unit: number, isEnd: boolean): [Node, number] | null {
  const pieces = [...document.querySelectorAll<HTMLElement>(".article-text p > [data-at]")];
  const piece = pieces.findLast(({ dataset }) => (isEnd ? Number(dataset["at"]) < unit : Number(dataset["at"]) <= unit));
  const text = piece?.firstChild;
  if (!piece || !text) return null;
  return [text, Math.min(unit - Number(piece.dataset["at"]), text.textContent?.length ?? 0)];
}
