/** `/requests`: what somebody asked of somebody else, kept apart from what was promised. */
import { parameterOf } from "../address";
import { type RequestRowFragment, RequestsDocument } from "../generated";
import { RequestRows } from "../parts/rows";
import { put } from "../questions";
import { topicName } from "../topics";
import { requestsFor } from "./choices";
import { listed, makeList } from "./list";
import { namesBeside } from "./names";

export const requestList = makeList<RequestRowFragment>({
  section: "requests",
  title: (words) => words.requests,
  fields: (words) => [
    { as: "search", name: "q", label: words.search },
    { as: "choice", name: "status", label: words.status, facet: "STATUS", shown: words.label },
    { as: "choice", name: "asker", label: words.asker, facet: "ASKER", shown: (value, names) => names[value] ?? value },
    { as: "choice", name: "asked", label: words.asked, facet: "ASKED", shown: (value, names) => names[value] ?? value },
    { as: "choice", name: "topic", label: words.topic, facet: "TOPIC", shown: (path, _names, labels) => topicName(path, labels) },
    { as: "day", name: "asOf", label: words.asOf },
    { as: "order", name: "order", label: words.order, options: [["earliest", words.orders.earliest], ["latest", words.orders.latest]] },
  ],
  *ask(search) {
    const variables = requestsFor(search);
    const { requests } = yield* put(RequestsDocument, variables);
    const chosen = { ASKER: parameterOf(search, "asker"), ASKED: parameterOf(search, "asked") };
    return listed(requests, RequestsDocument, variables, yield* namesBeside(requests?.facets, chosen));
  },
  Rows: ({ rows }) => <RequestRows rows={rows} level="h2" />,
});
