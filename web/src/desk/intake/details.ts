/** What is corrected of an article before it is stored: kept on this machine, as every draft. */
import { Drafts } from "../forms/drafts";
import type { Members } from "../record/content";
import { session } from "../session/session";

/** The draft of the details of the article of an intake. */
export function draftOfDetails(intake: string) {
  return draftCalled(`details of ${intake}`);
}

/** What is chosen as the publisher of an article that is stored without one. It is also kept that nobody is to be asked any more. */
export function draftOfPublisher(intake: string) {
  return draftCalled(`publisher of ${intake}`);
}

function draftCalled(id: string) {
  const drafts = new Drafts(session.viewer?.name ?? "");
  return {
    find: (): Members | null => drafts.find(id)?.values ?? null,
    keep: (values: Members) => drafts.keep(id, { values, version: null, at: Date.now() }),
    drop: () => drafts.drop(id),
  };
}
