/** A day to be typed or picked. It is taken when it is whole: with Enter, a button, or on leaving. */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { isDay } from "./moment";

/** Earlier years are such as stand in the field while one is being typed. */
const FIRST_YEAR = 1000;

interface DayFieldProps {
  label: string;
  /** A day, or nothing. */
  value: string;
  onChoose: (day: string) => void;
}

export function DayField({ label, value, onChoose }: DayFieldProps) {
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
    if (validity.badInput) return setFault("The day is not whole yet.");
    if (typed !== "" && (!isDay(typed) || Number(typed.slice(0, 4)) < FIRST_YEAR)) {
      return setFault("The year has four digits, such as 2024.");
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
          ref={input}
          defaultValue={value}
          min={`${FIRST_YEAR}-01-01`}
          max="9999-12-31"
          onChange={changed}
          onBlur={take}
          onKeyDown={onKeyDown}
        />
      </label>
      {isChanged && <button type="button" onClick={take}>Show</button>}
      {fault && <span role="alert" className="fault">{fault}</span>}
    </span>
  );
}
