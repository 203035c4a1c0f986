/**
 * The form of a record, new or to be changed. It keeps a draft, says beside what will change while typing
 * stops, and puts each fault at its member. What others wrote meanwhile is shown, and nothing is lost.
 */
import { type FormEvent, type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useSettled } from "../../reading/api";
import type { EffectFragment, FaultFragment, Noun } from "../generated";
import { Offline } from "../http";
import { changesTo, type Members, mergeEdits, saysSame } from "../record/content";
import { decide } from "../record/decide";
import { useTitles } from "../record/titles";
import { loadVersions, type Version } from "../record/versions";
import { may, session } from "../session/session";
import { Conflict } from "./Conflict";
import { type Draft, Drafts } from "./drafts";
import { Ending } from "./Ending";
import { faultsElsewhere, findMissing, type FormOf, FORMS, leafPaths, toInput } from "./fields";
import type { Surroundings } from "./finding";
import { FormContext, FormFields } from "./FormFields";
import { useKeptFocus } from "./keptFocus";
import { change, create, type Payload } from "./writing";

interface RecordFormProps {
  readonly noun: Noun;
  /** What the draft is of, such as `new COMMITMENTS A1`. */
  readonly draftId: string;
  /** What stands in the form at first. */
  readonly start: Members;
  /** What is changed; null for a new record. */
  readonly existing: { readonly key: string; readonly version: number; readonly curation: string } | null;
  readonly near: Surroundings | null;
  readonly takeSelected: (() => Members | null) | null;
  readonly onSaved: (record: NonNullable<Payload["record"]>) => void;
  readonly onClose: () => void;
  readonly title: string;
  /** Another form than that of the noun. */
  readonly form?: FormOf;
  /** What can be told from the text of the form, and is empty in it. */
  readonly propose?: (values: Members) => Members;
  readonly children?: ReactNode;
}

type Sent = "save" | "accept";

export function RecordForm(props: RecordFormProps) {
  const { noun, draftId, existing, near, takeSelected, onSaved, onClose, title } = props;
  const { type, fields } = props.form ?? FORMS[noun];
  const form = useRef<HTMLFormElement>(null);
  const drafts = useMemo(() => new Drafts(session.viewer?.name ?? ""), []);
  const [draft, setDraft] = useState<Draft | null>(() => drafts.find(draftId));
  const [base, setBase] = useState<{ members: Members; version: number | null }>({
    members: props.start,
    version: draft?.version ?? existing?.version ?? null,
  });
  const [values, setValues] = useState<Members>(draft?.values ?? props.start);
  const [reason, setReason] = useState("");
  const [isCorrection, setCorrection] = useState(false);
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const [effects, setEffects] = useState<readonly EffectFragment[] | null>(null);
  const [conflict, setConflict] = useState<Version | null>(null);
  const [isKept, setKept] = useState(true);
  const [isSending, setSending] = useState(false);
  const [isTried, setTried] = useState(false);
  const [noted, setNoted] = useState<ReadonlyMap<string, string>>(new Map());
  const found = useTitles(values);
  const titles = useMemo(() => new Map([...noted, ...found]), [noted, found]);
  const leaves = useMemo(() => leafPaths(fields, values), [fields, values]);
  const isTyped = !saysSame(values, props.start);

  useEffect(() => {
    if (!isTyped && !draft) return;
    if (isTyped) setKept(drafts.keep(draftId, { values, version: base.version, at: Date.now() }));
    else drafts.drop(draftId);
  }, [values, base.version]);

  // A draft is a change of the version that it began with: what others wrote since is a conflict, not theirs to lose.
  useEffect(() => {
    if (!existing || !draft || draft.version === existing.version) return;
    loadVersions(noun, existing.key).then(
      (versions) => {
        const began = versions.find(({ number }) => number === draft.version);
        if (began) setBase({ members: began.members, version: began.number });
      },
      () => {}, // the version that it is sent with tells of the conflict all the same
    );
  }, []);

  const input = useCallback(
    (): Members =>
      existing
        ? { key: existing.key, ...changesTo(base.members, toInput(values)), expectedVersion: base.version }
        : toInput(values),
    [existing, base, values],
  );

  const settled = useSettled(JSON.stringify(values));
  useEffect(() => {
    if (!isTyped || isSending || settled !== JSON.stringify(values)) return;
    const missing = findMissing(fields, type, toInput(values));
    if (missing.length > 0) {
      setFaults(isTried ? missing : []);
      return setEffects(null);
    }
    let isCurrent = true;
    const tried = { ...input(), ...(!existing && may("EDITOR") && { accept: true }), dryRun: true };
    (existing ? change : create)(noun, tried).then(
      ({ effects: found, userErrors }) => {
        if (!isCurrent) return;
        setFaults(userErrors.filter(({ code }) => code !== "VERSION_CONFLICT"));
        setEffects(found);
      },
      () => isCurrent && setEffects(null), // sending it says what is wrong
    );
    return () => void (isCurrent = false);
  }, [settled, isTried]);

  async function save(sent: Sent) {
    setTried(true);
    const missing = findMissing(fields, type, toInput(values));
    if (missing.length > 0) return refuse(missing);
    setSending(true);
    try {
      const terms = { ...(reason.trim() && { reason: reason.trim() }), ...(isCorrection && { correction: true }) };
      const payload = existing
        ? await change(noun, { ...input(), ...terms })
        : await create(noun, { ...input(), ...terms, ...(sent === "accept" && { accept: true }) });
      if (payload.userErrors.some(({ code }) => code === "VERSION_CONFLICT")) await showConflict();
      else if (!payload.record) refuse(payload.userErrors);
      else await finish(payload.record, sent);
    } catch (error) {
      refuse([{ code: "INVALID", message: (error as Error).message, path: null, suggestions: [] }], error instanceof Offline);
    }
    setSending(false);
  }

  async function finish(record: NonNullable<Payload["record"]>, sent: Sent) {
    drafts.drop(draftId);
    if (existing && sent === "accept" && record.curation !== "ACCEPTED") {
      const wrong = await decide("ACCEPT", [{ noun, key: record.key, expectedVersion: record.version }]);
      if (wrong) {
        // It is written, so what is to be changed from now on is that version.
        setBase({ members: toInput(values), version: record.version });
        return refuse(wrong);
      }
    }
    onSaved(record);
  }

  function refuse(wrong: readonly FaultFragment[], isOffline = false) {
    setFaults(wrong);
    if (isOffline) return;
    requestAnimationFrame(() => {
      const first = form.current?.querySelector<HTMLElement>("[aria-invalid], .member .fault, .problem");
      const focusable = first?.matches("input, select, textarea") ? first : first?.querySelector<HTMLElement>("input, select, textarea, button");
      first?.scrollIntoView({ block: "center" });
      focusable?.focus({ preventScroll: true });
    });
  }

  async function showConflict() {
    const versions = await loadVersions(noun, existing!.key);
    setConflict(versions.at(-1) ?? null);
  }

  /** Goes on from what stands now, with mine where both changed the same unless theirs is taken. */
  function settle(taken: readonly string[]) {
    const theirs = conflict!.members;
    const merged = mergeEdits(base.members, toInput(values), theirs);
    setValues({ ...merged.members, ...Object.fromEntries(taken.map((name) => [name, theirs[name] ?? null])) });
    setBase({ members: theirs, version: conflict!.number });
    setConflict(null);
  }

  function discard() {
    drafts.drop(draftId);
    setDraft(null);
    setValues(props.start);
    setFaults([]);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void save(may("EDITOR") ? "accept" : "save");
    } else if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      onClose();
    }
  }

  useEffect(() => {
    form.current?.querySelector<HTMLElement>(":is(input, textarea, select):not([type=radio])")?.focus();
  }, []);

  const { onFocus, onBlur } = useKeptFocus(form);
  const isPublished = existing?.curation === "ACCEPTED";
  const elsewhere = faultsElsewhere(faults, leaves);
  const { propose } = props;
  const set = useCallback((changes: Members) => {
    setValues((before) => {
      const after = { ...before, ...changes };
      return "text" in changes && propose ? { ...after, ...propose(after) } : after;
    });
  }, []);
  const note = useCallback(
    (said: string, member: string, key: string) => setNoted((before) => new Map([...before, ...kindsOf(member).map((kind) => [`${kind} ${key}`, said] as const)])),
    [],
  );

  return (
    <FormContext.Provider value={{ values, set, faults, leaves, titles, note, near, takeSelected }}>
      <form
        ref={form}
        className="record-form"
        aria-label={title}
        noValidate
        tabIndex={-1}
        onFocus={onFocus}
        onBlur={onBlur}
        onKeyDown={onKeyDown}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void save(may("EDITOR") ? "accept" : "save");
        }}
      >
        <h2>{title}</h2>
        {draft && (
          <p className="notice">
            Your draft of {new Date(draft.at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })} is here again.{" "}
            <button type="button" className="quiet" onClick={discard}>Discard it</button>
          </p>
        )}
        {!isKept && <p className="notice alarming" role="alert">The browser keeps no draft: its room is used up. Save before you close this.</p>}
        {props.children}
        <FormFields type={type} path="input" values={values} set={set} fields={fields} />
        {existing && (
          <div className="member">
            <label>Why it is changed <input value={reason} onChange={(event) => setReason(event.target.value)} maxLength={2000} dir="auto" /></label>
            {isPublished && (
              <label className="check">
                <input type="checkbox" checked={isCorrection} onChange={(event) => setCorrection(event.target.checked)} />
                Only the record was wrong; nothing happened in the world. The reason is public.
              </label>
            )}
          </div>
        )}
        {conflict && <Conflict base={base.members} mine={toInput(values)} theirs={conflict} onSettle={settle} />}
        <Ending
          noun={noun}
          effects={effects}
          elsewhere={elsewhere}
          inMembers={isTried ? faults.length - elsewhere.length : 0}
          isPublished={isPublished}
          isNew={existing === null}
          isTyped={isTyped}
          isHeld={isSending || conflict !== null}
          onPropose={() => void save("save")}
          onClose={onClose}
        />
      </form>
    </FormContext.Provider>
  );
}

function kindsOf(member: string): readonly string[] {
  if (member === "madeAt" || member === "meeting") return ["meetings"];
  if (member === "answers") return ["followUps"];
  if (["target", "trackable", "restatedAs", "answeredBy"].includes(member)) return ["commitments", "requests"];
  return member === "articles" ? ["articles"] : ["parties"];
}
