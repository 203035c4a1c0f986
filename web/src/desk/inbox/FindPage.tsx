/** Finds any record by words, to be changed, merged, or read in its history. */
import { useState } from "react";
import { useSettled } from "../../reading/api";
import { curationWords } from "../../reading/words";
import { Link } from "../address";
import { ask } from "../api";
import { useAsked, Waiting } from "../asking";
import { Heading } from "../Heading";
import { FindRecordsDocument, type SearchNoun } from "../generated";
import { nounOfType, NOUNS, screenOf, titleOf } from "../nouns";

const TYPES: readonly SearchNoun[] = ["PARTIES", "ARTICLES", "MEETINGS", "COMMITMENTS", "REQUESTS"];

export function FindPage() {
  const [typed, setTyped] = useState("");
  const words = useSettled(typed.trim());
  const asked = useAsked(
    async (signal) => (words ? (await ask(FindRecordsDocument, { words, types: [...TYPES] }, signal)).search?.nodes ?? [] : []),
    words,
  );
  return (
    <>
      <Heading>Find a record</Heading>
      <label className="search-field">
        Words of a name or a title
        <input type="search" value={typed} onChange={(event) => setTyped(event.target.value)} autoFocus />
      </label>
      <Waiting asked={asked}>
        {(found) => (
          <>
            <p className="count" role="status">{words && (found.length === 0 ? "Nothing has all these words" : `${found.length} found`)}</p>
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
                        {NOUNS[noun].one} {item.key}
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
    </>
  );
}
