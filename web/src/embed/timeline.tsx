/** The timeline of an embedded commitment, asked of the public API by the page itself. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { allUntwisted } from "../answers/directions";
import { dayInWords, dayOf, today } from "../timeline/dates";
import { readTimeline } from "../timeline/read";
import { Timeline } from "../timeline/Timeline";
import { EmbeddedTimelineDocument, type EmbeddedTimelineQuery } from "./generated";

export async function drawTimeline(place: HTMLElement): Promise<void> {
  const { key, asOf, knownAt } = place.dataset;
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      query: EmbeddedTimelineDocument.toString(),
      variables: { key, asOf, knownAt: knownAt || null },
    }),
  });
  const { data } = (await response.json()) as { data?: EmbeddedTimelineQuery };
  // The words above it say where it stands: without an answer nothing is missing but the drawing.
  if (!data?.commitment) return;
  const commitment = allUntwisted(data.commitment);
  const day = dayOf(asOf ?? "") ?? today();
  const timeline = readTimeline(commitment, day, undefined, dayInWords(day));
  const source = new URL(`/commitments/${encodeURIComponent(commitment.key)}`, location.href).href;
  const caption = { title: commitment.title, lines: [`As of ${dayInWords(day)}`, `Source: ${source}`] };
  createRoot(place).render(
    <StrictMode>
      <Timeline timeline={timeline} name={`${commitment.key} over time`} caption={caption} />
    </StrictMode>,
  );
}
