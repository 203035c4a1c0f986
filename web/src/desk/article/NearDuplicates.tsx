/**
 * Articles that have much of a text already, and on whose statement it rests if they tell: proposed, for whoever
 * pastes it to decide.
 */
import { useMemo } from "react";
import { useSettled } from "../../reading/settled";
import { dateWords } from "../../reading/words/en";
import { Link } from "../address";
import { ask } from "../api";
import { useAsked } from "../asking";
import { useForm } from "../forms/context";
import { findParties } from "../forms/finding";
import { NearDuplicatesDocument, type NearDuplicatesQuery } from "../generated";
import { headlineOr } from "../nouns";
import { may } from "../session/session";
import { creditOf, likeness, tellingWords } from "./propose";

/** From this on, two texts are likely the same report. */
const ALIKE = 0.3;

type Like = NonNullable<NearDuplicatesQuery["articles"]>["nodes"][number] & { readonly alike: number };

interface NearDuplicatesProps {
  /** The key of the article that the new one is ticked to be the same as; empty if none. */
  readonly same: string;
  readonly onTick: (key: string) => void;
}

export function NearDuplicates({ same, onTick }: NearDuplicatesProps) {
  const text = useSettled(String(useForm().values["text"] ?? ""));
  const groups = useMemo(() => tellingWords(text), [text]);
  const asked = useAsked((signal) => findAlike(text, groups, signal), groups.join("|"));
  const alike = asked.data ?? [];
  return (
    <>
      {asked.error && <p className="fault" role="alert">{`Whether it is here already could not be looked up: ${asked.error}.`}</p>}
      {alike.length > 0 && (
        <div className="notice alarming" role="status">
          Much of this text is here already:
          <ul>
            {alike.map((one) => (
              <li key={one.key}>
                <Link href={`/desk/articles/${encodeURIComponent(one.key)}`}><bdi>{headlineOr(one.headline, one.key)}</bdi></Link>,{" "}
                {one.publisher && <><bdi>{one.publisher.name}</bdi>, </>}{dateWords(one.datePublished)}{" "}
                <span className="hint">{Math.round(one.alike * 100)} % of it</span>
                {may("EDITOR") && one.curation === "ACCEPTED" && (
                  <label className="check">
                    <input type="checkbox" checked={same === one.key} onChange={() => onTick(same === one.key ? "" : one.key)} />
                    It is the same report: merge the new one into it once it is saved
                  </label>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Relayed text={text} alike={alike} />
    </>
  );
}

async function findAlike(text: string, groups: readonly string[], signal: AbortSignal): Promise<Like[]> {
  const found = await Promise.all(groups.map((words) => ask(NearDuplicatesDocument, { words }, signal)));
  const nodes = found.flatMap(({ articles }) => articles?.nodes ?? []);
  return [...new Map(nodes.map((node) => [node.key, node])).values()]
    .map((node) => ({ ...node, alike: likeness(text, node.text ?? "") }))
    .filter(({ alike }) => alike >= ALIKE)
    .sort((a, b) => b.alike - a.alike);
}

/** Whose statement it may relay: whom the dateline credits, and on whose statement the same words rest elsewhere. */
function Relayed({ text, alike }: { text: string; alike: readonly Like[] }) {
  const { values, set, note } = useForm();
  const credit = creditOf(text);
  const asked = useAsked(async (signal) => (credit ? findParties(credit, signal) : []), credit ?? "");
  const elsewhere = alike.flatMap(({ relays }) => (relays ? [{ key: relays.key, title: relays.name, why: "as the same words do elsewhere" }] : []));
  const credited = (asked.data ?? []).slice(0, 2).map(({ key, title }) => ({ key, title, why: `the dateline has “${credit}”` }));
  const proposed = [...new Map([...elsewhere, ...credited].map((one) => [one.key, one])).values()];
  if (proposed.length === 0 || values["relays"]) return null;
  return (
    <div className="notice" role="status">
      Does it rest on somebody’s statement?
      <ul>
        {proposed.map(({ key, title, why }) => (
          <li key={key}>
            <button
              type="button"
              className="quiet"
              onClick={() => {
                note(title, "relays", key);
                set({ relays: key });
              }}
            >
              On that of <bdi>{title}</bdi>
            </button>{" "}
            <span className="hint">{why}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
