/** A date, seen from the day of the article where there is one; that itself, from today. */
import { isoOf, today } from "../../../timeline/dates";
import type { Members } from "../../record/content";
import { labelOf } from "../../record/words";
import { useForm } from "../context";
import { DateBox } from "../DateBox";
import { attributesOf, type MemberProps } from "./props";

export function DateMember(props: MemberProps) {
  const { near } = useForm();
  const upTo = props.field.name === "datePublished" ? isoOf(today()) : undefined;
  return (
    <DateBox
      label={labelOf(props.field.name, props.place.type)}
      value={(props.value ?? {}) as Members}
      onChange={props.set}
      on={upTo ?? near?.latest ?? near?.earliest ?? null}
      upTo={upTo}
      attributes={attributesOf(props)}
    />
  );
}
