/** What the addresses of lists have in common. */
import { parameterOf } from "../address";
import { momentOf } from "../moment";

/** The variables for the page of a list that begins after this one. */
export function afterOf(search: string): { after?: string } {
  const after = parameterOf(search, "after");
  return after ? { after } : {};
}

/** The days of the year that an address names, up to the day of its page; nothing where it has neither. */
export function daysOf(search: string): { from?: string; to: string } | null {
  const { asOf } = momentOf(search);
  const year = parameterOf(search, "year");
  if (!/^\d{4}$/.test(year)) return asOf === null ? null : { to: asOf };
  const end = `${year}-12-31`;
  return { from: `${year}-01-01`, to: asOf !== null && asOf < end ? asOf : end };
}

/** A choice among several orders, the first of which is the usual one. */
export function orderOf<Name extends string>(search: string, names: readonly [Name, ...Name[]]): Name {
  const named = parameterOf(search, "order");
  return names.find((name) => name === named) ?? names[0];
}

/** Without the members that say nothing. */
export function filled<Filter extends object>(filter: Filter): { [Member in keyof Filter]?: Exclude<Filter[Member], "" | null | false> } {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value)) as never;
}

/** `{ eq: key }`, or nothing. */
export function eq(key: string): { eq: string } | null {
  return key ? { eq: key } : null;
}
