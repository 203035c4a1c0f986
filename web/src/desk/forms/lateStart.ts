/** What a form begins with may be found after it is open: whom a text names is looked up beside. */
import { type Dispatch, type SetStateAction, useEffect, useRef } from "react";
import { type Members, mergeEdits } from "../record/content";

/**
 * Fills in what was found later, in the members of a new record that nobody has touched. What others wrote of
 * one that is there is a conflict, and not filled in.
 */
export function useLateStart(start: Members, isNew: boolean, setValues: Dispatch<SetStateAction<Members>>): void {
  const before = useRef(start);
  useEffect(() => {
    const known = before.current;
    if (known === start || !isNew) return;
    before.current = start;
    setValues((mine) => mergeEdits(known, mine, start).members);
  }, [start, isNew, setValues]);
}
