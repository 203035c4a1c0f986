import { expect, test } from "vitest";
import { creditOf, datelineDayIn, datelineOf, datePrintedIn, headlineOf, languageOf, likeness, proposeFrom, tellingWords } from "./propose";

test("a short first line is the headline", () => {
  expect(headlineOf("Telno promises lower prices\n\nSARN: Telno said …")).toBe("Telno promises lower prices");
  expect(headlineOf("One sentence alone.")).toBeNull();
  expect(headlineOf("It begins with a sentence.\nAnd goes on.")).toBeNull();
});

test("capitals before a colon or a dash are the dateline", () => {
  expect(datelineOf("A headline\nPORT SARN: Telno said")).toBe("PORT SARN");
  expect(datelineOf("SARN, Jan 10 (ANA) – Telno said")).toBe("SARN");
  expect(datelineOf("Telno said: yes")).toBeNull();
});

test("a day within the dateline is the article's, with its year or as it is printed", () => {
  expect(datelineDayIn("A headline\nSARN, Jan 10, 2024 (ANA) – Telno said")).toBe("2024-01-10");
  expect(datelineDayIn("SARN, Jan 10 (ANA) – Telno said")).toBe("Jan 10");
  expect(datelineDayIn("ELMSTAD, 29 February (Norden Wire) -- The railway said")).toBe("29 February");
  expect(datelineDayIn("SARN, Thursday, Jan. 10: Telno said")).toBe("Jan. 10");
  expect(datelineDayIn("SARN, Velmora: Telno said")).toBeNull();
  expect(datelineDayIn("SARN: Telno said on Jan 10 that")).toBeNull();
  expect(datelineOf("ELMSTAD, Feb 29 (Norden Wire) -- The railway said")).toBe("ELMSTAD");
});

test("the script tells the language where few share it", () => {
  expect(languageOf("کمپنی نے وعدہ کیا ہے کہ قیمتیں کم کی جائیں گی")).toBe("ur");
  expect(languageOf("وعدت الشركة بخفض الأسعار")).toBe("ar");
  expect(languageOf("Telno promised")).toBeNull();
});

test("only what is empty is proposed", () => {
  expect(proposeFrom("A headline\nSARN: text", { headline: "Mine" })).toEqual({ dateline: "SARN" });
});

test("texts that share most runs of words are alike", () => {
  const text = "Telno promised lower prices by the end of the year and a help desk for everybody in the country.";
  expect(likeness(text, `A copy: ${text} Advertisement.`)).toBeGreaterThan(0.9);
  expect(likeness(text, "Another report of another company that has nothing to do with any of it.")).toBe(0);
  expect(tellingWords(text)[0]).toContain("everybody");
});

test("a line with a day and nothing else is the date", () => {
  expect(datePrintedIn("A headline\nPublished May 2, 2024\n\nSARN: Telno said")).toBe("2024-05-02");
  expect(datePrintedIn("A headline\nThursday, 2 May 2024\nText")).toBe("2024-05-02");
  expect(datePrintedIn("A headline\n2024-05-02 | 10:30\nText")).toBe("2024-05-02");
  expect(datePrintedIn("Telno promised on 2 May 2024 that prices would fall.")).toBeNull();
  expect(datePrintedIn("Published 2 May 2024 is the date that everybody in the whole country remembers")).toBeNull();
});

test("what a dateline has in brackets is whose report it is", () => {
  expect(creditOf("SARN, Jan 10 (ANA) – Telno said")).toBe("ANA");
  expect(creditOf("PORT SARN: Telno (a company) said")).toBeNull();
});
