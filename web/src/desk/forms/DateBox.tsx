/** A date as people write it, in words or EDTF. What it was understood as is said back; nothing is guessed. */
import { useEffect, useId, useState } from "react";
import { useSettled } from "../../reading/settled";
import { dayInWords, dayOf } from "../../timeline/dates";
import { ask } from "../api";
import { VALUES } from "../definitions/generated";
import { type ReadAsFragment, ReadDateDocument, type ReadDateQuery } from "../generated";
import type { Members } from "../record/content";
import { wordsOfDate } from "./dates";
import { Folded } from "./Folded";

interface DateBoxProps {
  readonly label: string;
  readonly value: Members;
  readonly onChange: (date: Members | null) => void;
  /** The day from which `last Friday` is seen: that of the article. */
  readonly on: string | null;
  /** The last day that it can mean. */
  readonly upTo?: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
}

type Reading = ReadDateQuery["fuzzyDate"];

export function DateBox({ label, value, onChange, on, upTo, attributes }: DateBoxProps) {
  const id = useId();
  const edtf = String(value["edtf"] ?? "");
  const [typed, setTyped] = useState(edtf);
  const [reading, setReading] = useState<Reading | null>(null);
  const settled = useSettled(typed.trim());
  const isEdtf = wordsOfDate(settled) !== "";

  // A draft, a version of somebody else or a suggestion may be put in from outside.
  const [sent, setSent] = useState(edtf);
  useEffect(() => {
    if (edtf !== sent) {
      setTyped(edtf);
      setSent(edtf);
    }
  }, [edtf]);

  function give(date: Members | null) {
    setSent(String(date?.["edtf"] ?? ""));
    onChange(date);
  }

  useEffect(() => {
    setReading(null);
    if (settled === "" || settled !== typed.trim() || isEdtf || settled === "unknown") return;
    const request = new AbortController();
    ask(ReadDateDocument, { text: settled.slice(0, 100), on }, request.signal).then(
      ({ fuzzyDate }) => {
        setReading(fuzzyDate);
        if (fuzzyDate.date) take(fuzzyDate.date);
      },
      () => {}, // saving it says what is wrong
    );
    return () => request.abort();
  }, [settled]);

  function take({ edtf: read, certainty, basis }: ReadAsFragment) {
    give({ ...value, edtf: read, certainty, basis, statedAs: typed.trim() });
  }

  function chooseMeaning(meaning: ReadAsFragment) {
    take(meaning);
    setTyped(meaning.edtf);
  }

  function type(text: string) {
    setTyped(text);
    const { edtf: _edtf, certainty: _certainty, ...rest } = value;
    give(text.trim() === "" ? null : { ...rest, edtf: text.trim() });
  }

  const alternatives = (reading?.alternatives ?? []).filter(({ date: { earliest } }) => !upTo || !earliest || earliest <= upTo);

  return (
    <div className="date">
      <input
        {...attributes}
        aria-label={label}
        aria-describedby={`${id}-understood ${String(attributes["aria-describedby"] ?? "")}`}
        placeholder="2024-05-02, May 2024, last Friday, some time in 2024"
        spellCheck={false}
        autoComplete="off"
        dir="auto"
        value={typed}
        onChange={(event) => type(event.target.value)}
      />
      <p id={`${id}-understood`} className="understood" role="status">{understood(settled, reading)}</p>
      {reading && alternatives.length > 0 && (
        <p className="alternatives">
          {reading.date ? "Or is it: " : "Which is meant? "}
          {alternatives.map(({ date, sentence }) => (
            <button key={date.edtf} type="button" className="quiet" title={sentence} onClick={() => chooseMeaning(date)}>{wordsOfDate(date.edtf) || date.edtf}</button>
          ))}
        </p>
      )}
      {edtf !== "" && (
        <Folded className="rare" summary={`How it is known: ${sayBasis(String(value["basis"] ?? "STATED"))}`}>
          {() => (
            <>
              <label>
                How it is known
                <select value={String(value["basis"] ?? "STATED")} onChange={(event) => give({ ...value, basis: event.target.value })}>
                  {(VALUES["DateBasis"] ?? []).map(([one, says]) => <option key={one} value={one}>{says}</option>)}
                </select>
              </label>
              <label>
                Words in the source
                <input dir="auto" value={String(value["statedAs"] ?? "")} onChange={(event) => give({ ...value, statedAs: event.target.value || null })} />
              </label>
            </>
          )}
        </Folded>
      )}
    </div>
  );
}

function understood(typed: string, reading: Reading | null): string {
  if (reading) return `${reading.sentence}${reading.date ? ` ${boundsOf(reading.date)}` : ""}`;
  const words = wordsOfDate(typed);
  return words && `Understood as ${words}.`;
}

/** The first and the last day, where they are not the same. */
function boundsOf({ edtf, earliest, latest }: ReadAsFragment): string {
  const [first, last] = [dayOf(earliest ?? ""), dayOf(latest ?? "")];
  if (first === null || last === null || first === last) return `(${edtf})`;
  return `(${edtf}: ${dayInWords(first)} to ${dayInWords(last)})`;
}

function sayBasis(basis: string): string {
  return VALUES["DateBasis"]?.find(([one]) => one === basis)?.[1].replace(/\.$/, "").toLowerCase() ?? basis;
}
