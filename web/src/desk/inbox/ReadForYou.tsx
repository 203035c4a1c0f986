/** The articles that were submitted to be read, the newest first. */
import { Link } from "../address";
import { ask } from "../api";
import { useAsked, Waiting } from "../asking";
import { IntakesDocument, type IntakeLineFragment } from "../generated";
import { whenWords } from "../record/words";

const STATES: Readonly<Record<IntakeLineFragment["state"], string>> = {
  QUEUED: "waits for its turn",
  RUNNING: "is being read",
  READY: "was read",
  FAILED: "could not be read",
  CANCELLED: "was called off",
};

export function ReadForYou() {
  const asked = useAsked((signal) => ask(IntakesDocument, {}, signal), "intakes");
  return (
    <Waiting asked={asked}>
      {({ intakes }) => (
        <>
          <p><Link className="button" href="/desk/intake/new">Have an article read</Link></p>
          <ul className="rows">
            {intakes?.nodes.map((intake) => (
              <li key={intake.key}>
                <div>
                  <Link href={`/desk/intake/${encodeURIComponent(intake.key)}`}><bdi>{titleOfIntake(intake)}</bdi></Link>
                  <p className="hint">
                    {STATES[intake.state]}{intake.state === "READY" && (intake.openCount > 0 ? `: ${intake.openCount} of ${intake.proposalCount} proposals are open` : ": all is decided")}
                    {" "}· submitted by <bdi>{intake.submittedBy}</bdi>, {whenWords(intake.submittedAt)}
                    {intake.failure && <> · {intake.failure.message}</>}
                  </p>
                </div>
              </li>
            ))}
          </ul>
          {intakes?.nodes.length === 0 && <p className="hint">No article was submitted yet.</p>}
        </>
      )}
    </Waiting>
  );
}

function titleOfIntake({ article, articleDraft, fileName }: IntakeLineFragment): string {
  const drafted = (JSON.parse(articleDraft) as { headline?: string }).headline;
  return article?.headline ?? drafted ?? fileName ?? "An article without a headline";
}
