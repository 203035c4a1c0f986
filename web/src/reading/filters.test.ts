import { expect, test } from "vitest";
import { changed, filtersIn, ordersOn, variablesFor } from "./filters";

const ADDRESS = "?q=lab&status=NO_FOLLOW_UP&promisor=meta&topic=connectivity&asOf=2025-07-09&order=newest&contested=true";

test("what an address says wrongly is not asked", () => {
  expect(filtersIn("?asOf=yesterday&order=random")).toEqual(filtersIn(""));
});

test("filters become the API's, and what is not filtered by is not sent", () => {
  expect(variablesFor("")).toEqual({
    filter: {},
    orderBy: [{ field: "MADE_ON", direction: "ASC" }],
    asOf: null,
  });
  expect(variablesFor(ADDRESS)).toEqual({
    filter: {
      search: "lab",
      promisor: { eq: "meta" },
      topic: { eq: "connectivity" },
      status: { in: ["NO_FOLLOW_UP"], asOf: "2025-07-09" },
      and: [{ status: { contested: true, asOf: "2025-07-09" } }],
      madeOn: { to: "2025-07-09" },
    },
    orderBy: [{ field: "MADE_ON", direction: "DESC" }],
    asOf: "2025-07-09",
  });
});

test("contested and overdue are asked apart from the status, so that statuses are counted among them", () => {
  expect(variablesFor("?contested=true&overdue=true").filter).toEqual({
    and: [{ status: { contested: true } }, { status: { overdue: true } }],
  });
});

test("what else an address says stays in it, but for the place in the list before", () => {
  const frozen = "?status=BROKEN&asOf=2024-06-30&knownAt=2025-07-09T23:59:59Z&after=abc";
  expect(Object.fromEntries(new URLSearchParams(changed(frozen, { asOf: "2023-01-01" })))).toEqual({
    status: "BROKEN", asOf: "2023-01-01", knownAt: "2025-07-09T23:59:59Z",
  });
  expect(changed("?status=BROKEN", { status: "" })).toBe("");
});

test("no list of a day is put in order by what came later, and only a search by how well it matches", () => {
  expect(filtersIn("?asOf=2024-06-30&order=moved").order).toBe("oldest");
  expect(filtersIn("?order=moved").order).toBe("moved");
  expect(filtersIn("?order=best").order).toBe("oldest");
  expect(filtersIn("?q=lab").order).toBe("best");
  expect(ordersOn({ asOf: "2024-06-30", text: "" })).toEqual(["oldest", "newest", "title"]);
});
