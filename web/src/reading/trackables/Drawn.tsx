/** The timeline of a page, drawn where scripts run: its code comes after the page itself. */
import { useEffect, useMemo, useRef, useState } from "react";
import { dayOf, today } from "../../timeline/dates";
import type { Entry } from "../../timeline/model";
import type { readTimeline } from "../../timeline/read";
import type { Timeline } from "../../timeline/Timeline";
import { parameterOf, pathOf, type Section, searchWith } from "../address";
import { usePage } from "../context";
import type { Moment } from "../moment";
import { usesOf } from "../sharing/uses";
import { sharingWords } from "../sharing/words";
import { Room } from "./Room";

const SECTIONS: Partial<Record<Entry["noun"], Section>> = {
  commitment: "commitments", request: "requests", followUp: "follow-ups", meeting: "meetings", article: "articles",
};

interface DrawnProps {
  /** What the API answered of it. */
  record: { readonly key: string; readonly thread?: readonly unknown[] };
  moment: Moment;
}

export interface Tools {
  readonly Timeline: typeof Timeline;
  readonly readTimeline: typeof readTimeline;
}

export function Drawn({ record, moment }: DrawnProps) {
  const { words } = usePage();
  const place = useRef<HTMLDivElement>(null);
  const [tools, setTools] = useState<Tools | null>(null);

  useEffect(() => {
    let isGone = false;
    void loadTools().then((loaded) => {
      if (!isGone) setTools(loaded);
    });
    return () => {
      isGone = true;
    };
  }, []);

  // Its own lane and those of what it restates, and one for the meetings.
  const lanes = (record.thread?.length ?? 1) + 1;
  return (
    <section className="drawn" aria-labelledby="drawn">
      <h2 id="drawn">{words.overTime}</h2>
      <p className="unscripted">{words.needsScript}</p>
      <Room place={place} lanes={lanes}>
        {tools ? <Drawing record={record} moment={moment} tools={tools} /> : <p role="status">{words.drawing}</p>}
      </Room>
    </section>
  );
}

/** The code that draws. */
export async function loadTools(): Promise<Tools> {
  const [drawing, reading] = await Promise.all([import("../../timeline/Timeline"), import("../../timeline/read")]);
  return { ...drawing, ...reading };
}

export function Drawing({ record, moment: { asOf }, tools }: DrawnProps & { tools: Tools }) {
  const { words, today: serversDay, title, site, origin, address, language } = usePage();
  const { Timeline: Lanes, readTimeline: read } = tools;
  const day = dayOf(asOf ?? serversDay) ?? today();
  const timeline = useMemo(
    () => read(record, day, undefined, asOf ? words.date({ edtf: asOf }) : words.today),
    [read, record, day, asOf, words],
  );

  /** On this page, where focus moves with the reader, or on its own. */
  function hrefOf({ noun, reference }: Entry): string | null {
    const key = reference && "key" in reference ? reference.key : null;
    if (key === null || key === record.key) return null;
    if (noun === "followUp" && document.getElementById(key)) return `#${key}`;
    const section = SECTIONS[noun];
    const of = (name: string) => parameterOf(address.search, name);
    return section ? `${pathOf(section, key)}${searchWith("", { asOf: of("asOf"), knownAt: of("knownAt"), lang: of("lang") })}` : null;
  }

  const caption = {
    title,
    lines: [
      `${words.asOf} ${words.date({ edtf: asOf ?? serversDay })}`,
      sharingWords(language).source(site.name, `${origin}${usesOf(address).address}`),
    ],
  };
  return (
    <div lang="en" dir="ltr">
      <Lanes
        timeline={timeline}
        name={words.keyOverTime(record.key)}
        caption={caption}
        hrefOf={hrefOf}
        opening={words.goThere}
      />
    </div>
  );
}
