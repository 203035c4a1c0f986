/** `/meetings`: when parties met, and who was there. */
import { useWords } from "../context";
import { MeetingsDocument, type MeetingsQuery } from "../generated";
import { Line, MeetingLink, PartyLink } from "../parts/parts";
import { put } from "../questions";
import { topicName } from "../topics";
import { meetingsFor } from "./choices";
import { listed, makeList } from "./list";

type Row = NonNullable<MeetingsQuery["meetings"]>["nodes"][number];

export const meetingList = makeList<Row>({
  section: "meetings",
  title: (words) => words.meetings,
  fields: (words) => [
    { as: "search", name: "q", label: words.search },
    { as: "choice", name: "kind", label: words.kind, facet: "KIND", shown: words.label },
    { as: "choice", name: "year", label: words.year, facet: "YEAR", shown: (year) => year },
    { as: "choice", name: "topic", label: words.topic, facet: "TOPIC", shown: (path, _names, labels) => topicName(path, labels) },
    { as: "order", name: "order", label: words.order, options: [["latest", words.orders.latest], ["earliest", words.orders.earliest]] },
  ],
  *ask(search) {
    const variables = meetingsFor(search);
    const { meetings } = yield* put(MeetingsDocument, variables);
    return listed(meetings, MeetingsDocument, variables);
  },
  Rows: ({ rows }) => {
    const words = useWords();
    return (
      <ul className="plain rows">
        {rows.map((row) => (
          <li key={row.key}>
            <MeetingLink meeting={row} /> <span className="when">{words.date(row.date)}</span>
            <div className="who">
              <Line
                between=" · "
                said={[
                  words.label(row.kind),
                  row.place?.name && <bdi>{row.place.name}</bdi>,
                  <Line
                    between={words.between}
                    said={row.participations.map(({ party, nameAsStated }, index) =>
                      party ? <PartyLink key={index} party={party} /> : <bdi key={index}>{nameAsStated}</bdi>,
                    )}
                  />,
                ]}
              />
            </div>
          </li>
        ))}
      </ul>
    );
  },
});
