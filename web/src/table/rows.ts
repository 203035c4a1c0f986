/** The lists of an answer as tables: a row for each item, a column for each value in it. */
import { isObject, type Json } from "../answers/shapes";

type Value = string | number | boolean | null;

/** A value, or those of a list within the item, each in the place of what it is of: null where that has none. */
export type Cell = Value | readonly Value[];

export interface Table {
  /** Where in the answer the list is, such as `commitments.nodes`. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * Every list of objects, those further out first. Lists of the same place in different items are one
 * table, and begin with the column that tells the items apart. An answer without lists is one row.
 */
export function tablesOf(data: unknown): Table[] {
  const found = new Map<string, Item[]>();
  gather(data, [], [], found);
  const tables = [...found].map(([name, items]) => tableOf(name, items));
  if (tables.length > 0 || !isObject(data) || Object.keys(data).length === 0) return tables;
  return [tableOf("", [{ context: [], value: data }])];
}

/** What parts a connection into pages, and is of no interest in a table. */
const PARTS = new Set(["nodes", "edges", "node"]);

interface Item {
  /** What the items around this one are called: name of the column, and its value. */
  readonly context: readonly (readonly [string, Value])[];
  readonly value: Json;
}

function gather(value: unknown, path: string[], context: Item["context"], found: Map<string, Item[]>): void {
  if (Array.isArray(value)) {
    const items = value.filter(isObject);
    if (items.length === 0) return;
    const name = path.join(".");
    const held = found.get(name) ?? [];
    found.set(name, held);
    items.forEach((item) => held.push({ context, value: item }));
    items.forEach((item, index) => {
      const own = [path.findLast((part) => !PARTS.has(part)) ?? "", nameIn(item) ?? index + 1] as const;
      inside(item, path, [...context, own], found);
    });
  } else if (isObject(value)) inside(value, path, context, found);
}

function inside(object: Json, path: string[], context: Item["context"], found: Map<string, Item[]>): void {
  for (const [key, value] of Object.entries(object)) gather(value, [...path, key], context, found);
}

/**
 * What an item goes by: what people gave it, its day, or what the only object in it goes by
 * (`edges { node }`).
 */
function nameIn(object: Json): Value | undefined {
  const named = ["key", "title", "name", "headline", "id", "day"].map((key) => object[key]).find(isNamed);
  if (named !== undefined) return named;
  // A period that is open on its first side has the sign for that.
  if ("since" in object) return isNamed(object["since"]) ? object["since"] : "..";
  const parts = Object.values(object).filter(isObject);
  return parts.length === 1 ? nameIn(parts[0]!) : undefined;
}

function isNamed(value: unknown): value is Value {
  return isValue(value) && value !== null;
}

function isValue(value: unknown): value is Value {
  return value !== undefined && (value === null || typeof value !== "object");
}

function tableOf(name: string, items: Item[]): Table {
  const around = [...new Set(items.flatMap(({ context }) => context.map(([column]) => column)))];
  const columns = columnsOf(items.map(({ value }) => value));
  return {
    name,
    columns: [...around.map((column) => `‹${column}›`), ...columns],
    rows: items.map(({ context, value }) => [
      ...around.map((column) => nameAround(context, column)),
      ...columns.map((column) => cellOf(value, column.split("."))),
    ]),
  };
}

/** What the items around are called that stand in this column: several, where one kind lies within its like. */
function nameAround(context: Item["context"], column: string): Cell {
  const names = context.flatMap(([name, value]) => (name === column ? [value] : []));
  return names.length > 1 ? names : (names[0] ?? null);
}

/** The dotted names of all values in the items. Where some have an object, a null is that object's. */
function columnsOf(items: readonly Json[]): string[] {
  const columns = new Set<string>();
  const objects = new Set<string>();
  const look = (value: unknown, path: string[]): void => {
    if (Array.isArray(value)) return value.forEach((item) => look(item, path));
    if (!isObject(value)) return void columns.add(path.join("."));
    objects.add(path.join("."));
    for (const [key, member] of Object.entries(value)) look(member, PARTS.has(key) ? path : [...path, key]);
  };
  items.forEach((item) => look(item, []));
  return [...columns].filter((column) => !objects.has(column));
}

function cellOf(item: Json, column: readonly string[]): Cell {
  const found = valuesAt(item, column);
  if (!found) return null;
  return found.isList ? found.values : found.values[0]!;
}

interface Found {
  readonly values: readonly Value[];
  readonly isList: boolean;
}

/** What stands at a path; undefined where there is no such path. Each item of a list keeps its place in it. */
function valuesAt(value: unknown, path: readonly string[]): Found | undefined {
  if (Array.isArray(value)) {
    const found = value.map((item) => valuesAt(item, path));
    if (!found.some((each) => each)) return undefined;
    return { values: found.flatMap((each) => each?.values ?? [null]), isList: true };
  }
  if (isObject(value)) {
    const found = Object.entries(value).flatMap(([key, member]) => {
      if (PARTS.has(key)) return valuesAt(member, path) ?? [];
      return key === path[0] ? (valuesAt(member, path.slice(1)) ?? []) : [];
    });
    if (found.length <= 1) return found[0];
    return { values: found.flatMap(({ values }) => values), isList: true };
  }
  if (path.length === 0) return { values: [value as Value], isList: false };
  return value === null ? { values: [null], isList: false } : undefined;
}

/** A cell as it is read by people. */
export function wordsIn(cell: Cell): string {
  if (cell === null) return "";
  return typeof cell === "object" ? cell.map((value) => value ?? "").join("; ") : String(cell);
}

/** Rows in the order of a column: numbers as numbers, text as people sort it, nothing last. */
export function sorted(table: Table, column: number, direction: 1 | -1): Table["rows"] {
  return table.rows.toSorted((a, b) => compared(a[column] ?? null, b[column] ?? null, direction));
}

const COLLATOR = new Intl.Collator("en", { numeric: true });

function compared(a: Cell, b: Cell, direction: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === "number" && typeof b === "number") return (a - b) * direction;
  return COLLATOR.compare(wordsIn(a), wordsIn(b)) * direction;
}
