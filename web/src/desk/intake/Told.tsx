/** What the intake says of an article as a whole. */
import { inSentence } from "../../timeline/kinds";
import { Link } from "../address";
import type { FaultFragment } from "../generated";
import { headlineOr } from "../nouns";
import type { Intake } from "./reading";

export function Told({ intake: { warnings, modelNote, sendsToModel, sameText, alike } }: { intake: Intake }) {
  return (
    <>
      <p className="hint">{sendsToModel ? `Its text may be sent to the operator’s language model. ${modelNote ?? ""}` : "Its text stayed on this server."}</p>
      {warnings.map((warning) => <p key={warning} className="notice">{inSentence(warning)}</p>)}
      {(sameText || alike.length > 0) && (
        <div className="notice alarming">
          {sameText ? "This very text is here already: " : "Much of this text is here already:"}
          {sameText && <ArticleLink to={sameText} />}
          {!sameText && (
            <ul>
              {alike.map(({ share, article }) => article && (
                <li key={article.key}>
                  <ArticleLink to={article} /> <span className="hint">{Math.round(share * 100)} % of it</span>
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
    </>
  );
}

function ArticleLink({ to: { key, headline } }: { to: { readonly key: string; readonly headline: string | null } }) {
  return <Link href={`/desk/articles/${encodeURIComponent(key)}`}><bdi>{headlineOr(headline, key)}</bdi></Link>;
}

/** What went wrong beside the input, as a fault of the whole. */
export function faultOf(error: unknown): FaultFragment {
  return { code: "INVALID", message: (error as Error).message, path: null, suggestions: [] };
}
