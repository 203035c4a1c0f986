/** The versions of a record: what each said, who wrote it, when and why. */
import { ask } from "../api";
import { FORMS } from "../forms/fields";
import { type Noun, RecordPageDocument, type RecordPageQuery, VersionsDocument, type VersionsQuery } from "../generated";
import { urlOf } from "../nouns";
import { curationIn, type Members, readContent } from "./content";

export type RecordPage = NonNullable<RecordPageQuery["record"]>;

export interface Version {
  readonly number: number;
  readonly members: Members;
  readonly curation: string;
  readonly by: string;
  readonly at: string;
  readonly kind: string;
  readonly via: string | null;
  readonly why: string | null;
  readonly isCorrection: boolean;
}

type Change = NonNullable<VersionsQuery["changes"]>["nodes"][number];

/** All versions, the oldest first. */
export async function loadVersions(noun: Noun, key: string, signal: AbortSignal | null = null): Promise<readonly Version[]> {
  const changes: Change[] = [];
  let before: string | null = null;
  do {
    const { changes: page }: VersionsQuery = await ask(VersionsDocument, { noun: [noun], key, before }, signal);
    changes.unshift(...(page?.nodes ?? []));
    before = page?.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : null;
  } while (before);
  // Each change adds one to the version, and a record that was imported may begin with any.
  const record = await loadRecord(noun, key, signal);
  const newest = record && !record.redirectedFrom ? record.version : changes.length;
  return changes.map((change, index) => versionOf(noun, change, newest - changes.length + 1 + index));
}

function versionOf(noun: Noun, { content, by, at, kind, via, why, correction }: Change, number: number): Version {
  return {
    number,
    members: readContent(content ?? "{}", FORMS[noun].type),
    curation: curationIn(content ?? "{}"),
    by: by ?? "",
    at,
    kind,
    via,
    why,
    isCorrection: correction,
  };
}

export async function loadRecord(noun: Noun, key: string, signal: AbortSignal | null = null): Promise<RecordPage | null> {
  return (await ask(RecordPageDocument, { url: urlOf(noun, key) }, signal)).record;
}
