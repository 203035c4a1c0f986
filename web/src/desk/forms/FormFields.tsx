/** The members of a form, each with what it means, what is wrong with it, and what would be right. */
import { createContext, type ReactNode, useContext, useId, useState } from "react";
import { inSentence } from "../../timeline/kinds";
import { VALUES } from "../definitions/generated";
import type { FaultFragment } from "../generated";
import type { Members } from "../record/content";
import { type Titles, titleIn } from "../record/titles";
import { labelOf } from "../record/words";
import { DateBox } from "./DateBox";
import { sayDateFault } from "./dates";
import { EvidenceWords } from "./EvidenceWords";
import { faultsAt, type Field, isEmpty, isRequired, saysOf, type Sought } from "./fields";
import { findArticles, findFollowUps, findMeetings, findParties, findTrackables, type Surroundings } from "./finding";
import { NewParty } from "./NewParty";
import { type Option, Picker } from "./Picker";
import { ProseMember } from "./ProseMember";

/** What all members of one form share. */
export interface FormState {
  readonly values: Members;
  readonly set: (changes: Members) => void;
  readonly faults: readonly FaultFragment[];
  readonly leaves: readonly string[];
  readonly titles: Titles;
  /** Remembers what a key is called, before anybody is asked. */
  readonly note: (title: string, member: string, key: string) => void;
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

interface Place {
  readonly type: string;
  readonly path: string;
  readonly values: Members;
  readonly set: (changes: Members) => void;
}

export function FormFields({ fields, ...place }: Place & { fields: readonly Field[] }) {
  const { faults } = useForm();
  const isShown = (field: Field) =>
    !field.isRare || !isEmpty(place.values[field.name]) || faults.some(({ path }) => path?.startsWith(`${place.path}.${field.name}`));
  const rest = fields.filter((field) => !isShown(field));
  return (
    <>
      {fields.filter(isShown).map((field) => <FormField key={field.name} field={field} {...place} />)}
      {rest.length > 0 && (
        <details className="rare">
          <summary>More: {rest.map(({ name }) => labelOf(name).toLowerCase()).join(", ")}</summary>
          {rest.map((field) => <FormField key={field.name} field={field} {...place} />)}
        </details>
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
  const says = saysOf(place.type, field.name);
  // Of words that are no date, the box itself says what they may mean.
  const shown = field.kind === "date" ? own.filter(({ code }) => code !== "BAD_DATE") : own;
  const describedBy = `${id}-says${shown.length > 0 ? ` ${id}-faults` : ""}`;
  const value = place.values[field.name];
  const set = (next: unknown) => place.set({ [field.name]: next });
  const member: MemberProps = { field, value, set, place, path, describedBy, needed, isInvalid: own.length > 0 };
  const label = (
    <>
      {labelOf(field.name)}
      {needed && <span className="needed" aria-hidden="true"> *</span>}
    </>
  );
  const below = (
    <>
      <p id={`${id}-says`} className="hint">{says}</p>
      <FieldFaults id={`${id}-faults`} faults={shown} />
    </>
  );
  const isGroup = !["line", "text", "number", "flag", "topics"].includes(field.kind);
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

function FieldFaults({ id, faults }: { id: string; faults: readonly FaultFragment[] }) {
  if (faults.length === 0) return null;
  return (
    <ul id={id} className="fault">
      {faults.map((fault, index) => (
        <li key={index}>
          <bdi>{sayDateFault(fault.message)}</bdi>
          {fault.suggestions.slice(0, 5).map((suggestion) => <span key={suggestion}> · <bdi>{suggestion}</bdi></span>)}
        </li>
      ))}
    </ul>
  );
}

interface MemberProps {
  readonly field: Field;
  readonly value: unknown;
  readonly set: (value: unknown) => void;
  /** What stands beside it. */
  readonly place: Place;
  readonly path: string;
  readonly describedBy: string;
  readonly needed: boolean;
  readonly isInvalid: boolean;
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
      return <PartMember {...props} type={props.field.type} of={props.field.of} />;
    case "list":
    case "evidence":
      return <ListMember {...props} type={props.field.type} of={props.field.of} />;
    default:
      return <TextMember {...props} />;
  }
}

function attributesOf({ describedBy, isInvalid, needed }: MemberProps) {
  return { "aria-describedby": describedBy, "aria-invalid": isInvalid || undefined, "aria-required": needed || undefined };
}

function TextMember(props: MemberProps) {
  const { field, value, set } = props;
  const attributes = attributesOf(props);
  if (field.kind === "flag") {
    return (
      <select {...attributes} value={value === undefined || value === null ? "" : String(value)} onChange={(e) => set(e.target.value === "" ? null : e.target.value === "true")}>
        <option value="">As by default</option>
        <option value="true">Yes</option>
        <option value="false">No</option>
      </select>
    );
  }
  if (field.kind === "topics") {
    // Typed as it is read; what is between commas is a topic.
    const said = Array.isArray(value) ? value.join(", ") : "";
    return <input {...attributes} key={said} defaultValue={said} placeholder="prices/calls, training" spellCheck={false} onBlur={(e) => set(e.target.value.split(",").map((topic) => topic.trim()).filter(Boolean))} />;
  }
  if (field.kind === "number") {
    return <input {...attributes} type="number" min={0} value={String(value ?? "")} onChange={(e) => set(e.target.value === "" ? null : Number(e.target.value))} />;
  }
  if (field.kind === "text") {
    return <textarea {...attributes} rows={3} dir="auto" value={String(value ?? "")} onChange={(e) => set(e.target.value)} />;
  }
  return <input {...attributes} dir="auto" value={String(value ?? "")} onChange={(e) => set(e.target.value)} />;
}

/** Up to so many values stand one below the other, each with its definition. */
const MOST_SHOWN = 7;

function ChoiceMember({ values, ...props }: MemberProps & { values: string }) {
  const name = useId();
  const { value, set, needed } = props;
  const all = VALUES[values] ?? [];
  if (all.length > MOST_SHOWN) {
    return (
      <>
        <select {...attributesOf(props)} aria-label={labelOf(props.field.name)} value={String(value ?? "")} onChange={(event) => set(event.target.value || null)}>
          <option value="">{needed ? "Choose one" : "As by default"}</option>
          {all.map(([one]) => <option key={one} value={one}>{inSentence(one)}</option>)}
        </select>
        <details className="definitions">
          <summary>{all.find(([one]) => one === value)?.[1] ?? "What each means"}</summary>
          <dl>{all.map(([one, says]) => <div key={one}><dt>{inSentence(one)}</dt><dd>{says}</dd></div>)}</dl>
        </details>
      </>
    );
  }
  return (
    <div className="choices" role="radiogroup" aria-label={labelOf(props.field.name)} aria-invalid={props.isInvalid || undefined} aria-required={needed || undefined}>
      {all.map(([one, says]) => (
        <label key={one} className="choice">
          <input type="radio" name={name} value={one} checked={value === one} onChange={() => set(one)} />
          <span><strong>{inSentence(one)}</strong> <span className="hint">{says}</span></span>
        </label>
      ))}
    </div>
  );
}

function DateMember(props: MemberProps) {
  const { near } = useForm();
  return (
    <DateBox
      label={labelOf(props.field.name)}
      value={(props.value ?? {}) as Members}
      onChange={props.set}
      on={near?.latest ?? near?.earliest ?? null}
      attributes={attributesOf(props)}
    />
  );
}

const MAKING: Readonly<Partial<Record<Sought, string>>> = { party: "Make a new party" };

function useFinding(sought: Sought) {
  const { near, values } = useForm();
  const target = String(values["target"] ?? "");
  return (words: string, signal: AbortSignal): Promise<readonly Option[]> => {
    switch (sought) {
      case "party":
        return findParties(words, signal, near);
      case "meeting":
        return findMeetings(words, signal, near);
      case "trackable":
        return findTrackables(words, signal, near);
      case "followUp":
        return findFollowUps(target, signal);
      case "article":
        return findArticles(words, signal);
    }
  };
}

function KeyPicker({ sought, label, onChoose, ...props }: MemberProps & { sought: Sought; label: string; onChoose: (option: Option) => void }) {
  const { near, values } = useForm();
  const [making, setMaking] = useState<string | null>(null);
  const find = useFinding(sought);
  if (making !== null) return <NewParty name={making} onDone={onChoose} onCancel={() => setMaking(null)} />;
  return (
    <Picker
      label={label}
      describedBy={props.describedBy}
      isInvalid={props.isInvalid}
      isRequired={props.needed}
      find={find}
      given={JSON.stringify([near?.parties, near?.words, values["target"]])}
      onChoose={onChoose}
      onMake={sought === "party" ? setMaking : undefined}
      making={MAKING[sought] ?? ""}
    />
  );
}

function KeyMember({ sought, ...props }: MemberProps & { sought: Sought }) {
  const { titles, note } = useForm();
  const { field, value, set } = props;
  if (typeof value === "string" && value !== "") {
    const title = titleIn(titles, field.name, value);
    return (
      <p className="chip">
        <bdi>{title}</bdi> <button type="button" className="quiet" onClick={() => set(null)} aria-label={`Take away ${title}`}>×</button>
      </p>
    );
  }
  return (
    <KeyPicker
      {...props}
      sought={sought}
      label={labelOf(field.name)}
      onChoose={({ key, title }) => {
        note(title, field.name, key);
        // Most are printed by the name that they are found by.
        const isUnnamed = props.place.type === "ParticipationInput" && isEmpty(props.place.values["nameAsStated"]);
        props.place.set({ [field.name]: key, ...(isUnnamed && { nameAsStated: title }) });
      }}
    />
  );
}

function KeysMember({ sought, ...props }: MemberProps & { sought: Sought }) {
  const { titles, note } = useForm();
  const { field, value, set } = props;
  const keys = (value ?? []) as readonly string[];
  return (
    <>
      {keys.length > 0 && (
        <ul className="chips">
          {keys.map((key) => (
            <li key={key} className="chip">
              <bdi>{titleIn(titles, field.name, key)}</bdi>{" "}
              <button type="button" className="quiet" onClick={() => set(keys.filter((one) => one !== key))} aria-label={`Take away ${titleIn(titles, field.name, key)}`}>×</button>
            </li>
          ))}
        </ul>
      )}
      <KeyPicker
        key={keys.length}
        {...props}
        sought={sought}
        label={labelOf(field.name)}
        onChoose={({ key, title }) => {
          note(title, field.name, key);
          set([...keys.filter((one) => one !== key), key]);
        }}
      />
    </>
  );
}

function PartMember({ type, of, value, set, path }: MemberProps & { type: string; of: readonly Field[] }) {
  const part = (value ?? {}) as Members;
  return <FormFields type={type} path={path} values={part} set={(changes) => set({ ...part, ...changes })} fields={of} />;
}

function ListMember({ type, of, field, value, set, path }: MemberProps & { type: string; of: readonly Field[] }) {
  const { takeSelected } = useForm();
  const [isNothing, setNothing] = useState(false);
  const items = (value ?? []) as readonly Members[];
  const isEvidence = field.kind === "evidence";

  function add() {
    const made = isEvidence ? takeSelected?.() ?? null : {};
    setNothing(made === null);
    if (made) set([...items, made]);
  }

  const change = (index: number, next: Members) => set(items.map((item, at) => (at === index ? next : item)));
  return (
    <>
      {items.map((item, index) => (
        <div key={index} className="item" role="group" aria-label={`${labelOf(field.name)} ${index + 1}`}>
          {isEvidence && <EvidenceWords evidence={item} />}
          <FormFields type={type} path={`${path}[${index}]`} values={item} set={(changes) => change(index, { ...item, ...changes })} fields={of} />
          <button type="button" className="quiet" onClick={() => set(items.filter((_, at) => at !== index))}>
            Take away {labelOf(field.name).toLowerCase()} {index + 1}
          </button>
        </div>
      ))}
      {(!isEvidence || takeSelected) && (
        <button type="button" onClick={add}>{isEvidence ? "Add the selected words" : `Add ${items.length > 0 ? "another" : "one"}`}</button>
      )}
      {isEvidence && isNothing && <p className="fault" role="alert">Select the words in the article first.</p>}
    </>
  );
}
