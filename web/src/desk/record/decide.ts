/** Decisions about records: what is done, what is said of it, and how it is taken back. */
import { isolated } from "../../answers/directions";
import { inSentence } from "../../timeline/kinds";
import { Refused, send } from "../api";
import { type EffectFragment, type FaultFragment, type Noun, type ReviewAction, ReviewDocument } from "../generated";
import { notify } from "../notices";

export interface Chosen {
  readonly noun: Noun;
  readonly key: string;
  readonly expectedVersion?: number;
}

const DONE: Readonly<Record<ReviewAction, string>> = {
  SUBMIT: "handed in",
  ACCEPT: "accepted",
  REJECT: "rejected",
  RETRACT: "retracted",
  REOPEN: "opened again",
};

/** What takes a decision back. What was published is not unsaid: it is retracted. */
const INVERSE: Readonly<Partial<Record<ReviewAction, ReviewAction>>> = {
  ACCEPT: "RETRACT",
  REJECT: "REOPEN",
  RETRACT: "ACCEPT",
};

const TAKEN_BACK = "Taken back right after it was decided.";

/** Reviews records and says so; null if it was done, else what is wrong. */
export async function decide(
  action: ReviewAction,
  records: readonly Chosen[],
  reason: string | null = null,
): Promise<readonly FaultFragment[] | null> {
  const { userErrors, effects } = await send(ReviewDocument, { action, records: [...records], reason });
  if (userErrors.length > 0) return userErrors;
  const said = `${records.length === 1 ? "1 record" : `${records.length} records`} ${DONE[action]}`;
  const inverse = INVERSE[action];
  notify(
    [said, ...effects.slice(0, 3).map(effectWords)].join(". "),
    inverse ? () => takeBack(inverse, records) : null,
  );
  return null;
}

async function takeBack(action: ReviewAction, records: readonly Chosen[]): Promise<string> {
  const again = records.map(({ noun, key }) => ({ noun, key }));
  const { userErrors } = await send(ReviewDocument, { action, records: again, reason: TAKEN_BACK });
  if (userErrors[0]) throw new Refused(userErrors[0].message);
  return `Taken back: ${again.length === 1 ? "it is" : "they are"} ${DONE[action]}`;
}

/** `Community lab: No follow-up becomes In progress`. */
export function effectWords({ trackable, before, after }: EffectFragment): string {
  const name = isolated(trackable?.title ?? "A record");
  if (!before) return `${name}: begins as ${inSentence(after ?? "")}`;
  return after ? `${name}: ${inSentence(before)} becomes ${inSentence(after)}` : `${name}: no status is shown any more`;
}
