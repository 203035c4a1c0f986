/**
 * The reading pages as the server renders them, in a V8 that has the language and nothing else: no
 * DOM, no network, no clock that a page may depend on. `api/pages/rendering.py` calls `step`.
 */
import "core-js/web/url-search-params";
import { renderToString } from "react-dom/server";
import { allUntwisted } from "../answers/directions";
import type { Given } from "./context";
import { BadAddress, NotByThen, NothingThere } from "./kinds";
import { loadPage, pageAt } from "./pages";
import { type Loader, type Question, type Reply, Refused, replay } from "./questions";
import { Root } from "./Root";
import { laterTitle, near, troubleTitle } from "./TroublePage";
import { LANGUAGES } from "./words/languages";

/** A page, in parts: what stands in its head, and what it shows. */
interface Rendered {
  readonly html: string;
  readonly title: string;
  readonly description: string;
  readonly status: number;
  readonly isUnlisted: boolean;
  readonly direction: "ltr" | "rtl";
  readonly given: Given;
}

/** One step on the way to a page: the next question, or the page. */
type Step = { readonly question: Question } | { readonly page: Rendered };

/** Of and to JSON, which is all that passes between the two: `{ given, replies }` becomes a step. */
export function step(text: string): string {
  const { given, replies } = JSON.parse(text) as { given: Given; replies: Reply[] };
  return JSON.stringify(stepOn(given, replies));
}

function stepOn(given: Given, replies: readonly Reply[]): Step {
  const placed = pageAt(given.address.path);
  if (given.trouble !== null) return stepInTrouble(given, replies);
  if (placed === null) return stepInTrouble(inTrouble(given, 404, ""), replies);
  const { kind } = placed;
  const { words } = LANGUAGES[given.language];
  const asked = counted(loadPage(placed, given.address, given.language));
  try {
    const reached = replay(asked.loader, replies);
    if ("next" in reached) return { question: reached.next };
    const { data, labels } = reached.data;
    return {
      page: render({ ...given, data, labels }, {
        title: kind.title(data, words, { ...given, labels }),
        description: kind.description?.(data, words) ?? "",
        status: kind.status?.(data) ?? 200,
        isUnlisted: kind.isUnlisted?.(data, given.address) ?? false,
      }),
    };
  } catch (error) {
    // What comes after the replies that the page itself asked for answers what may be meant instead.
    const rest = replies.slice(asked.count());
    if (error instanceof NothingThere) return stepInTrouble(inTrouble(given, 404, ""), rest);
    if (error instanceof NotByThen) return stepInTrouble({ ...given, trouble: { status: 404, message: "", isLater: true } }, rest);
    if (error instanceof BadAddress) return stepInTrouble(inTrouble(given, 400, error.message), rest);
    if (error instanceof Refused) return stepInTrouble(inTrouble(given, statusOf(error.code), error.message), rest);
    throw error;
  }
}

/** A loader, and how many questions it has asked. */
function counted<Data>(loader: Loader<Data>): { loader: Loader<Data>; count: () => number } {
  let asked = 0;
  function* counting(): Loader<Data> {
    let step = loader.next();
    while (!step.done) {
      asked += 1;
      let reply: unknown;
      try {
        reply = yield step.value;
      } catch (error) {
        step = loader.throw(error);
        continue;
      }
      step = loader.next(reply);
    }
    return step.value;
  }
  return { loader: counting(), count: () => asked };
}

function inTrouble(given: Given, status: number, message: string): Given {
  return { ...given, trouble: { status, message } };
}

const STATUSES: Readonly<Record<string, number>> = { BAD_USER_INPUT: 400, NOT_FOUND: 404, TIMEOUT: 503, UNAVAILABLE: 503 };

function statusOf(code: string): number {
  return STATUSES[code] ?? 500;
}

function stepInTrouble(given: Given, replies: readonly Reply[]): Step {
  const { status, isLater = false } = given.trouble!;
  const { words } = LANGUAGES[given.language];
  const reached = status === 404 && !isLater ? replayNear(given, replies) : { data: null };
  if ("next" in reached) return { question: reached.next };
  const title = isLater ? laterTitle(given.address, words) : troubleTitle(given.address, status, words);
  return { page: render({ ...given, data: reached.data }, { title, description: "", status, isUnlisted: true }) };
}

function replayNear(given: Given, replies: readonly Reply[]): { next: Question } | { data: unknown } {
  try {
    return replay(near(given.address), replies);
  } catch {
    return { data: null }; // what is only suggested may be missing
  }
}

function render(page: Given, head: Pick<Rendered, "title" | "description" | "status" | "isUnlisted">): Rendered {
  const given = allUntwisted({ ...page, isRendered: true });
  const { direction } = LANGUAGES[given.language];
  return { html: renderToString(<Root given={given} />), direction, given, ...head };
}
