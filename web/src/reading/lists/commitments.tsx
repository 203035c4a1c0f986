/** `/commitments`: all of them, what became of each, and the filters to find one. */
import { COMMITMENT_STATUSES } from "../../timeline/kinds";
import { parameterOf } from "../address";
import { filtersIn, ordersOn, variablesFor } from "../filters";
import { CommitmentsDocument, type RowFragment } from "../generated";
import { CommitmentRows } from "../parts/rows";
import { put } from "../questions";
import { topicName } from "../topics";
import { listed, makeList } from "./list";
import { namesBeside } from "./names";

export const commitmentList = makeList<RowFragment>({
  section: "commitments",
  title: (words) => words.commitments,
  fields: (words, search) => [
    { as: "search", name: "q", label: words.search },
    { as: "choice", name: "status", label: words.status, facet: "STATUS", shown: words.label, always: COMMITMENT_STATUSES },
    { as: "choice", name: "promisor", label: words.promisor, facet: "PROMISOR", shown: (value, names) => names[value] ?? value },
    { as: "choice", name: "addressee", label: words.promisedTo, facet: "ADDRESSEE", shown: (value, names) => names[value] ?? value },
    { as: "choice", name: "topic", label: words.topic, facet: "TOPIC", shown: (path, _names, labels) => topicName(path, labels) },
    { as: "day", name: "asOf", label: words.asOf },
    {
      as: "order",
      name: "order",
      label: words.order,
      options: ordersOn(filtersIn(search)).map((name) => [name, words.orders[name]] as const),
    },
    { as: "check", name: "contested", label: words.contestedOnly },
    { as: "check", name: "overdue", label: words.overdueOnly },
  ],
  *ask(search) {
    const variables = variablesFor(search);
    const { commitments } = yield* put(CommitmentsDocument, variables);
    const chosen = { PROMISOR: parameterOf(search, "promisor"), ADDRESSEE: parameterOf(search, "addressee") };
    return listed(commitments, CommitmentsDocument, variables, yield* namesBeside(commitments?.facets, chosen));
  },
  Rows: ({ rows }) => <CommitmentRows rows={rows} level="h2" />,
});
