/** What is wrong with an input, where no member of a form shows it. */
import type { FaultFragment } from "../generated";
import type { Titles } from "../record/titles";
import { sayFault } from "./faultWords";

interface FaultsProps {
  readonly faults: readonly FaultFragment[];
  readonly title: string;
  /** What the keys are called that faults may name. */
  readonly titles?: Titles;
}

export function Faults({ faults, title, titles }: FaultsProps) {
  if (faults.length === 0) return null;
  return (
    <div role="alert" className="problem">
      <p><strong>{title}</strong></p>
      <ul>
        {faults.slice(0, 10).map((fault, index) => (
          <li key={index}>
            <bdi>{sayFault(fault.message, titles)}</bdi>
            {fault.suggestions.length > 0 && <> (<bdi>{fault.suggestions.slice(0, 5).join(", ")}</bdi>)</>}
          </li>
        ))}
      </ul>
      {faults.length > 10 && <p>And {faults.length - 10} more.</p>}
    </div>
  );
}
