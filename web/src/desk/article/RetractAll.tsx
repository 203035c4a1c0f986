/** Takes back an article and what rests on it, in one decision: what is ticked, after what it will do was seen. */
import { useEffect, useState } from "react";
import { curationWords } from "../../reading/words/en";
import { inSentence } from "../../timeline/kinds";
import { go, Link } from "../address";
import { send } from "../api";
import { useAsked, Waiting } from "../asking";
import { Heading } from "../Heading";
import { Faults } from "../forms/Faults";
import { type EffectFragment, type FaultFragment, ReviewDocument } from "../generated";
import { headlineOr, NOUNS, screenOf, titleOf } from "../nouns";
import { type Chosen, decide, effectWords } from "../record/decide";
import { ReasonDialog } from "../record/ReasonDialog";
import { may } from "../session/session";
import { type Loaded, loadArticle, type Resting } from "./resting";

export function RetractAll({ articleKey }: { articleKey: string }) {
  const asked = useAsked((signal) => loadArticle(articleKey, signal), articleKey);
  if (!may("EDITOR")) return <Heading>Only editors retract</Heading>;
  return (
    <Waiting asked={asked}>
      {(loaded) => (loaded ? <Retracting loaded={loaded} /> : <Heading>{`There is no article ${articleKey}`}</Heading>)}
    </Waiting>
  );
}

const chosenOf = ({ noun, record }: Resting): Chosen => ({ noun, key: record.key, expectedVersion: record.version });

function Retracting({ loaded: { article, resting } }: { loaded: Loaded }) {
  // What rests on other articles as well has not lost its ground.
  const [ticked, setTicked] = useState<ReadonlySet<string>>(() => new Set(resting.filter(({ others }) => others === 0).map(({ id }) => id)));
  const [isArticleTicked, setArticleTicked] = useState(article.curation === "ACCEPTED");
  const [effects, setEffects] = useState<readonly EffectFragment[] | null>(null);
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const [isAsking, setAsking] = useState(false);
  const meant = resting.filter(({ id }) => ticked.has(id));
  const retracted: Chosen[] = [
    ...meant.filter(({ record }) => record.curation === "ACCEPTED").map(chosenOf),
    ...(isArticleTicked ? [{ noun: "ARTICLES" as const, key: article.key, expectedVersion: article.version }] : []),
  ];
  const rejected = meant.filter(({ record }) => record.curation !== "ACCEPTED").map(chosenOf);
  const asText = JSON.stringify([retracted, rejected]);

  useEffect(() => {
    setEffects(null);
    setFaults([]);
    if (retracted.length === 0) return;
    let isCurrent = true;
    send(ReviewDocument, { action: "RETRACT" as const, records: retracted, reason: "To see what it would do.", dryRun: true }).then(
      ({ effects: found, userErrors }) => {
        if (!isCurrent) return;
        setEffects(found);
        setFaults(userErrors);
      },
      (error: Error) => isCurrent && setFaults([{ code: "INVALID", message: error.message, path: null, suggestions: [] }]),
    );
    return () => void (isCurrent = false);
  }, [asText]);

  async function retract(reason: string) {
    try {
      const wrong =
        (rejected.length > 0 ? await decide("REJECT", rejected, reason) : null) ??
        (retracted.length > 0 ? await decide("RETRACT", retracted, reason) : null);
      setFaults(wrong ?? []);
      if (!wrong) go(isArticleTicked ? screenOf("review", "ARTICLES", article.key) : `/desk/articles/${encodeURIComponent(article.key)}`);
    } catch (error) {
      setFaults([{ code: "INVALID", message: (error as Error).message, path: null, suggestions: [] }]);
    }
  }

  function toggle(id: string) {
    const next = new Set(ticked);
    if (!next.delete(id)) next.add(id);
    setTicked(next);
  }

  return (
    <>
      <p className="kicker"><Link href={`/desk/articles/${encodeURIComponent(article.key)}`}>The article</Link></p>
      <Heading title="Retract an article">Retract <bdi>{headlineOr(article.headline, article.key)}</bdi> and what rests on it</Heading>
      <p>What is ticked is taken back together. What rests on other articles as well is not ticked at first. Readers see a notice with your reason in the place of each.</p>
      <ul className="rows">
        <li>
          <input id="tick article" type="checkbox" checked={isArticleTicked} disabled={article.curation !== "ACCEPTED"} onChange={() => setArticleTicked(!isArticleTicked)} />
          <div><label htmlFor="tick article">The article itself</label></div>
        </li>
        {resting.map(({ id, noun, record, others }) => (
          <li key={id}>
            <input id={`tick ${id}`} type="checkbox" checked={ticked.has(id)} onChange={() => toggle(id)} />
            <div>
              <label htmlFor={`tick ${id}`}><bdi>{titleOf(record)}</bdi></label>
              <p className="hint">
                {inSentence(NOUNS[noun].one)}{record.curation !== "ACCEPTED" && `, ${curationWords(record.curation)}: it will be rejected`}
                {others > 0 && ` · rests on ${others === 1 ? "another article" : `${others} other articles`}, too`}
              </p>
            </div>
          </li>
        ))}
      </ul>
      <Faults faults={faults} title="It cannot be retracted so" />
      <div role="status">
        {effects && faults.length === 0 && (
          <div className="effects">
            <h2>What will change</h2>
            {effects.length === 0 ? <p>No status becomes another.</p> : <ul>{effects.map((effect, index) => <li key={index}>{effectWords(effect)}</li>)}</ul>}
          </div>
        )}
      </div>
      <p className="buttons">
        <button type="button" className="primary" disabled={(retracted.length === 0 && rejected.length === 0) || faults.length > 0} onClick={() => setAsking(true)}>Retract…</button>
        <Link className="button" href={`/desk/articles/${encodeURIComponent(article.key)}`}>Close</Link>
      </p>
      {isAsking && (
        <ReasonDialog title={`Retract ${retracted.length + rejected.length} records`} action="Retract" isPublic onClose={() => setAsking(false)} onGive={retract} />
      )}
    </>
  );
}
