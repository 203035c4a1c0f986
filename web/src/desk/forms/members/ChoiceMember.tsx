/** One value of an enum, each with its definition. */
import { useId } from "react";
import { inSentence } from "../../../timeline/kinds";
import { VALUES } from "../../definitions/generated";
import { labelOf } from "../../record/words";
import { Folded } from "../Folded";
import { attributesOf, type MemberProps } from "./props";

/** Up to so many values stand one below the other, each with its definition. */
const MOST_SHOWN = 7;

export function ChoiceMember({ values, ...props }: MemberProps & { values: string }) {
  const name = useId();
  const { value, set, needed } = props;
  const all = VALUES[values] ?? [];
  if (all.length > MOST_SHOWN) {
    return (
      <>
        <select {...attributesOf(props)} aria-label={labelOf(props.field.name, props.place.type)} value={String(value ?? "")} onChange={(event) => set(event.target.value || null)}>
          <option value="">{needed ? "Choose one" : "As by default"}</option>
          {all.map(([one]) => <option key={one} value={one}>{inSentence(one)}</option>)}
        </select>
        <Folded className="definitions" summary={all.find(([one]) => one === value)?.[1] ?? "What each means"}>
          {() => <dl>{all.map(([one, says]) => <div key={one}><dt>{inSentence(one)}</dt><dd>{says}</dd></div>)}</dl>}
        </Folded>
      </>
    );
  }
  return (
    <div className="choices" role="radiogroup" aria-label={labelOf(props.field.name, props.place.type)} aria-invalid={props.isInvalid || undefined} aria-required={needed || undefined}>
      {all.map(([one, says]) => (
        <label key={one} className="choice">
          <input type="radio" name={name} value={one} checked={value === one} onChange={() => set(one)} />
          <span><strong>{inSentence(one)}</strong> <span className="hint">{says}</span></span>
        </label>
      ))}
    </div>
  );
}
