/** What the members of one form share. */
import { createContext, useContext } from "react";
import type { FaultFragment } from "../generated";
import type { Members } from "../record/content";
import type { Titles } from "../record/titles";
import type { Surroundings } from "./finding";

export interface FormState {
  readonly values: Members;
  readonly set: (changes: Members) => void;
  readonly faults: readonly FaultFragment[];
  readonly leaves: readonly string[];
  readonly titles: Titles;
  /** Remembers what a key is called, before anybody is asked. */
  readonly note: (title: string, member: string, key: string) => void;
  /** Says that a member has something half made in it, or no longer: until then, the form is not sent. */
  readonly hold: (path: string, isHeld: boolean) => void;
  readonly near: Surroundings | null;
  /** Evidence for the words that are selected in the article now; null if none are. */
  readonly takeSelected: (() => Members | null) | null;
}

export const FormContext = createContext<FormState | null>(null);

export function useForm(): FormState {
  const form = useContext(FormContext);
  if (!form) throw new Error("a member stands outside of a form");
  return form;
}
