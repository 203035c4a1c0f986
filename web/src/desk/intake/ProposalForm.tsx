/** The form of a proposal: its draft filled in, and what a curator has to write empty. */
import { useMemo, useRef } from "react";
import { type FormOf, FORMS, isRequired } from "../forms/fields";
import type { Surroundings } from "../forms/finding";
import { RecordForm } from "../forms/RecordForm";
import type { Noun } from "../generated";
import { NOUNS, titleOf } from "../nouns";
import { may } from "../session/session";
import type { Members } from "../record/content";
import { type Accepted, acceptProposal, inPlaceOf } from "./accepting";
import type { Proposed, Read } from "./reading";

interface ProposalFormProps {
  readonly read: Read;
  readonly proposal: Proposed;
  readonly noun: Noun;
  /** What is corrected of the article; null once it is stored. */
  readonly article: Members | null;
  /** The day of the article, in EDTF. */
  readonly day: string | null;
  /** Told what it became, and what to say of it. */
  readonly onSaved: (accepted: Pick<Accepted, "became">, said: string) => Promise<void>;
  readonly onClose: () => void;
}

export function ProposalForm({ read, proposal, noun, article, day, onSaved, onClose }: ProposalFormProps) {
  const { intake, proposals, known } = read;
  const accepted = useRef<Pick<Accepted, "became">>({ became: [] });
  const isAdded = proposal.about !== null && proposal.writes === noun;
  const start = useMemo(() => startOf(read, proposal, noun, day), [proposal.key, noun]);
  const form = useMemo(() => (isAdded ? formOfAdded(proposal, noun) : FORMS[noun]), [proposal.key, noun]);
  const near = useMemo<Surroundings>(() => surroundingsOf(read, proposal, day), [proposal.key, day]);
  const drafted = proposal.creates === noun ? proposal.members : {};
  const names = form.fields.map(({ name }) => name);
  const writes = names.includes("gist") || names.includes("title");
  return (
    <RecordForm
      noun={noun}
      title={isAdded ? `What is added to a ${NOUNS[noun].one}` : `Proposed ${NOUNS[noun].one}`}
      form={form}
      draftId={`proposal ${proposal.key} ${noun}`}
      start={start}
      existing={null}
      isPublished={isAdded && may("EDITOR") && proposal.about?.curation === "ACCEPTED"}
      near={near}
      takeSelected={null}
      known={known}
      write={async (input) => (accepted.current = await acceptProposal({ intake: intake.key, proposal, proposals, article, noun }, inPlaceOf(drafted, input, names)))}
      onSaved={({ curation }) => void onSaved(accepted.current, isAdded ? "It is added" : `The ${NOUNS[noun].one} is ${curation === "ACCEPTED" ? "saved and accepted" : "proposed"}`)}
      onClose={onClose}
    >
      {proposal.about && isAdded && <p>It is added to <bdi>{titleOf(proposal.about)}</bdi>, which says for the rest what it says.</p>}
      <p className="hint">Why it is proposed: {proposal.reasons.join("; ")}.</p>
      {writes && (
        <p className="notice">
          The title and what it says are empty because they are to be in your own words: the article’s belong to its publisher.
          Eight of its words in a row are refused.
        </p>
      )}
    </RecordForm>
  );
}

/** What stands in the form at first. */
function startOf(read: Read, proposal: Proposed, noun: Noun, day: string | null): Members {
  const { about, members, writes } = proposal;
  if (writes !== noun) return { ...reportedOn(noun, day), evidence: evidenceOf(read, proposal) };
  return about ? { evidence: evidenceOf(read, proposal), ...members } : { ...reportedOn(noun, day), ...members };
}

/** The form of what is added to a stored record: its words, and of a meeting the day that they tell. */
function formOfAdded({ kind }: Proposed, noun: Noun): FormOf {
  const { type, fields } = FORMS[noun];
  return { type, fields: fields.filter(({ name }) => name === "evidence" || (name === "date" && kind === "MEETING_DATE")) };
}

/** The day of the report, where a record has to have a day and nothing tells a better one. */
function reportedOn(noun: Noun, day: string | null): Members {
  const { type, fields } = FORMS[noun];
  const dates = fields.filter(({ name, kind }) => kind === "date" && isRequired(type, name));
  return day ? Object.fromEntries(dates.map(({ name }) => [name, { edtf: day, basis: "REPORT_DAY" }])) : {};
}

/** The words of a proposal that has no draft, as evidence. */
function evidenceOf({ intake }: Read, { spans }: Proposed): readonly Members[] {
  return spans.map(({ start, end }) => ({ article: intake.articleKey, selector: { start, end }, mode: "REPORTER_VOICE" }));
}

/** The pickers offer whom the proposal may mean first, and then whom the others name. */
function surroundingsOf({ intake, proposals }: Read, proposal: Proposed, day: string | null): Surroundings {
  const named = [proposal, ...proposals].flatMap(({ candidates }) =>
    candidates.flatMap(({ key, name, member }) => (key && member !== "sameAs" && member !== "target" ? [{ key, name }] : [])),
  );
  const date = (JSON.parse(intake.articleDraft) as { datePublished?: { earliest?: string; latest?: string } }).datePublished;
  return {
    // As it was corrected, where it is a whole day: `last Friday` is seen from it.
    earliest: day && /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : (date?.earliest ?? null),
    latest: date?.latest ?? null,
    parties: [...new Map(named.map((one) => [one.key, one])).values()],
    words: proposal.spans.map(({ exact }) => exact).join(" "),
  };
}
