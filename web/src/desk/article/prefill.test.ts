import { expect, test } from "vitest";
import { modeOf, type Passage, prefill, speakerOf } from "./prefill";

const TELNO = { key: "telno", name: "Telno" };
const OFFICE = { key: "office", name: "Price Office" };
const TEXT = "The Price Office met Telno.\nTelno said: “We will lower prices by May.” The Price Office asked for a list.";

function passage(words: string, changed: Partial<Passage> = {}): Passage {
  const start = TEXT.indexOf(words);
  const end = start + words.length;
  return {
    article: "A1", textKind: "FULL_TEXT", date: "2024-05-02", text: TEXT, start, end, selector: { start, end },
    parties: [TELNO, OFFICE], relays: null, meetings: [], ...changed,
  };
}

test("words within quotation marks are a quotation", () => {
  expect(modeOf(passage("We will lower prices by May."))).toBe("DIRECT_QUOTE");
  expect(modeOf(passage("The Price Office asked for a list."))).toBe("PARAPHRASE");
});

test("whoever is named first in the words speaks, else last before or first after them, else whose statement it is", () => {
  expect(speakerOf(passage("We will lower prices by May."))).toBe(TELNO);
  expect(speakerOf(passage("asked for a list"))).toBe(OFFICE);
  expect(speakerOf(passage("The Price Office met Telno."))).toBe(OFFICE);
  expect(speakerOf(passage("Telno said", { parties: [OFFICE] }))).toBe(OFFICE);
  expect(speakerOf(passage("lower", { parties: [], relays: OFFICE }))).toBe(OFFICE);
  expect(speakerOf(passage("lower", { parties: [] }))).toBeNull();
});

test("a commitment is filled in with its promisor, the words and the day of the report", () => {
  expect(prefill("COMMITMENTS", passage("We will lower prices by May."))).toEqual({
    promisors: [{ party: "telno", attribution: "SELF_QUOTED" }],
    madeOn: { edtf: "2024-05-02", basis: "REPORT_DAY" },
    evidence: [{ article: "A1", selector: { start: 41, end: 69 }, mode: "DIRECT_QUOTE", saidBy: "telno" }],
  });
});

test("the only meeting of the article is where it was made", () => {
  const filled = prefill("COMMITMENTS", passage("lower prices", { meetings: [{ key: "M1", edtf: "2024-05-01" }], textKind: "DIGEST" }));
  expect(filled).toMatchObject({ gist: "lower prices", madeAt: "M1", madeOn: { edtf: "2024-05-01" } });
});

test("those who are named in the words took part", () => {
  expect(prefill("MEETINGS", passage("The Price Office met Telno."))["participations"]).toEqual([
    { party: "telno", nameAsStated: "Telno" },
    { party: "office", nameAsStated: "Price Office" },
  ]);
});
