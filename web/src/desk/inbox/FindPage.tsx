/** Finds any record by words, to be changed, merged, or read in its history. */
import { useState } from "react";
import { useSettled } from "../../reading/settled";
import { curationWords } from "../../reading/words/en";
import { Link } from "../address";
import { ask } from "../api";
import { useAsked, Waiting } from "../asking";
import { Heading } from "../Heading";
import { chooseTopics, loadTopics } from "../forms/topics";
import { FindRecordsDocument, type SearchNoun } from "../generated";
import { nounOfType, NOUNS, screenOf, shownKey, titleOf } from "../nouns";

const TYPES: readonly SearchNoun[] = ["PARTIES", "ARTICLES", "MEETINGS", "COMMITMENTS", "REQUESTS"];

export function FindPage() {
  const [typed, setTyped] = useState("");
  const words = useSettled(typed.trim());
  const asked = useAsked(
    async (signal) => ({
      asked: words,
      found: words ? (await ask(FindRecordsDocument, { words, types: [...TYPES] }, signal)).search?.nodes ?? [] : [],
    }),
    words,
  );
  return (
    <>
      <Heading>Find a record</Heading>
      <label className="search-field">
        Words of a name or a title
        <input type="search" value={typed} onChange={(event) => setTyped(event.target.value)} autoFocus />
      </label>
      <p className="buttons">
        <Link className="button" href="/desk/new/parties">New party</Link>
        <Link className="button" href="/desk/new/concepts">New name of a topic</Link>
      </p>
      <Waiting asked={asked}>
        {({ found, asked: of }) => (
          <>
            <p className="count" role="status">{words && of === words && (found.length === 0 ? "Nothing has all these words" : `${found.length} found`)}</p>
            <ul className="rows">
              {found.flatMap(({ item }) => {
                if (!item || !("key" in item)) return [];
                const noun = nounOfType(item.__typename);
                const isArticle = noun === "ARTICLES";
                return (
                  <li key={`${noun} ${item.key}`}>
                    <div>
                      <Link href={isArticle ? `/desk/articles/${encodeURIComponent(item.key)}` : screenOf("review", noun, item.key)}>
                        <bdi>{titleOf(item)}</bdi>
                      </Link>
                      <p className="hint">
                        {NOUNS[noun].one}{shownKey(item.key)}
                        {item.curation !== "ACCEPTED" && `, ${curationWords(item.curation)}`} ·{" "}
                        <Link href={screenOf("history", noun, item.key)}>history</Link>
                      </p>
                    </div>
                  </li>
                );
              })}
            </ul>
          </>
        )}
      </Waiting>
      {words && <Topics words={words} />}
    </>
  );
}

/** What topics are called, and those that nothing names yet: records name them by paths. */
function Topics({ words }: { words: string }) {
  const asked = useAsked(loadTopics, "topics");
  const found = chooseTopics(asked.data ?? [], words);
  if (found.length === 0) return null;
  return (
    <section aria-labelledby="topics">
      <h2 id="topics">Topics</h2>
      <ul className="rows">
        {found.map(({ path, label, key, curation }) => (
          <li key={path}>
            <div>
              <Link href={key ? screenOf("review", "CONCEPTS", key) : `/desk/new/concepts?about=${encodeURIComponent(path.replaceAll("/", "."))}`}>
                <bdi>{label ?? path}</bdi>
              </Link>
              <p className="hint">
                topic <bdi>{path}</bdi>
                {key === null ? ": it has no name yet; give it one" : curation !== "ACCEPTED" && `, ${curationWords(curation!)}`}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
