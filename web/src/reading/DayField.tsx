/**
 * A day to be typed or picked. It is taken with Enter or by the button beside it, and at no other time: whoever
 * leaves the field for the button, or to look something up, may not have typed the whole of it.
 */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useWords } from "./context";
import { isDay } from "./moment";

/** Earlier years are such as stand in the field while one is being typed. */
const FIRST_YEAR = 1000;

interface DayFieldProps {
  /** Its parameter in the address. */
  name: string;
  label: string;
  /** A day, or nothing. */
  value: string;
  onChoose: (day: string) => void;
}

export function DayField({ name, label, value, onChoose }: DayFieldProps) {
  const words = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [isChanged, setChanged] = useState(false);
  const [fault, setFault] = useState("");

  useEffect(() => {
    if (input.current && input.current.value !== value) input.current.value = value;
    setChanged(false);
  }, [value]);

  function changed() {
    const { value: typed, validity } = input.current!;
    setFault("");
    setChanged(validity.badInput || typed !== value);
  }

  function take() {
    const { value: typed, validity } = input.current!;
    if (validity.badInput) return setFault(words.dayNotWhole);
    if (typed !== "" && (!isDay(typed) || Number(typed.slice(0, 4)) < FIRST_YEAR)) {
      return setFault(words.yearNotWhole);
    }
    setFault("");
    if (typed !== value) onChoose(typed);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take();
  }

  return (
    <span className="day">
      <label>
        {label}{" "}
        <input
          type="date"
          name={name}
          ref={input}
          defaultValue={value}
          min={`${FIRST_YEAR}-01-01`}
          max="9999-12-31"
          onChange={changed}
          onKeyDown={onKeyDown}
        />
      </label>
      {isChanged && <button type="button" onClick={take}>{words.show}</button>}
      {fault && <span role="alert" className="fault">{fault}</span>}
    </span>
  );
}
