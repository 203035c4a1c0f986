/**
 * What tells statuses apart without any colour: each has a pattern of its own over its colour, so that a
 * black and white print and a colour-blind reader lose nothing.
 */
import { statusClass } from "../timeline/kinds";

/** Paths in a tile of 8 by 8. */
const LINES: Readonly<Record<string, string>> = {
  NO_FOLLOW_UP: "",
  REAFFIRMED: "M0 4H8",
  IN_PROGRESS: "M-2 2L2 -2M0 8L8 0M6 10L10 6",
  PARTLY_FULFILLED: "M-2 2L2 -2M0 8L8 0M6 10L10 6M0 0L8 8",
  FULFILLED: "M0 2H8M0 6H8M2 0V8M6 0V8",
  STALLED: "M4 0V8",
  BROKEN: "M1 1L5 5M5 1L1 5",
  SUPERSEDED: "M2 2h.1M6 6h.1",
  WITHDRAWN: "M-2 6L2 10M0 0L8 8M6 -2L10 2",
  NOT_TRACKABLE: "M4 4h.1",
};

export function patternId(prefix: string, status: string): string {
  return `${prefix}-${status}`;
}

export function Patterns({ prefix, statuses }: { prefix: string; statuses: readonly string[] }) {
  return (
    <defs>
      {statuses.map((status) => (
        <pattern key={status} id={patternId(prefix, status)} width="8" height="8" patternUnits="userSpaceOnUse">
          <rect className={`series-colour ${statusClass(status)}`} width="8" height="8" />
          {/* Of a status that this page does not know yet, a sign that no other has. */}
          <path className="series-lines" d={LINES[status] ?? "M0 6L4 2L8 6"} />
        </pattern>
      ))}
    </defs>
  );
}
