/** Other records that a record names: one, or several. */
import { useEffect, useState } from "react";
import { titleIn } from "../../record/titles";
import { labelOf } from "../../record/words";
import { useForm } from "../context";
import { isEmpty, type Sought } from "../fields";
import { findArticles, findFollowUps, findMeetings, findParties, findPublishers, findTrackables } from "../finding";
import { NewParty } from "../NewParty";
import { type Option, Picker } from "../Picker";
import type { MemberProps } from "./props";

const MAKING: Readonly<Partial<Record<Sought, string>>> = { party: "Make a new party", publisher: "Make a new party" };

function useFinding(sought: Sought) {
  const { near, values } = useForm();
  const target = String(values["target"] ?? "");
  return (words: string, signal: AbortSignal): Promise<readonly Option[]> => {
    switch (sought) {
      case "party":
        return findParties(words, signal, near);
      case "publisher":
        return findPublishers(words, signal);
      case "meeting":
        return findMeetings(words, signal, near);
      case "trackable":
        return findTrackables(words, signal, near);
      case "followUp":
        return findFollowUps(target, signal);
      case "article":
        return findArticles(words, signal);
    }
  };
}

function KeyPicker({ sought, label, onChoose, ...props }: MemberProps & { sought: Sought; label: string; onChoose: (option: Option) => void }) {
  const { near, values, hold } = useForm();
  const { path } = props;
  const [making, setMaking] = useState<string | null>(null);
  const find = useFinding(sought);
  const isMaking = making !== null;
  useEffect(() => {
    if (!isMaking) return;
    hold(path, true);
    return () => hold(path, false);
  }, [isMaking, path, hold]);

  if (isMaking) return <NewParty name={making} {...(sought === "publisher" && { likely: "MEDIA" })} onDone={onChoose} onCancel={() => setMaking(null)} />;
  return (
    <Picker
      label={label}
      describedBy={props.describedBy}
      isInvalid={props.isInvalid}
      isRequired={props.needed}
      find={find}
      given={JSON.stringify([near?.parties, near?.words, values["target"]])}
      onChoose={onChoose}
      onMake={MAKING[sought] ? setMaking : undefined}
      making={MAKING[sought] ?? ""}
    />
  );
}

export function KeyMember({ sought, ...props }: MemberProps & { sought: Sought }) {
  const { titles, note } = useForm();
  const { field, value, set } = props;
  if (typeof value === "string" && value !== "") {
    const title = titleIn(titles, field.name, value);
    return (
      <p className="chip">
        <bdi>{title}</bdi> <button type="button" className="quiet" onClick={() => set(null)} aria-label={`Take away ${title}`}>×</button>
      </p>
    );
  }
  return (
    <KeyPicker
      {...props}
      sought={sought}
      label={labelOf(field.name)}
      onChoose={({ key, title }) => {
        note(title, field.name, key);
        // Most are printed by the name that they are found by.
        const isUnnamed = props.place.type === "ParticipationInput" && isEmpty(props.place.values["nameAsStated"]);
        props.place.set({ [field.name]: key, ...(isUnnamed && { nameAsStated: title }) });
      }}
    />
  );
}

export function KeysMember({ sought, ...props }: MemberProps & { sought: Sought }) {
  const { titles, note } = useForm();
  const { field, value, set } = props;
  const keys = (value ?? []) as readonly string[];
  return (
    <>
      {keys.length > 0 && (
        <ul className="chips">
          {keys.map((key) => (
            <li key={key} className="chip">
              <bdi>{titleIn(titles, field.name, key)}</bdi>{" "}
              <button type="button" className="quiet" onClick={() => set(keys.filter((one) => one !== key))} aria-label={`Take away ${titleIn(titles, field.name, key)}`}>×</button>
            </li>
          ))}
        </ul>
      )}
      <KeyPicker
        key={keys.length}
        {...props}
        sought={sought}
        label={labelOf(field.name)}
        onChoose={({ key, title }) => {
          note(title, field.name, key);
          set([...keys.filter((one) => one !== key), key]);
        }}
      />
    </>
  );
}
