/** `/how-to-read`: every status, mark and word, in the sentences of the schema itself. */
import { LOOKS, statusClass } from "../../timeline/kinds";
import { usePage } from "../context";
import { DefinitionsDocument, type DefinitionFragment, type DefinitionsQuery, MoreDefinitionsDocument, type MoreDefinitionsQuery, NounsDocument, type NounsQuery } from "../generated";
import type { PageKind, ViewProps } from "../kinds";
import { Page } from "../parts/Page";
import { Section } from "../parts/parts";
import { put } from "../questions";

type Defined = DefinitionsQuery & MoreDefinitionsQuery & NounsQuery;

export const howToRead: PageKind<Defined> = {
  *load() {
    return {
      ...(yield* put(DefinitionsDocument, {})),
      ...(yield* put(MoreDefinitionsDocument, {})),
      ...(yield* put(NounsDocument, {})),
    };
  },
  View: HowToReadView,
  title: (_data, words) => words.howToRead,
  description: (_data, words) => words.howIntro,
};

/** In the order of a reader's questions. */
const ENUMS = [
  "StatusValue", "Verification", "FollowUpKind", "ScopeChange", "EvidenceMode", "TextKind", "Independence", "Confidence",
  "Attribution", "Strength", "Term", "DateCertainty", "DateBasis", "Capacity", "RequestAnswer", "MeetingState",
  "Stance", "ImplementerPart", "PartyKind", "Curation",
] as const satisfies readonly (keyof (DefinitionsQuery & MoreDefinitionsQuery))[];

const BESIDE_A_STATUS = ["contested", "overdue", "daysSilent", "verification", "certainty", "existence", "assessed", "derived", "assessmentOutdated"];
const NOUNS = [
  "Commitment", "Request", "FollowUp", "Meeting", "Party", "Article", "Assessment", "CheckLog", "Concept",
] as const satisfies readonly (keyof NounsQuery)[];

function HowToReadView({ data }: ViewProps<Defined>) {
  const { words } = usePage();
  const { marksSaid } = words;
  return (
    <Page>
      <h1>{words.howToRead}</h1>
      <p className="gist">{words.howIntro}</p>
      <nav aria-label={words.howToRead}>
        <ul className="inline">
          {ENUMS.map((name) => <li key={name}><a href={`#${name}`}>{words.definitions[name]}</a></li>)}
          <li><a href="#Status">{words.definitions.Status}</a></li>
          <li><a href="#marks">{words.marks}</a></li>
          <li><a href="#nouns">{words.nounsTitle}</a></li>
        </ul>
      </nav>
      {ENUMS.map((name) => {
        const definition = data[name];
        return definition && <Enum key={name} name={name} title={words.definitions[name]} definition={definition} />;
      })}
      <Section id="Status" title={words.definitions.Status}>
        <Definitions
          of="Status"
          entries={(data.Status?.fields ?? []).filter(({ name }) => BESIDE_A_STATUS.includes(name))}
          shown={(name) => words.fieldNames[name] ?? name}
        />
      </Section>
      <Section id="marks" title={words.marks}>
        <dl className="definitions">
          <div><dt><span className="badge status-fulfilled">{words.label("FULFILLED")}</span></dt><dd>{marksSaid.solid}</dd></div>
          <div><dt><span className="badge status-fulfilled self-reported">{words.label("FULFILLED")}</span></dt><dd>{marksSaid.outline}</dd></div>
          <div><dt className="quote"><span className="digest">…</span></dt><dd>{marksSaid.digest}</dd></div>
          <div><dt className="quote"><span className="words">“…”</span></dt><dd>{marksSaid.quote}</dd></div>
        </dl>
      </Section>
      <Section id="nouns" title={words.nounsTitle}>
        <Definitions
          of="nouns"
          entries={NOUNS.flatMap((noun) => data[noun] ?? [])}
          shown={(name) => words.nouns[name] ?? name}
        />
      </Section>
    </Page>
  );
}

function Enum({ name, title, definition }: { name: string; title: string; definition: DefinitionFragment }) {
  const { words } = usePage();
  return (
    <Section id={name} title={title}>
      {definition.description && <p lang="en" dir="ltr">{definition.description}</p>}
      <Definitions
        of={name}
        entries={definition.enumValues ?? []}
        shown={words.label}
        className={name === "StatusValue" ? (value) => `badge ${statusClass(value)}` : undefined}
        mark={name === "FollowUpKind"}
      />
    </Section>
  );
}

interface DefinitionsProps {
  of: string;
  entries: readonly { readonly name: string | null; readonly description: string | null }[];
  shown: (name: string) => string;
  className?: ((name: string) => string) | undefined;
  /** Each has a mark in the timeline. */
  mark?: boolean;
}

function Definitions({ of, entries, shown, className, mark = false }: DefinitionsProps) {
  return (
    <dl className="definitions">
      {entries.map(({ name, description }) => name !== null && (
        <div key={name} id={`${of}-${name}`}>
          <dt>
            {mark && LOOKS[name] && (
              <svg width="20" height="20" viewBox="-10 -10 20 20" aria-hidden="true" className={LOOKS[name].hollow ? "mark hollow" : "mark"}>
                <path d={LOOKS[name].path} />
              </svg>
            )}
            <span className={className?.(name)}>{shown(name)}</span>
          </dt>
          <dd lang="en" dir="ltr">{description}</dd>
        </div>
      ))}
    </dl>
  );
}
