/**
 * What a form of a record knows and does: it keeps a draft, tries what was typed while typing stops, and saves it.
 * What others wrote meanwhile is a conflict, and nothing is lost.
 */
import { useCallback, useEffect, useMemo, useState } from "react";
import { useSettled } from "../../reading/settled";
import type { EffectFragment, FaultFragment, Noun } from "../generated";
import { Offline } from "../http";
import { changesTo, type Members, mergeEdits, saysSame } from "../record/content";
import { decide } from "../record/decide";
import { useTitles } from "../record/titles";
import { loadVersions, type Version } from "../record/versions";
import { may, session } from "../session/session";
import { type Draft, Drafts } from "./drafts";
import { findMissing, type FormOf, FORMS, leafPaths, toInput } from "./fields";
import { useLateStart } from "./lateStart";
import { change, create, type Payload } from "./writing";

export interface Editing {
  readonly noun: Noun;
  /** What the draft is of, such as `new COMMITMENTS A1`. */
  readonly draftId: string;
  /** What stands in the form at first; what is found later goes where nothing was typed. */
  readonly start: Members;
  /** What is changed; null for a new record. */
  readonly existing: { readonly key: string; readonly version: number; readonly curation: string } | null;
  /** Another form than that of the noun. */
  readonly form?: FormOf;
  /** What can be told from the text of the form, and is empty in it. */
  readonly propose?: (values: Members) => Members;
  /** What keys are called that no stored record has. */
  readonly known?: ReadonlyMap<string, string>;
  /** What writes a new record, where it is more than that. */
  readonly write?: (input: Members) => Promise<Payload>;
  readonly onSaved: (record: NonNullable<Payload["record"]>) => void;
}

export type Sent = "save" | "accept";

/** `onRefused` shows where faults are that sending it found. */
export function useEditing(props: Editing, onRefused: () => void) {
  const { noun, draftId, existing, onSaved, propose } = props;
  const { type, fields: all } = props.form ?? FORMS[noun];
  // What a record is called by never changes.
  const fields = useMemo(() => (existing ? all.filter(({ name }) => name !== "key") : all), [all, existing === null]);
  const drafts = useMemo(() => new Drafts(session.viewer?.name ?? ""), []);
  const [draft, setDraft] = useState<Draft | null>(() => drafts.find(draftId));
  const [base, setBase] = useState<{ members: Members; version: number | null }>({
    members: props.start,
    version: draft?.version ?? existing?.version ?? null,
  });
  const [values, setValues] = useState<Members>(draft?.values ?? props.start);
  useLateStart(props.start, existing === null, setValues);
  const [reason, setReason] = useState("");
  const [isCorrection, setCorrection] = useState(false);
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const [effects, setEffects] = useState<readonly EffectFragment[] | null>(null);
  const [conflict, setConflict] = useState<Version | null>(null);
  const [isKept, setKept] = useState(true);
  const [isSending, setSending] = useState(false);
  const [isTried, setTried] = useState(false);
  const [held, setHeld] = useState<readonly string[]>([]);
  const [noted, setNoted] = useState<ReadonlyMap<string, string>>(new Map());
  const found = useTitles(values);
  const titles = useMemo(() => new Map([...(props.known ?? []), ...noted, ...found]), [props.known, noted, found]);
  const leaves = useMemo(() => leafPaths(fields, values), [fields, values]);
  const isTyped = !saysSame(values, props.start);
  const write = props.write ?? ((given: Members) => create(noun, given));

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

  /** What is not there, or not finished: it is not sent before. */
  const findWanting = (): FaultFragment[] => [
    ...findMissing(fields, type, toInput(values)).filter(({ path }) => !held.includes(path ?? "")),
    ...held.map((path): FaultFragment => ({ code: "INVALID", message: "The new party is not made yet: make it, or look for another", path, suggestions: [] })),
  ];

  const settled = useSettled(JSON.stringify(values));
  useEffect(() => {
    if (!isTyped || isSending || settled !== JSON.stringify(values)) return;
    const wanting = findWanting();
    if (wanting.length > 0) {
      setFaults(isTried ? wanting : []);
      return setEffects(null);
    }
    let isCurrent = true;
    const tried = { ...input(), ...(!existing && may("EDITOR") && { accept: true }), dryRun: true };
    (existing ? change(noun, tried) : write(tried)).then(
      ({ effects: found, userErrors }) => {
        if (!isCurrent) return;
        setFaults(userErrors.filter(({ code }) => code !== "VERSION_CONFLICT"));
        setEffects(userErrors.length > 0 ? null : found); // of what cannot be saved, nothing follows
      },
      () => isCurrent && setEffects(null), // sending it says what is wrong
    );
    return () => void (isCurrent = false);
  }, [settled, isTried, held]);

  async function save(sent: Sent) {
    setTried(true);
    const wanting = findWanting();
    if (wanting.length > 0) return refuse(wanting);
    setSending(true);
    try {
      const terms = { ...(reason.trim() && { reason: reason.trim() }), ...(isCorrection && { correction: true }) };
      const payload = existing
        ? await change(noun, { ...input(), ...terms })
        : await write({ ...input(), ...terms, ...(sent === "accept" && { accept: true }) });
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
    if (!isOffline) onRefused();
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
  const hold = useCallback(
    (path: string, isHeld: boolean) => setHeld((before) => [...before.filter((one) => one !== path), ...(isHeld ? [path] : [])]),
    [],
  );

  return {
    type, fields, values, set, faults, leaves, titles, note, hold, effects,
    draft, isKept, discard, reason, setReason, isCorrection, setCorrection,
    conflict: conflict && { base: base.members, mine: toInput(values), theirs: conflict },
    settle, isTyped, isTried, isSending, save,
  };
}

function kindsOf(member: string): readonly string[] {
  if (member === "madeAt" || member === "meeting") return ["meetings"];
  if (member === "answers") return ["followUps"];
  if (["target", "trackable", "restatedAs", "answeredBy"].includes(member)) return ["commitments", "requests"];
  return member === "articles" ? ["articles"] : ["parties"];
}
