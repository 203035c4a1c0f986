/** The lists of an answer as tables: a row for each item, a column for each value in it. */
import { isObject, type Json } from "../answers/shapes";

export type Cell = string | number | boolean | null;

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

interface Item {
  /** What the items around this one are called: name of the column, and its value. */
  readonly context: readonly (readonly [string, Cell])[];
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
      const own = [`${path.at(-2) ?? path.at(-1) ?? ""}`, nameIn(item) ?? index + 1] as const;
      inside(item, path, [...context, own], found);
    });
  } else if (isObject(value)) inside(value, path, context, found);
}

function inside(object: Json, path: string[], context: Item["context"], found: Map<string, Item[]>): void {
  for (const [key, value] of Object.entries(object)) gather(value, [...path, key], context, found);
}

/** What an item goes by: what people gave it, or that of the only object in it (`edges { node }`). */
function nameIn(object: Json): Cell | undefined {
  const named = ["key", "title", "name", "headline", "id"].map((key) => object[key]).find(isCell);
  if (named !== undefined) return named;
  const parts = Object.values(object).filter(isObject);
  return parts.length === 1 ? nameIn(parts[0]!) : undefined;
}

function isCell(value: unknown): value is Cell {
  return value !== undefined && (value === null || typeof value !== "object");
}

function tableOf(name: string, items: Item[]): Table {
  const columns = new Map<string, number>();
  const rows = items.map(({ context, value }) => {
    const cells = new Map<string, Cell[]>();
    context.forEach(([column, cell]) => put(cells, `‹${column}›`, cell));
    flatten(value, [], cells);
    for (const column of cells.keys()) if (!columns.has(column)) columns.set(column, columns.size);
    return cells;
  });
  const order = [...columns.keys()];
  return { name, columns: order, rows: rows.map((cells) => order.map((column) => joined(cells.get(column)))) };
}

/** Names in the answer, dotted; the values of a list stand together in one cell. */
function flatten(value: unknown, path: string[], cells: Map<string, Cell[]>): void {
  if (Array.isArray(value)) for (const item of value) flatten(item, path, cells);
  else if (isObject(value)) {
    for (const [key, member] of Object.entries(value)) {
      // Connections are how lists are cut into pages, and of no interest in a table.
      flatten(member, key === "nodes" || key === "edges" || key === "node" ? path : [...path, key], cells);
    }
  } else if (isCell(value)) put(cells, path.join("."), value);
}

function put(cells: Map<string, Cell[]>, column: string, cell: Cell): void {
  cells.set(column, [...(cells.get(column) ?? []), cell]);
}

function joined(cells: Cell[] | undefined): Cell {
  const known = (cells ?? []).filter((cell) => cell !== null);
  return known.length > 1 ? known.join("; ") : (known[0] ?? null);
}

/** Rows in the order of a column: numbers as numbers, text as people sort it, nothing last. */
export function sorted(table: Table, column: number, direction: 1 | -1): Table["rows"] {
  return table.rows.toSorted((a, b) => compared(a[column] ?? null, b[column] ?? null, direction));
}

const COLLATOR = new Intl.Collator("en", { numeric: true });

function compared(a: Cell, b: Cell, direction: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === "number" && typeof b === "number") return (a - b) * direction;
  return COLLATOR.compare(String(a), String(b)) * direction;
}
