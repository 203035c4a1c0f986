/** The members of a form, each with what it means, what is wrong with it, and what would be right. */
import { type ReactNode, useId, useRef, useState } from "react";
import type { FaultFragment } from "../generated";
import type { Members } from "../record/content";
import { labelOf } from "../record/words";
import { useForm } from "./context";
import { EvidenceWords } from "./EvidenceWords";
import { sayFault } from "./faultWords";
import { faultsAt, type Field, isEmpty, isRequired, saysOf } from "./fields";
import { Folded } from "./Folded";
import { ChoiceMember } from "./members/ChoiceMember";
import { DateMember } from "./members/DateMember";
import { KeyMember, KeysMember } from "./members/KeyMember";
import { LanguageMember } from "./members/LanguageMember";
import { attributesOf, type MemberProps, type Place } from "./members/props";
import { TextMember } from "./members/TextMember";
import { TopicsMember } from "./members/TopicsMember";
import { ProseMember } from "./ProseMember";

export function FormFields({ fields, ...place }: Place & { fields: readonly Field[] }) {
  const { faults } = useForm();
  const isShown = (field: Field) =>
    !field.isRare || !isEmpty(place.values[field.name]) || faults.some(({ path }) => path?.startsWith(`${place.path}.${field.name}`));
  const rest = fields.filter((field) => !isShown(field));
  return (
    <>
      {fields.filter(isShown).map((field) => <FormField key={field.name} field={field} {...place} />)}
      {rest.length > 0 && (
        <Folded className="rare" summary={`More: ${rest.map(({ name }) => labelOf(name).toLowerCase()).join(", ")}`}>
          {() => rest.map((field) => <FormField key={field.name} field={field} {...place} />)}
        </Folded>
      )}
    </>
  );
}

function FormField({ field, ...place }: Place & { field: Field }) {
  const { faults, leaves } = useForm();
  const id = useId();
  const path = `${place.path}.${field.name}`;
  const own = faultsAt(faults, path, leaves);
  const needed = isRequired(place.type, field.name);
  const said = saysOf(place.type, field.name);
  const says = repeats(said, labelOf(field.name, place.type)) ? "" : said;
  // Of words that are no date, the box itself says what they may mean.
  const shown = field.kind === "date" ? own.filter(({ code }) => code !== "BAD_DATE") : own;
  const describedBy = [says && `${id}-says`, shown.length > 0 && `${id}-faults`].filter(Boolean).join(" ") || undefined;
  const value = place.values[field.name];
  const set = (next: unknown) => place.set({ [field.name]: next });
  const member: MemberProps = { field, value, set, place, path, describedBy, needed, isInvalid: own.length > 0 };
  const label = (
    <>
      {labelOf(field.name, place.type)}
      {needed && <span className="needed" aria-hidden="true"> *</span>}
    </>
  );
  const below = (
    <>
      {says && <p id={`${id}-says`} className="hint">{says}</p>}
      <FieldFaults id={`${id}-faults`} faults={shown} />
    </>
  );
  const isGroup = !["line", "text", "number", "amount", "flag", "language"].includes(field.kind);
  return (
    <div className={`member ${field.kind}`} data-path={path}>
      {isGroup ? (
        <fieldset aria-describedby={describedBy}>
          <legend>{label}</legend>
          <Member {...member} />
          {below}
        </fieldset>
      ) : (
        <>
          <label>
            <span>{label}</span>
            <Member {...member} />
          </label>
          {below}
        </>
      )}
    </div>
  );
}

/** Whether a definition says no more than the label above it. */
function repeats(says: string, label: string): boolean {
  return says.replace(/^The |\.$/g, "").toLowerCase() === label.toLowerCase();
}

function FieldFaults({ id, faults }: { id: string; faults: readonly FaultFragment[] }) {
  const { titles } = useForm();
  if (faults.length === 0) return null;
  return (
    <ul id={id} className="fault">
      {faults.map((fault, index) => (
        <li key={index}>
          <bdi>{sayFault(fault.message, titles)}</bdi>
          {fault.suggestions.slice(0, 5).map((suggestion) => <span key={suggestion}> · <bdi>{suggestion}</bdi></span>)}
        </li>
      ))}
    </ul>
  );
}

function Member(props: MemberProps): ReactNode {
  switch (props.field.kind) {
    case "prose":
      return <ProseMember label={labelOf(props.field.name)} attributes={attributesOf(props)} value={String(props.value ?? "")} set={props.set} />;
    case "choice":
      return <ChoiceMember {...props} values={props.field.values} />;
    case "date":
      return <DateMember {...props} />;
    case "key":
      return <KeyMember {...props} sought={props.field.sought} />;
    case "keys":
      return <KeysMember {...props} sought={props.field.sought} />;
    case "part":
      return <PartFields {...props} type={props.field.type} of={props.field.of} part={(props.value ?? {}) as Members} />;
    case "words":
      return <WordsMember {...props} type={props.field.type} of={props.field.of} />;
    case "topics":
      return <TopicsMember {...props} />;
    case "language":
      return <LanguageMember {...props} />;
    case "list":
    case "evidence":
      return <ListMember {...props} type={props.field.type} of={props.field.of} />;
    default:
      return <TextMember {...props} />;
  }
}

interface PartProps {
  readonly type: string;
  readonly path: string;
  readonly part: Members;
  readonly set: (part: Members) => void;
  readonly of: readonly Field[];
}

function PartFields({ type, path, part, set, of }: PartProps) {
  return <FormFields type={type} path={path} values={part} set={(changes) => set({ ...part, ...changes })} fields={of} />;
}

/** The words of one article. */
function WordsMember({ type, of, value, set, path }: MemberProps & { type: string; of: readonly Field[] }) {
  const words = value as Members | null | undefined;
  return (
    <>
      {words && <EvidenceWords evidence={words} />}
      {words && <PartFields type={type} path={path} part={words} set={set} of={of} />}
      <TakeWords says={words ? "Take the selected words instead" : "Take the selected words"} onTake={set} />
    </>
  );
}

/** A button that takes what is selected in the article; nothing where no article stands beside the form. */
function TakeWords({ says, onTake }: { says: string; onTake: (evidence: Members) => void }) {
  const { takeSelected } = useForm();
  const [isNothing, setNothing] = useState(false);
  if (!takeSelected) return null;

  function take() {
    const made = takeSelected!();
    setNothing(made === null);
    if (made) onTake(made);
  }

  return (
    <>
      <button type="button" onClick={take}>{says}</button>
      {isNothing && <p className="fault" role="alert">Select the words in the article first.</p>}
    </>
  );
}

function ListMember({ type, of, field, value, set, path }: MemberProps & { type: string; of: readonly Field[] }) {
  const items = (value ?? []) as readonly Members[];
  const isEvidence = field.kind === "evidence";
  const change = (index: number, next: Members) => set(items.map((item, at) => (at === index ? next : item)));
  const list = useRef<HTMLDivElement>(null);

  /** Whoever adds one wants to fill it in. */
  function add() {
    set([...items, {}]);
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(".item:last-of-type :is(input, select, textarea)")?.focus());
  }

  return (
    <div ref={list}>
      {items.map((item, index) => (
        <div key={index} className="item" role="group" aria-label={`${labelOf(field.name)} ${index + 1}`}>
          {isEvidence && <EvidenceWords evidence={item} />}
          <PartFields type={type} path={`${path}[${index}]`} part={item} set={(next) => change(index, next)} of={of} />
          <button type="button" className="quiet" onClick={() => set(items.filter((_, at) => at !== index))}>
            Take away {labelOf(field.name).toLowerCase()} {index + 1}
          </button>
        </div>
      ))}
      {isEvidence
        ? <TakeWords says="Add the selected words" onTake={(made) => set([...items, made])} />
        : <button type="button" onClick={add}>{`Add ${items.length > 0 ? "another" : "one"}`}</button>}
    </div>
  );
}
