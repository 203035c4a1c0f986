/** The page where there is nothing of the usual kind: what is wrong, and what may have been meant. */
import { useEffect, useState } from "react";
import { untwisted } from "../answers/directions";
import { type Address, decoded } from "./address";
import { A, type Trouble, usePage } from "./context";
import { NearDocument, type NearQuery, type RecordedFragment } from "./generated";
import { Page } from "./parts/Page";
import { keptMoment } from "./moment";
import { Recorded } from "./parts/Recorded";
import type { Words } from "./words/en";
import { load, type Loader, put } from "./questions";

const SECTIONS = ["commitments", "requests", "parties", "meetings", "articles", "topics", "follow-ups", "how-to-read", "graphql", "desk"];

/** Asks for what is called nearly so. */
export function* near({ path }: Address): Loader<NearQuery | null> {
  const [, , wanted] = path.split("/");
  const key = untwisted(decoded(wanted ?? "")).slice(0, 100);
  if (key === "") return null;
  const words = key.replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
  const padded = key.replace(/^(\D+)0*(\d)$/, "$10$2");
  const keys = [...new Set([key, key.toUpperCase(), key.toLowerCase(), padded.toUpperCase(), padded.toLowerCase()])];
  return yield* put(NearDocument, { keys, words: words || "-", hasWords: words.length > 1 });
}

export function TroublePage({ trouble: { status, message, retraction, isLater = false } }: { trouble: Trouble }) {
  const page = usePage();
  const { words, address } = page;
  const [found, setFound] = useState(page.trouble === null ? null : (page.data as NearQuery | null));
  const isMissing = status === 404 && !isLater;

  useEffect(() => {
    if (!page.isRendered && isMissing) load(near(address)).then(setFound, () => undefined);
  }, [page.isRendered, isMissing, address]);

  return (
    <Page>
      <h1 dir="auto">{isLater ? laterTitle(address, words) : troubleTitle(address, status, words)}</h1>
      {isLater && <Later search={address.search} />}
      {status === 410 ? <Gone retraction={retraction ?? null} /> : message && <p dir="auto">{untwisted(message)}</p>}
      {(status === 400 || isLater) && <p><A href={address.path} isOfToday>{words.seeTodays}</A></p>}
      {isMissing && <Near path={address.path} found={found} />}
      <p><A href="/commitments">{words.commitments}</A> · <A href="/">{words.front}</A></p>
    </Page>
  );
}

/** What the page is called: by the record that is not there, where its address names one. */
export function troubleTitle({ path }: Address, status: number, words: Words): string {
  const [, section = "", wanted] = path.split("/");
  if (wanted === undefined || !(section in words.nounOf)) return words.trouble(status);
  const key = untwisted(decoded(wanted)).slice(0, 200);
  if (status === 410) return words.retractedRecord(section, key);
  return status === 404 ? words.noSuch(section, key) : words.trouble(status);
}

/** What the page is called where its record came, or was recorded, later. */
export function laterTitle({ path }: Address, words: Words): string {
  const [, section = "", wanted = ""] = path.split("/");
  return words.notByThen(section, untwisted(decoded(wanted)).slice(0, 200));
}

function Later({ search }: { search: string }) {
  const { words } = usePage();
  const { asOf, knownAt } = keptMoment(search);
  return (
    <p className="notice" role="note">
      {asOf && words.notComeBy(words.date({ edtf: asOf }))} {knownAt && words.notRecordedBy(words.instant(knownAt))}
    </p>
  );
}

function Gone({ retraction }: { retraction: { at: string; why: string | null } | null }) {
  const { words } = usePage();
  return (
    <>
      <p className="notice alarming" role="note">
        {retraction ? words.retractedOn(words.date({ edtf: retraction.at.slice(0, 10) })) : words.retracted}
        {retraction?.why && <>: <bdi>{retraction.why}</bdi></>}
      </p>
      <p>{words.notShownAnyMore}</p>
    </>
  );
}

function Near({ path, found }: { path: string; found: NearQuery | null }) {
  const { words } = usePage();
  const [, section = ""] = path.split("/");
  const sections = SECTIONS.filter((one) => one !== section && distance(one, section) <= 2);
  const records = found ? recordsIn(found) : [];
  if (sections.length === 0 && records.length === 0) return null;
  return (
    <>
      <h2>{words.perhaps}</h2>
      <ul>
        {sections.map((one) => <li key={one}><A href={`/${one}`}>{`/${one}`}</A></li>)}
        {records.map((record) => <li key={`${record.__typename} ${record.key}`}><Recorded record={record} /></li>)}
      </ul>
    </>
  );
}

function recordsIn({ search, articles, parties, meetings, commitments, requests, followUps }: NearQuery): RecordedFragment[] {
  const lists: ({ nodes: RecordedFragment[] } | null)[] = [commitments, requests, parties, meetings, articles, followUps];
  const hits = (search?.nodes ?? []).flatMap(({ item }) => (item && "key" in item ? [item] : []));
  const records = [...lists.flatMap((list) => list?.nodes ?? []), ...hits];
  return records.filter(({ url }, index) => records.findIndex((one) => one.url === url) === index);
}

/** How many letters have to be put in, taken away or replaced to make one word of the other. */
export function distance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row++) {
    const current = [row];
    for (let column = 1; column <= other.length; column++) {
      const replaced = above[column - 1]! + (one[row - 1] === other[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, above[column]! + 1, current[column - 1]! + 1));
    }
    above = current;
  }
  return above[other.length]!;
}
