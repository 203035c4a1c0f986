import { parse, validate } from "graphql";
import { expect, test } from "vitest";
import { schema } from "../../worked-queries";
import { snippetOf, usesOf } from "./uses";

const at = (path: string, search = "") => usesOf({ path, search });

test("a commitment is cited, framed and downloaded as of the day of its page, in no language", () => {
  const uses = at("/commitments/K03", "?lang=ur&asOf=2024-06-30");
  expect(uses.address).toBe("/commitments/K03?asOf=2024-06-30");
  expect(uses.citations.map(({ href }) => href)).toEqual([
    "/cite/commitments/K03.bib?asOf=2024-06-30", "/cite/commitments/K03.json?asOf=2024-06-30",
  ]);
  expect(uses.data[0]).toEqual({ name: "JSON", href: "/data/commitments/K03.json?asOf=2024-06-30" });
  expect(uses.frame!.src).toBe("/embed/commitments/K03?asOf=2024-06-30");
  expect(uses.picture).toBe("/cards/commitments/K03.png?asOf=2024-06-30");
  expect(uses.feed).toBe(null); // what comes is later
  expect(usesOf({ path: "/commitments/K03", search: "" }).feed).toBe("/feeds/commitments/K03.atom");
});

test("a list is framed and downloaded with its filters and order, as the API takes them", () => {
  const uses = at("/commitments", "?status=BROKEN&promisor=meta&contested=true&order=newest&after=x");
  expect(uses.address).toBe("/commitments?status=BROKEN&promisor=meta&contested=true&order=newest");
  const { searchParams } = new URL(uses.data[0]!.href, "http://localhost");
  const filter = JSON.parse(searchParams.get("filter")!) as object;
  expect(filter).toMatchObject({ promisor: { eq: "meta" }, status: { in: ["BROKEN"] } });
  const query = "query($f: CommitmentFilter, $o: [TrackableOrder!]) { commitments(filter: $f, orderBy: $o) { totalCount } }";
  expect(validate(schema, parse(query))).toEqual([]);
  expect(JSON.parse(searchParams.get("orderBy")!)).toEqual([{ field: "MADE_ON", direction: "DESC" }]);
  expect(new URL(uses.frame!.src, "http://localhost").searchParams.get("filter")).toBe(searchParams.get("filter"));
  expect(at("/commitments", "?q=lab").data[0]!.href).not.toContain("RELEVANCE");
});

test("the list of each noun is downloaded with its filters, order and day", () => {
  const chosenAt = (path: string, search: string) => {
    const [csv, jsonLines] = at(path, search).data.map(({ href }) => new URL(href, "http://localhost"));
    expect(csv!.pathname).toBe(`/export${path}.csv`);
    expect(jsonLines!.href).toBe(csv!.href.replace(".csv", ".jsonl"));
    const { filter, orderBy, ...rest } = Object.fromEntries(csv!.searchParams);
    return { filter: filter && JSON.parse(filter) as object, orderBy: orderBy && JSON.parse(orderBy) as object, ...rest };
  };
  expect(chosenAt("/requests", "?asker=nisar&asOf=2024-06-30&lang=ur")).toEqual({
    filter: { asker: { eq: "nisar" }, madeOn: { to: "2024-06-30" } },
    orderBy: [{ field: "MADE_ON", direction: "ASC" }],
    asOf: "2024-06-30",
  });
  expect(chosenAt("/meetings", "?kind=BILATERAL&year=2024&after=x")).toEqual({
    filter: { kind: ["BILATERAL"], date: { from: "2024-01-01", to: "2024-12-31" } },
    orderBy: [{ field: "DATE", direction: "DESC" }],
  });
  expect(chosenAt("/follow-ups", "?independence=SELF&order=earliest")).toEqual({
    filter: { independence: ["SELF"] },
    orderBy: [{ field: "OCCURRED_ON", direction: "ASC" }],
  });
  expect(chosenAt("/parties", "?q=meta&country=PK")).toEqual({ filter: { search: "meta", country: "PK" } });
  expect(chosenAt("/articles", "?publisher=pta").filter).toEqual({ publisher: { eq: "pta" } });
  expect(at("/topics", "?asOf=2024-06-30").data[0]!.href).toBe("/export/topics.csv?asOf=2024-06-30");
  expect(at("/parties").frame).toBeNull();
  expect(at("/parties").feed).toBe("/feeds/changes.atom");
});

test("a party offers its commitments as a table, and other pages all of them", () => {
  const { searchParams } = new URL(at("/parties/me%20ta").data.at(-1)!.href, "http://localhost");
  expect(JSON.parse(searchParams.get("filter")!)).toEqual({ party: { eq: "me ta" } });
  expect(at("/").data[0]!.href).toBe("/export/commitments.csv");
  expect(at("/").frame).toBeNull();
  expect(at("/topics/online-safety/child").picture).toBe("/cards/site.png");
});

test("no title ends its attribute in the snippet", () => {
  const snippet = snippetOf("https://example.org", { src: "/embed/commitments/K03?a=1&b=2", height: 320 }, 'A "title" <b>');
  expect(snippet).toContain('src="https://example.org/embed/commitments/K03?a=1&amp;b=2"');
  expect(snippet).toContain('title="A &quot;title&quot; &lt;b>"');
  expect(snippet).toContain("https://example.org/embed.js");
});
