/** `/follow-ups`: all that came of anything. */
import { type FollowUpRowFragment, FollowUpsDocument } from "../generated";
import { FollowUpRows } from "../parts/rows";
import { put } from "../questions";
import { followUpsFor } from "./choices";
import { listed, makeList } from "./list";

export const followUpList = makeList<FollowUpRowFragment>({
  section: "follow-ups",
  title: (words) => words.followUps,
  fields: (words) => [
    { as: "choice", name: "kind", label: words.kind, facet: "KIND", shown: words.label },
    { as: "choice", name: "independence", label: words.independence, facet: "INDEPENDENCE", shown: words.label },
    { as: "choice", name: "year", label: words.year, facet: "YEAR", shown: (year) => year },
    { as: "order", name: "order", label: words.order, options: [["latest", words.orders.latest], ["earliest", words.orders.earliest]] },
  ],
  *ask(search) {
    const variables = followUpsFor(search);
    const { followUps } = yield* put(FollowUpsDocument, variables);
    return listed(followUps, FollowUpsDocument, variables);
  },
  Rows: FollowUpRows,
});
