/** The query that shows a record, for each noun that a timeline can hold. */
import type { Entry, Noun } from "../timeline/model";

const EVIDENCE = "evidence { excerpt gist mode sourceLocator article { key headline textKind } }";

const FIELDS: Record<Noun, string> = {
  commitment: `key title gist promisors { party { name } attribution } madeOn { edtf statedAs basis } dueOn { edtf } test
    status { value contested daysSilent explanation asOf }
    statusHistory { since until status { value contested certainty } }
    followUps { nodes { key kind occurredOn { edtf } rationale ${EVIDENCE} } } ${EVIDENCE}`,
  request: `key title gist askers { name } asked { name } madeOn { edtf statedAs basis } answered answeredBy { key title }
    followUps { nodes { key kind occurredOn { edtf } rationale ${EVIDENCE} } } ${EVIDENCE}`,
  followUp: `key kind scopeChange occurredOn { edtf statedAs basis } orderCertain actors { name } independence confidence
    rationale target { key title madeOn { edtf } } restatedAs { key title madeOn { edtf } } ${EVIDENCE}`,
  meeting: `key title kind date { edtf statedAs basis } place { name country }
    participations { nameAsStated roleAsStated capacity party { key name } } ${EVIDENCE}
    commitments { nodes { key title madeOn { edtf } } }`,
  article: `key headline publisher { name } datePublished { edtf basis } dateline text
    commitments { nodes { key title madeOn { edtf } } }
    followUps { nodes { key kind occurredOn { edtf } target { key title } } }`,
  assessment: "key value rationale assessor effectiveOn { edtf } withdrawnAt trackable { key title }",
  checkLog: "key checkedOn { edtf } checkedBy found note trackable { key title }",
};

/** The root field of those that have none of their own is `node`. */
const BY_KEY = new Set<Noun>(["commitment", "request", "followUp", "meeting", "article"]);

/** A query for this record, to be prettified; null if the answer does not say which record it is. */
export function recordQuery({ noun, reference }: Pick<Entry, "noun" | "reference">): string | null {
  if (reference === null) return null;
  const type = noun.charAt(0).toUpperCase() + noun.slice(1);
  if ("id" in reference) {
    return `query ${type} { node(id: ${JSON.stringify(reference.id)}) { ... on ${type} { ${FIELDS[noun]} } } }`;
  }
  const key = JSON.stringify(reference.key);
  if (BY_KEY.has(noun)) return `query ${type}_${nameOf(reference.key)} { ${noun}(by: { key: ${key} }) { ${FIELDS[noun]} } }`;
  return null;
}

function nameOf(key: string): string {
  return key.replaceAll(/\W/g, "_");
}
