/** What is wrong with an input, where no member of a form shows it. */
import type { FaultFragment } from "../generated";

export function Faults({ faults, title }: { faults: readonly FaultFragment[]; title: string }) {
  if (faults.length === 0) return null;
  return (
    <div role="alert" className="problem">
      <p><strong>{title}</strong></p>
      <ul>
        {faults.slice(0, 10).map((fault, index) => (
          <li key={index}>
            <bdi>{fault.message}</bdi>
            {fault.suggestions.length > 0 && <> (<bdi>{fault.suggestions.slice(0, 5).join(", ")}</bdi>)</>}
          </li>
        ))}
      </ul>
      {faults.length > 10 && <p>And {faults.length - 10} more.</p>}
    </div>
  );
}
