/** The inbox: what waits for a decision, what is overdue, and what nobody has looked at for long. */
import { useState } from "react";
import { go, Link, useAddress, withParameters } from "../address";
import { useAsked, Waiting } from "../asking";
import { ChangedBy } from "../ChangedBy";
import { Heading } from "../Heading";
import type { Noun } from "../generated";
import { useKeys } from "../keys";
import { findOther, useLive } from "../live";
import { NOUNS, screenOf } from "../nouns";
import { ReasonDialog } from "../record/ReasonDialog";
import { decide } from "../record/decide";
import { Faults } from "../forms/Faults";
import type { FaultFragment } from "../generated";
import { may } from "../session/session";
import { Conflicting } from "./Conflicting";
import { ReadForYou } from "./ReadForYou";
import { ageWords, choose, type Chosen, idOf, loadRows, type Row } from "./rows";
import { Watch } from "./Watch";

const VIEWS = [
  ["", "Waiting"],
  ["read", "Read for you"],
  ["overdue", "Overdue"],
  ["silent", "Long without news"],
  ["conflicting", "Conflicting"],
] as const;

export function Inbox() {
  const address = useAddress();
  const view = address.searchParams.get("view") ?? "";
  return (
    <>
      <Heading>Inbox</Heading>
      <nav aria-label="What to look at" className="tabs">
        {VIEWS.map(([name, says]) => (
          <Link key={name} href={name ? `/desk?view=${name}` : "/desk"} aria-current={view === name ? "page" : undefined}>
            {says}
          </Link>
        ))}
      </nav>
      {view === "" && <WaitingRows />}
      {(view === "overdue" || view === "silent") && <Watch view={view} />}
      {view === "conflicting" && <Conflicting />}
      {view === "read" && <ReadForYou />}
    </>
  );
}

function WaitingRows() {
  const asked = useAsked(loadRows, "waiting");
  const [changed, setChanged] = useState<{ by: string; isShown: boolean } | null>(null);
  const show = () => {
    setChanged(null);
    asked.again();
  };
  useLive((changes) => {
    const by = findOther(changes);
    const isShown = by === null || !areRowsInUse();
    if (by !== null) setChanged({ by, isShown });
    if (isShown) asked.again();
  });
  return (
    <>
      <ChangedBy name={changed?.by ?? null} what="something" onShow={changed?.isShown ? null : show} />
      <Waiting asked={asked}>{(rows) => <Rows rows={rows} onDone={show} />}</Waiting>
    </>
  );
}

/** Whether other rows would come under somebody's pointer, keys or decision. */
function areRowsInUse(): boolean {
  return document.querySelector(".rows:hover, .rows:focus-within, .rows :checked, dialog[open]") !== null;
}

function chosenIn({ searchParams }: URL): Chosen {
  const of = (name: string) => searchParams.get(name) ?? "";
  return { noun: of("noun"), article: of("article"), by: of("by"), age: of("age") };
}

function Rows({ rows, onDone }: { rows: readonly Row[]; onDone: () => void }) {
  const address = useAddress();
  const now = Date.now();
  const shown = choose(rows, chosenIn(address), now);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState(0);
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const [isRejecting, setRejecting] = useState(false);
  const current = shown[Math.min(at, shown.length - 1)];
  const ticked = shown.filter((row) => selected.has(idOf(row)));
  const meant = ticked.length > 0 ? ticked : current ? [current] : [];
  const decides = may("EDITOR");

  function move(to: number) {
    const next = Math.max(0, Math.min(to, shown.length - 1));
    setAt(next);
    document.querySelector<HTMLElement>(`[data-row="${next}"] a`)?.focus();
  }

  function toggle(row: Row) {
    const next = new Set(selected);
    if (!next.delete(idOf(row))) next.add(idOf(row));
    setSelected(next);
  }

  async function carryOut(action: "ACCEPT" | "REJECT", reason: string | null = null) {
    const records = meant.map(({ noun, key, version }) => ({ noun, key, expectedVersion: version }));
    try {
      const wrong = await decide(action, records, reason);
      setFaults(wrong ?? []);
      if (!wrong) setSelected(new Set());
      onDone();
    } catch (error) {
      setFaults([{ code: "INVALID", message: (error as Error).message, path: null, suggestions: [] }]);
    }
  }

  useKeys({
    j: { says: "Next", run: () => move(at + 1) },
    k: { says: "Previous", run: () => move(at - 1) },
    s: current ? { says: "Select or unselect", run: () => toggle(current) } : null,
    "*": { says: "Select all that are shown", run: () => setSelected(new Set(shown.map(idOf))) },
    a: decides && meant.length > 0 ? { says: "Accept what is selected", run: () => void carryOut("ACCEPT") } : null,
    x: decides && meant.length > 0 ? { says: "Reject what is selected", run: () => setRejecting(true) } : null,
  });

  return (
    <>
      <Filters rows={rows} address={address} />
      <div className="toolbar">
        <p className="count" role="status">
          {shown.length === 0 ? "Nothing waits" : `${shown.length.toLocaleString("en")} wait`}
          {ticked.length > 0 && `, ${ticked.length.toLocaleString("en")} selected`}
        </p>
        {shown.length > 0 && (
          <>
            <button type="button" onClick={() => setSelected(ticked.length === shown.length ? new Set() : new Set(shown.map(idOf)))}>
              {ticked.length === shown.length ? "Select none" : "Select all"}
            </button>
            {decides && (
              <>
                <button type="button" className="primary" disabled={ticked.length === 0} onClick={() => void carryOut("ACCEPT")}>Accept</button>
                <button type="button" disabled={ticked.length === 0} onClick={() => setRejecting(true)}>Reject…</button>
              </>
            )}
          </>
        )}
      </div>
      <Faults faults={faults} title="Nothing was decided" />
      <ul className="rows">
        {shown.map((row, index) => (
          <li key={idOf(row)} data-row={index} className={row === current ? "current" : undefined} onFocus={() => setAt(index)}>
            <input type="checkbox" checked={selected.has(idOf(row))} onChange={() => toggle(row)} aria-label={`Select ${row.title}`} />
            <div>
              <Link href={screenOf("review", row.noun, row.key)}><bdi>{row.title}</bdi></Link>
              <p className="hint">
                {NOUNS[row.noun].one}{row.curation === "IN_REVIEW" && ", being reviewed"}
                {row.day && ` · ${row.day}`}
                {row.by && <> · by <bdi>{row.by}</bdi></>} · {ageWords(row.since, now)}
                {row.articles.map(({ key, headline }) => row.noun !== "ARTICLES" && (
                  <span key={key}> · <Link href={`/desk/articles/${encodeURIComponent(key)}`}><bdi>{headline}</bdi></Link></span>
                ))}
              </p>
            </div>
          </li>
        ))}
      </ul>
      {rows.length === 0 && <p><Link href="/desk/articles/new">Add an article</Link> to record what it reports.</p>}
      {isRejecting && (
        <ReasonDialog
          title={`Reject ${meant.length === 1 ? `“${meant[0]!.title}”` : `${meant.length} records`}`}
          action="Reject"
          onClose={() => setRejecting(false)}
          onGive={(reason) => carryOut("REJECT", reason)}
        />
      )}
    </>
  );
}

const AGES = [["1", "A day"], ["7", "A week"], ["30", "A month"]] as const;

function Filters({ rows, address }: { rows: readonly Row[]; address: URL }) {
  const nouns = [...new Set(rows.map(({ noun }) => noun))];
  const makers = [...new Set(rows.map(({ by }) => by))].filter(Boolean).sort();
  const articles = new Map(rows.flatMap((row) => row.articles.map(({ key, headline }) => [key, headline] as const)));
  const options: [string, string, [string, string][]][] = [
    ["noun", "Kind", nouns.map((noun: Noun) => [noun, NOUNS[noun].many])],
    ["by", "Proposed by", makers.map((by) => [by, by])],
    ["article", "Article", [...articles]],
    ["age", "Waiting for", AGES.map(([days, says]) => [days, `${says} or longer`])],
  ];
  return (
    <div className="filters" role="group" aria-label="Filters">
      {options.map(([name, label, values]) => (
        <label key={name}>
          {label}
          <select
            value={address.searchParams.get(name) ?? ""}
            onChange={(event) => go(withParameters(address, { [name]: event.target.value }), { replace: true })}
          >
            <option value="">All</option>
            {values.map(([value, says]) => <option key={value} value={value}>{says}</option>)}
          </select>
        </label>
      ))}
    </div>
  );
}
