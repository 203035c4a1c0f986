/** Addresses of the reading pages: what they say, and how they are written. */

/** An address of this site: `/commitments/K03` and `?asOf=2025-07-09`. */
export interface Address {
  readonly path: string;
  readonly search: string;
}

/** The first part of the addresses of a noun. */
export type Section =
  | "articles" | "assessments" | "check-logs" | "commitments" | "follow-ups" | "meetings" | "parties" | "requests" | "topics";

/** A search with other parameters; those that are not named stay, an empty one or `null` takes one away. */
export function searchWith(search: string, changed: Readonly<Record<string, string | null>>): string {
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changed)) {
    if (value) parameters.set(name, value);
    else parameters.delete(name);
  }
  const text = parameters.toString();
  return text === "" ? "" : `?${text}`;
}

/** A parameter; empty where there is none. */
export function parameterOf(search: string, name: string): string {
  return new URLSearchParams(search).get(name) ?? "";
}

/** The path of a record, or of a topic: its slashes stay slashes. */
export function pathOf(section: Section, key: string): string {
  return `/${section}/${key.split("/").map(encodeURIComponent).join("/")}`;
}

/** As written where it is no whole encoding: then it is nobody's key either. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
