/** Texts of a line or several, numbers, and what is true, false or as by default. */
import { attributesOf, type MemberProps } from "./props";

export function TextMember(props: MemberProps) {
  const { field, value, set } = props;
  const attributes = attributesOf(props);
  if (field.kind === "flag") {
    return (
      <select {...attributes} value={value === undefined || value === null ? "" : String(value)} onChange={(e) => set(e.target.value === "" ? null : e.target.value === "true")}>
        <option value="">As by default</option>
        <option value="true">Yes</option>
        <option value="false">No</option>
      </select>
    );
  }
  if (field.kind === "number" || field.kind === "amount") {
    const counts = field.kind === "number" ? { min: 0 } : { step: "any" };
    return <input {...attributes} type="number" {...counts} value={String(value ?? "")} onChange={(e) => set(e.target.value === "" ? null : Number(e.target.value))} />;
  }
  if (field.kind === "text") {
    return <textarea {...attributes} rows={3} dir="auto" value={String(value ?? "")} onChange={(e) => set(e.target.value)} />;
  }
  return <input {...attributes} dir="auto" value={String(value ?? "")} onChange={(e) => set(e.target.value)} />;
}
