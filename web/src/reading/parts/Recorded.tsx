/** Any record by its name, as a link to its page. */
import { A, usePage } from "../context";
import type { RecordedFragment } from "../generated";

export function Recorded({ record }: { record: RecordedFragment }) {
  const { words } = usePage();
  const { url, key } = record;
  const section = url.split("/")[1] ?? "";
  return (
    <>
      <span className="kind">{words.kicker(section, key)}</span>{": "}
      <A href={url}><bdi>{nameOf(record, words.label) || key}</bdi></A>
      {record.curation !== "ACCEPTED" && ` (${words.curation(record.curation)})`}
    </>
  );
}

function nameOf(record: RecordedFragment, label: (value: string) => string): string {
  if ("title" in record) return record.title;
  if ("name" in record) return record.name;
  if ("headline" in record) return record.headline ?? "";
  if ("kind" in record) return `${label(record.kind)}${record.target ? ` – ${record.target.title}` : ""}`;
  return "";
}
