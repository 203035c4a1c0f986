/** One of an answer's lists as a table that can be sorted, copied and downloaded. */
import { useMemo, useState } from "react";
import { untwisted } from "../answers/directions";
import { save } from "../answers/files";
import { csvOf, tabbed } from "./csv";
import { type Cell, sorted, type Table, wordsIn } from "./rows";
import "./table.css";

/** More would only slow the page down; the file has all. */
const SHOWN = 500;

interface Order {
  readonly column: string;
  readonly direction: 1 | -1;
}

export function TableView({ tables, name }: { tables: readonly Table[]; name: string }) {
  const [chosen, setChosen] = useState("");
  const [order, setOrder] = useState<Order | null>(null);
  const [copied, setCopied] = useState(false);
  const table = tables.find((each) => each.name === chosen) ?? tables[0]!;
  const ordered = useMemo(() => inOrder(table, order), [table, order]);

  function sortBy(column: string) {
    setOrder(order?.column === column ? { column, direction: order.direction === 1 ? -1 : 1 } : { column, direction: 1 });
  }

  async function copy() {
    await navigator.clipboard.writeText(tabbed(ordered));
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  }

  return (
    <section className="answer-table" aria-label="Table">
      <div className="answer-table-tools">
        <label>
          Rows of{" "}
          <select value={table.name} onChange={(event) => setChosen(event.target.value)}>
            {tables.map((each) => (
              <option key={each.name} value={each.name}>
                {`${each.name || "the answer"} (${each.rows.length})`}
              </option>
            ))}
          </select>
        </label>
        <span>
          {/* Browsers give the clipboard only to pages of https and of this machine. */}
          {"clipboard" in navigator && (
            <button type="button" onClick={() => void copy()}>
              {copied ? "Copied" : "Copy"}
            </button>
          )}
          <button type="button" onClick={() => downloadCsv(ordered, name)}>
            CSV
          </button>
        </span>
      </div>
      <div className="answer-table-scroll" tabIndex={0} role="region" aria-label="Rows">
        <table>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th key={column} scope="col" aria-sort={sortOf(column, order)}>
                  <button type="button" onClick={() => sortBy(column)}>
                    {column}
                    <span aria-hidden="true">{arrowOf(column, order)}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ordered.rows.slice(0, SHOWN).map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => (
                  <td key={column} className={typeof cell === "number" ? "number" : undefined}>
                    <CellView cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {ordered.rows.length > SHOWN && <p>{`The first ${SHOWN} of ${ordered.rows.length} rows; the CSV has all.`}</p>}
    </section>
  );
}

export function downloadCsv(table: Table, name: string): void {
  save(new Blob([csvOf(table)], { type: "text/csv;charset=utf-8" }), `${name}.csv`);
}

function CellView({ cell }: { cell: Cell }) {
  if (cell === null) return null;
  if (typeof cell === "number" || typeof cell === "boolean") return String(cell);
  const words = untwisted(wordsIn(cell));
  return <div title={words} dir="auto">{words}</div>;
}

function inOrder(table: Table, order: Order | null): Table {
  const column = order ? table.columns.indexOf(order.column) : -1;
  return order && column >= 0 ? { ...table, rows: sorted(table, column, order.direction) } : table;
}

function sortOf(column: string, order: Order | null) {
  if (order?.column !== column) return "none";
  return order.direction === 1 ? "ascending" : "descending";
}

function arrowOf(column: string, order: Order | null): string {
  return { none: "", ascending: " ↑", descending: " ↓" }[sortOf(column, order)];
}
