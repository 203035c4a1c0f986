/** What every sort of member of a form is given. */
import type { Members } from "../../record/content";
import type { Field } from "../fields";

/** The part of a form in which a member stands. */
export interface Place {
  readonly type: string;
  readonly path: string;
  readonly values: Members;
  readonly set: (changes: Members) => void;
}

export interface MemberProps {
  readonly field: Field;
  readonly value: unknown;
  readonly set: (value: unknown) => void;
  /** What stands beside it. */
  readonly place: Place;
  readonly path: string;
  readonly describedBy: string | undefined;
  readonly needed: boolean;
  readonly isInvalid: boolean;
}

export function attributesOf({ describedBy, isInvalid, needed }: MemberProps) {
  return { "aria-describedby": describedBy, "aria-invalid": isInvalid || undefined, "aria-required": needed || undefined };
}
