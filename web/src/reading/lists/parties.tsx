/** `/parties`: who promises and who is promised to. */
import { A, To, useWords } from "../context";
import { PartiesDocument, type PartiesQuery } from "../generated";
import { put } from "../questions";
import { partiesFor } from "./choices";
import { listed, makeList } from "./list";

type Row = NonNullable<PartiesQuery["parties"]>["nodes"][number];

export const partyList = makeList<Row>({
  section: "parties",
  title: (words) => words.parties,
  fields: (words) => [
    { as: "search", name: "q", label: words.search },
    { as: "choice", name: "kind", label: words.kind, facet: "KIND", shown: words.label },
    { as: "choice", name: "country", label: words.country, facet: "COUNTRY", shown: words.countryName },
  ],
  *ask(search) {
    const variables = partiesFor(search);
    const { parties } = yield* put(PartiesDocument, variables);
    return listed(parties, PartiesDocument, variables);
  },
  Rows: ({ rows }) => {
    const words = useWords();
    return (
      <ul className="plain rows">
        {rows.map(({ key, name, kind, country, promised, addressed }) => (
          <li key={key}>
            <To section="parties" of={key}><bdi>{name}</bdi></To>
            <div className="who">
              {words.label(kind)}
              {country && <>{words.between}{words.countryName(country)}</>}
              {(promised?.totalCount ?? 0) > 0 && (
                <>{" · "}<A href={`/commitments?promisor=${encodeURIComponent(key)}`}>{words.promisedCount(promised!.totalCount)}</A></>
              )}
              {(addressed?.totalCount ?? 0) > 0 && <>{" · "}{words.addressedCount(addressed!.totalCount)}</>}
            </div>
          </li>
        ))}
      </ul>
    );
  },
});
