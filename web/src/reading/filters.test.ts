import { expect, test } from "vitest";
import { addressOf, filtersIn, ordersOn, variablesFor, withChange } from "./filters";

const ADDRESS = "?q=lab&status=NO_FOLLOW_UP&promisor=meta&topic=connectivity&asOf=2025-07-09&order=newest&contested=true";

test("an address says all that is filtered by, and is made again from it", () => {
  expect(addressOf(filtersIn(ADDRESS))).toBe(ADDRESS);
  expect(addressOf(filtersIn(""))).toBe("");
});

test("what an address says wrongly is not asked", () => {
  expect(filtersIn("?asOf=yesterday&order=random")).toEqual(filtersIn(""));
});

test("filters become the API's, and what is not filtered by is not sent", () => {
  expect(variablesFor(filtersIn(""))).toEqual({
    filter: {},
    orderBy: [{ field: "MADE_ON", direction: "ASC" }],
    asOf: null,
  });
  expect(variablesFor(filtersIn(ADDRESS)).filter).toEqual({
    promisor: { eq: "meta" },
    topic: { eq: "connectivity" },
    status: { in: ["NO_FOLLOW_UP"], asOf: "2025-07-09" },
    and: [{ status: { contested: true, asOf: "2025-07-09" } }],
    madeOn: { to: "2025-07-09" },
  });
});

test("what a search found is filtered further, and nothing found stays nothing", () => {
  expect(variablesFor(filtersIn("?q=lab&promisor=meta"), ["K02"]).filter).toEqual({
    key: { in: ["K02"] },
    promisor: { eq: "meta" },
  });
  expect(variablesFor(filtersIn("?q=lab"), []).filter).toEqual({ key: { in: [] } });
});

test("contested is asked apart from the status, so that statuses are counted among the contested", () => {
  expect(variablesFor(filtersIn("?contested=true")).filter).toEqual({
    and: [{ status: { contested: true } }],
  });
});

test("what else an address says stays in it", () => {
  const frozen = "?status=BROKEN&asOf=2024-06-30&knownAt=2025-07-09T23:59:59Z";
  const address = addressOf({ ...filtersIn(frozen), asOf: "2023-01-01" }, frozen);
  expect(Object.fromEntries(new URLSearchParams(address))).toEqual({
    status: "BROKEN", asOf: "2023-01-01", knownAt: "2025-07-09T23:59:59Z",
  });
  expect(addressOf(filtersIn(""), "?status=BROKEN")).toBe("");
});

test("no list of a day is put in order by what came later", () => {
  expect(filtersIn("?asOf=2024-06-30&order=moved").order).toBe("");
  expect(filtersIn("?order=moved").order).toBe("moved");
  expect(withChange(filtersIn("?order=moved"), { asOf: "2024-06-30" }).order).toBe("");
  expect(withChange(filtersIn("?order=title"), { asOf: "2024-06-30" }).order).toBe("title");
  expect(ordersOn("2024-06-30").map(([value]) => value)).toEqual(["", "newest", "title"]);
});
