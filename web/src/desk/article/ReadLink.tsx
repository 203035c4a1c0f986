/** Where an article was read by the intake: the way to what is still proposed of it. */
import { Link } from "../address";
import { ask } from "../api";
import { useAsked } from "../asking";
import { IntakesOfDocument } from "../generated";

export function ReadLink({ articleKey }: { articleKey: string }) {
  const asked = useAsked(async (signal) => {
    const { intakes } = await ask(IntakesOfDocument, { article: articleKey }, signal);
    return intakes?.nodes[0] ?? null;
  }, articleKey);
  if (!asked.data) return null;
  const { key, openCount } = asked.data;
  return (
    <p className="notice">
      <Link href={`/desk/intake/${encodeURIComponent(key)}`}>
        {openCount === 0 ? "What the intake proposed of it" : `${openCount === 1 ? "One proposal" : `${openCount} proposals`} of the intake wait here`}
      </Link>
    </p>
  );
}
