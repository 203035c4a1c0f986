/** Topics: paths between commas. Says what each is called, and offers those that there are. */
import { useEffect, useState } from "react";
import { useAsked } from "../../asking";
import { labelOf } from "../../record/words";
import { chooseTopics, completeTopic, loadTopics, topicsIn } from "../topics";
import { attributesOf, type MemberProps } from "./props";

const MOST_OFFERED = 6;

export function TopicsMember(props: MemberProps) {
  const given = (props.value ?? []) as readonly string[];
  const [typed, setTyped] = useState(given.join(", "));
  const [isTyping, setTyping] = useState(false);
  const known = useAsked(async (signal) => (isTyping || given.length > 0 ? loadTopics(signal) : []), String(isTyping || given.length > 0));
  const topics = known.data ?? [];
  const last = typed.slice(typed.lastIndexOf(",") + 1).trim();
  const offered = isTyping && last ? chooseTopics(topics, last).filter(({ path }) => path !== last && !given.includes(path)).slice(0, MOST_OFFERED) : [];
  const called = given.flatMap((path) => topics.find((topic) => topic.path === path)?.label ?? []);

  // A draft, or a version of somebody else, may be put in from outside.
  useEffect(() => {
    if (topicsIn(typed).join() !== given.join()) setTyped(given.join(", "));
  }, [given.join()]);

  function type(text: string) {
    setTyped(text);
    setTyping(true);
    props.set(topicsIn(text));
  }

  return (
    <>
      <input {...attributesOf(props)} aria-label={labelOf(props.field.name, props.place.type)} placeholder="prices/calls, training" spellCheck={false} autoComplete="off" value={typed} onChange={(event) => type(event.target.value)} onFocus={() => setTyping(true)} />
      {offered.length > 0 && (
        <p className="alternatives">
          Or is it:{" "}
          {offered.map(({ path, label }) => (
            <button key={path} type="button" className="quiet" onClick={() => type(completeTopic(typed, path))}>
              <bdi>{path}</bdi>{label && <> (<bdi>{label}</bdi>)</>}
            </button>
          ))}
        </p>
      )}
      {called.length > 0 && <p className="hint">Called: <bdi>{called.join(", ")}</bdi></p>}
    </>
  );
}
