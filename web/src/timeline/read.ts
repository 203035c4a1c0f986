/** From an answer of the API, whatever was asked, to a timeline. Nothing is drawn here. */
import { isolated } from "../answers/directions";
import { Answer, isObject, type Asked, type Json, type ShapeOf } from "../answers/shapes";
import { type Day, dayOf, knownDate, type KnownDate } from "./dates";
import { isOpen } from "./kinds";
import type { Band, Entry, Lane, Noun, Note, Standing, Timeline } from "./model";
import { completed, extentOf } from "./spans";

const ROOT: Asked = { name: "", arguments: {} };

/**
 * `shapes` says what is what where the answer holds no `__typename`. Where something stood is told up
 * to `today`, and that day is called `todayName`.
 */
export function readTimeline(data: unknown, today: Day, shapes?: ShapeOf, todayName = "Today"): Timeline {
  const reading = new Reading(new Answer(shapes), today);
  reading.visit(data, ROOT, "", null);
  const lanes = reading.lanes();
  return { lanes, extent: extentOf(lanes, today), today, todayName };
}

/** A record in the making: an answer may tell of it in several places, each time something else. */
interface Draft {
  id: string;
  noun: Noun;
  kind: string;
  reference: Entry["reference"];
  title: string | null;
  date: KnownDate | null;
  notes: Map<string, Note>;
  restatedAs: string | null;
}

interface DraftLane {
  id: string;
  noun: Lane["noun"];
  key: string | null;
  title: string | null;
  drafts: Map<string, Draft>;
  bands: Band[];
  standings: Standing[];
  /** Whether the answer has all follow-ups, or the last one: only then is there silence to tell. */
  isFollowed: boolean;
}

/** Lanes that are no commitment's go below those that are. */
const LAST: Lane["noun"][] = ["loose", "meetings", "articles"];

/** Within these, a follow-up is no longer one of the commitment around them. */
const APART = new Set(["Meeting", "Article", "Person", "Organization", "Party"]);
const TRACKABLES = new Set(["Commitment", "Request", "Trackable"]);

class Reading {
  readonly #answer: Answer;
  readonly #today: Day;
  readonly #lanes = new Map<string, DraftLane>();

  constructor(answer: Answer, today: Day) {
    this.#answer = answer;
    this.#today = today;
  }

  lanes(): Lane[] {
    return [...this.#lanes.values()]
      .map((draft) => completed({ ...draft, entries: [...draft.drafts.values()].flatMap(asEntry) }, this.#today))
      .filter((lane) => lane.entries.length > 0 || lane.bands.length > 0 || lane.standings.length > 0)
      .toSorted((a, b) => LAST.indexOf(a.noun) - LAST.indexOf(b.noun));
  }

  visit(value: unknown, asked: Asked, path: string, lane: DraftLane | null, label = asked.name): void {
    if (Array.isArray(value)) return this.#visitList(value, asked, path, lane);
    if (!isObject(value)) return;
    const type = this.#answer.typeOf(value) ?? "";
    if (TRACKABLES.has(type)) return this.#inside(value, path, this.#trackable(value, type, path));
    if (APART.has(type)) {
      if (type === "Meeting") this.#meeting(value, path);
      if (type === "Article") this.#article(value, path);
      return this.#inside(value, path, null);
    }
    switch (type) {
      case "FollowUp":
        return this.#inside(value, path, this.#followUp(value, path, lane));
      case "TrailStep":
        return this.#inside(value, path, this.#linked(value, "through") ?? lane);
      case "ThreadStep":
        return this.#inside(value, path, this.#linked(value, "restates") ?? lane);
      case "StatusPeriod":
        if (lane) this.#band(value, lane);
        return this.#inside(value, path, lane, "Status");
      case "Status":
        if (lane) this.#standing(value, asked, label, lane);
        return this.#inside(value, path, lane);
      case "Assessment":
        return this.#dated(value, path, lane, "assessment", "ASSESSMENT", "effectiveOn");
      case "CheckLog":
        return this.#dated(value, path, lane, "checkLog", "CHECK", "checkedOn");
      default:
        this.#inside(value, path, lane);
    }
  }

  #visitList(items: unknown[], asked: Asked, path: string, lane: DraftLane | null): void {
    let before: DraftLane | null = null;
    items.forEach((item, index) => {
      // A step of a thread restates the one before it.
      this.visit(item, asked, `${path}.${index}`, before ?? lane);
      if (isObject(item) && this.#answer.typeOf(item) === "ThreadStep") {
        before = this.#linked(item, "trackable") ?? before;
      }
    });
  }

  /** Reads on in the members. What is `told` of already is read through, but not as such. */
  #inside(object: Json, path: string, lane: DraftLane | null, told?: string): void {
    for (const [label, asked, value] of this.#answer.members(object)) {
      if (told && isObject(value) && this.#answer.typeOf(value) === told) {
        this.#inside(value, `${path}.${label}`, lane);
      } else {
        this.visit(value, asked, `${path}.${label}`, lane, label);
      }
    }
  }

  #lane(noun: Lane["noun"], name: string, title: string | null = null): DraftLane {
    const id = `${noun}:${name}`;
    const held = this.#lanes.get(id);
    if (held) return held;
    const made: DraftLane = {
      id, noun, key: null, title, drafts: new Map(), bands: [], standings: [], isFollowed: false,
    };
    this.#lanes.set(id, made);
    return made;
  }

  #trackable(object: Json, type: string, path: string): DraftLane {
    const answer = this.#answer;
    const key = answer.text(object, "key");
    const lane = this.#lane("commitment", key ?? answer.text(object, "id") ?? path);
    if (type === "Request") lane.noun = "request";
    lane.key ??= key;
    lane.title ??= answer.text(object, "title");
    const draft = this.#draft(lane, object, path, lane.noun === "request" ? "request" : "commitment");
    draft.kind = type === "Request" ? "REQUEST" : "PROMISE";
    draft.title ??= lane.title;
    draft.date ??= knownDate(answer.get(object, "madeOn"));
    this.#note(draft, object);
    const due = knownDate(answer.get(object, "dueOn"));
    if (due) {
      const entry = this.#draft(lane, object, path, "commitment", "due");
      Object.assign(entry, { kind: "DUE", title: lane.title, date: due });
    }
    lane.isFollowed ||= this.#isFollowed(object);
    return lane;
  }

  #isFollowed(object: Json): boolean {
    return this.#answer.members(object).some(
      ([, { name, arguments: given }]) =>
        name === "latestFollowUp" || (name === "followUps" && Object.keys(given).length === 0),
    );
  }

  /** The lane of a commitment that `object` leads to, if the answer says which it is. */
  #linked(object: Json, field: string): DraftLane | null {
    const target = this.#answer.object(object, field);
    const name = target && (this.#answer.text(target, "key") ?? this.#answer.text(target, "id"));
    if (!target || !name) return null;
    return this.#trackable(target, this.#answer.typeOf(target) ?? "", "");
  }

  #followUp(object: Json, path: string, around: DraftLane | null): DraftLane {
    const answer = this.#answer;
    const lane = this.#linked(object, "target") ?? around ?? this.#lane("loose", "", "Other follow-ups");
    const draft = this.#draft(lane, object, path, "followUp");
    draft.kind = answer.text(object, "kind") ?? draft.kind;
    draft.date ??= knownDate(answer.get(object, "occurredOn"));
    draft.restatedAs ??= this.#linked(object, "restatedAs")?.id ?? null;
    this.#note(draft, object);
    return lane;
  }

  #meeting(object: Json, path: string): void {
    const lane = this.#lane("meetings", "", "Meetings");
    const draft = this.#draft(lane, object, path, "meeting");
    draft.kind = "MEETING";
    draft.title ??= this.#answer.text(object, "title");
    draft.date ??= knownDate(this.#answer.get(object, "date"));
    this.#note(draft, object);
  }

  #article(object: Json, path: string): void {
    const lane = this.#lane("articles", "", "Articles");
    const draft = this.#draft(lane, object, path, "article");
    draft.kind = "ARTICLE";
    draft.title ??= this.#answer.text(object, "headline");
    draft.date ??= knownDate(this.#answer.get(object, "datePublished"));
  }

  #dated(object: Json, path: string, around: DraftLane | null, noun: Noun, kind: string, field: string): void {
    const lane = this.#linked(object, "trackable") ?? around;
    if (lane) {
      const draft = this.#draft(lane, object, path, noun);
      draft.kind = kind;
      draft.title ??= this.#answer.text(object, "assessor") ?? this.#answer.text(object, "checkedBy");
      draft.date ??= knownDate(this.#answer.get(object, field));
      this.#note(draft, object);
    }
    this.#inside(object, path, lane);
  }

  #draft(lane: DraftLane, object: Json, path: string, noun: Noun, part: string = noun): Draft {
    const key = this.#answer.text(object, "key");
    const id = this.#answer.text(object, "id");
    const name = `${lane.id}/${part}:${noun === "commitment" || noun === "request" ? "" : (key ?? id ?? path)}`;
    const reference = key !== null ? { key } : id !== null ? { id } : null;
    const held = lane.drafts.get(name);
    if (held) {
      held.reference ??= reference;
      return held;
    }
    const made: Draft = {
      id: name, noun, kind: "", reference, title: null, date: null, notes: new Map(), restatedAs: null,
    };
    lane.drafts.set(name, made);
    return made;
  }

  /** Keeps what is told of a record: why it counts, and the words that it rests on. */
  #note(draft: Draft, object: Json): void {
    const answer = this.#answer;
    const keep = (sort: Note["sort"], text: string | null, source: string | null = null) => {
      if (text !== null) draft.notes.set(`${sort} ${text} ${source}`, { sort, text, source });
    };
    keep("gist", answer.text(object, "gist"));
    keep("rationale", answer.text(object, "rationale") ?? answer.text(object, "note"));
    const actors = answer.objects(object, "actors").flatMap((actor) => answer.text(actor, "name") ?? []);
    if (actors.length > 0) keep("fact", actors.join(", "));
    const evidence = answer.objects(object, "evidence");
    for (const each of evidence) {
      const source = this.#source(each);
      const excerpt = answer.text(each, "excerpt");
      const gist = answer.text(each, "gist");
      if (excerpt) keep(this.#isDigest(each) ? "digest" : "excerpt", excerpt, source);
      else if (gist) keep("gist", gist, source);
      else keep("fact", source);
    }
    if (evidence.length === 0) {
      const articles = answer.objects(object, "articles").flatMap((each) => answer.text(each, "key") ?? []);
      if (articles.length > 0) keep("fact", `Evidence in ${articles.join(", ")}`);
    }
  }

  #isDigest(evidence: Json): boolean {
    const article = this.#answer.object(evidence, "article");
    return article !== null && this.#answer.get(article, "textKind") === "DIGEST";
  }

  #source(evidence: Json): string | null {
    const answer = this.#answer;
    const article = answer.object(evidence, "article");
    const publisher = article && answer.object(article, "publisher");
    const parts = [
      article && answer.text(article, "key"),
      article && answer.text(article, "headline"),
      publisher && answer.text(publisher, "name"),
      answer.text(evidence, "sourceLocator"),
    ].filter((part) => part !== null);
    return parts.length > 0 ? parts.map(isolated).join(", ") : null;
  }

  #band(period: Json, lane: DraftLane): void {
    const status = this.#answer.object(period, "status");
    const value = status && this.#answer.text(status, "value");
    if (!status || !value) return;
    const from = dayIn(this.#answer.get(period, "since"));
    const until = dayIn(this.#answer.get(period, "until"));
    // A period that begins later is none yet, and one that ends later lasts.
    if (from !== null && from > this.#today) return;
    lane.bands.push({
      from,
      until: until !== null && until > this.#today ? null : until,
      value,
      contested: this.#answer.get(status, "contested") === true,
      possible: [this.#answer.get(status, "certainty"), this.#answer.get(status, "existence")].includes("POSSIBLE"),
      explanation: this.#answer.text(status, "explanation"),
    });
  }

  #standing(status: Json, asked: Asked, label: string, lane: DraftLane): void {
    const asOf = this.#answer.get(status, "asOf") ?? asked.arguments["asOf"];
    const daysSilent = this.#answer.get(status, "daysSilent");
    const value = this.#answer.text(status, "value");
    lane.standings.push({
      label,
      asOf: dayIn(asOf) ?? this.#today,
      value,
      contested: this.#answer.get(status, "contested") === true,
      // Of what is closed, nothing is owed any more.
      daysSilent: typeof daysSilent === "number" && (value === null || isOpen({ value })) ? daysSilent : null,
      explanation: this.#answer.text(status, "explanation"),
    });
  }
}

function dayIn(value: unknown): Day | null {
  return typeof value === "string" ? dayOf(value) : null;
}

function asEntry({ notes, title, date, ...draft }: Draft): Entry[] {
  return date === null ? [] : [{ ...draft, date, title: title ?? "", notes: [...notes.values()] }];
}
