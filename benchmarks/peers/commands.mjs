// What the Node peers ask of MongoDB, through its own driver. Says the same as `commands.py`.

import { readFileSync } from "node:fs";
import { MongoClient } from "mongodb";

export const SDL = readFileSync(new URL("slice.graphql", import.meta.url), "utf8");

const client = new MongoClient(process.env.MONGODB_URL);
const database = client.db(process.env.DATABASE);

const LISTED = { mergedInto: { $exists: false }, curation: "ACCEPTED" };
const FOLLOW_UP = { kind: 1, occurredOn: 1, meeting: 1, restatedAs: 1, derived: 1 };
const FOLLOW_UP_SORT = { "occurredOn.earliest": 1, _id: 1 };
const SEARCH_SORT = { score: { $meta: "textScore" }, _id: -1 };
const SEGMENT = ["since", "until", "value", "contested"];
const STATUSES = [
  "NO_FOLLOW_UP",
  "REAFFIRMED",
  "IN_PROGRESS",
  "PARTLY_FULFILLED",
  "FULFILLED",
  "STALLED",
  "BROKEN",
  "SUPERSEDED",
  "WITHDRAWN",
  "NOT_TRACKABLE",
];
const PROJECTIONS = {
  parties: { kind: 1, name: 1, country: 1 },
  meetings: { title: 1, date: 1 },
  articles: { headline: 1 },
  entries: { key: 1 },
  follow_ups: FOLLOW_UP,
  commitments: {
    title: 1,
    gist: 1,
    term: 1,
    strength: 1,
    madeOn: 1,
    promisors: 1,
    madeAt: 1,
    ...Object.fromEntries(SEGMENT.map((name) => [`derived.segments.${name}`, 1])),
  },
};

// One batch holds any answer here, so that a find is one command.
const BATCH = { batchSize: 10_000 };

const find = async (collection, query, sort, limit = 0) => {
  const options = { projection: PROJECTIONS[collection], sort, limit, ...BATCH };
  return keyed(await database.collection(collection).find(query, options).toArray());
};

const aggregate = (pipeline) =>
  database.collection("commitments").aggregate(pipeline, BATCH).toArray();

// Entries have a key beside their `_id`.
const keyed = (rows) => {
  for (const row of rows) row.key ??= row._id;
  return rows;
};

const today = () => new Date().toISOString().slice(0, 10);

/** The documents with these keys, in the order of the keys, which may repeat. */
export const byKey = async (collection, keys) => {
  const wanted = new Set(keys);
  wanted.delete(undefined);
  const found = new Map();
  if (wanted.size > 0) {
    const rows = await find(collection, { _id: { $in: [...wanted] } });
    for (const row of rows) found.set(row.key, row);
  }
  return keys.map((key) => found.get(key) ?? null);
};

/** The best of the listed entries of these sorts that have a word, which is asked for as it is. */
export const search = (word, types, limit) => {
  const noun = { $in: types.map((type) => type.toLowerCase()) };
  return find("entries", { $text: { $search: word }, noun, ...LISTED }, SEARCH_SORT, limit);
};

/** For each commitment its listed follow-ups, oldest first. */
export const followUps = async (keys) => {
  const query = { "derived.target": { $in: keys }, ...LISTED };
  const found = new Map();
  for (const row of await find("follow_ups", query, FOLLOW_UP_SORT)) {
    const page = found.get(row.derived.target);
    if (page === undefined) found.set(row.derived.target, [row]);
    else page.push(row);
  }
  return keys.map((key) => found.get(key) ?? []);
};

/** For each commitment all that came of it, nearest first, then oldest first. */
export const trails = async (keys, depth) => {
  const shown = ["_id", "_depth", ...Object.keys(FOLLOW_UP)];
  const rows = await aggregate([
    { $match: { _id: { $in: keys } } },
    { $project: { _id: 1 } },
    {
      $graphLookup: {
        from: "follow_ups",
        startWith: "$_id",
        connectFromField: "derived.restatedAs",
        connectToField: "derived.target",
        maxDepth: depth,
        depthField: "_depth",
        restrictSearchWithMatch: LISTED,
        as: "found",
      },
    },
    { $project: Object.fromEntries(shown.map((name) => [`found.${name}`, 1])) },
  ]);
  const found = new Map(rows.map((row) => [row._id, keyed(row.found).sort(inTrail)]));
  return keys.map((key) => found.get(key) ?? []);
};

const inTrail = (a, b) =>
  a._depth - b._depth ||
  compared(a.occurredOn.earliest ?? "", b.occurredOn.earliest ?? "") ||
  compared(a.key, b.key);

const compared = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** The commitments that a filter chooses; of dates only CERTAIN matches are known here. */
export const commitmentsQuery = (given) => {
  const query = { ...LISTED };
  if (given?.party) query["derived.roles"] = { $elemMatch: { party: given.party.eq } };
  if (given?.status) {
    const day = given.status.asOf ?? today();
    const value = { $in: given.status.in };
    const segment = { since: { $lte: day }, until: { $gt: day }, value };
    query["derived.segments"] = { $elemMatch: segment };
  }
  if (given?.topic) query.topics = { $in: [given.topic.eq, new RegExp(`^${given.topic.eq}/`)] };
  const made = given?.madeOn;
  if (made && made.match !== "CERTAIN") throw new Error("this peer knows CERTAIN matches only");
  if (made?.from) query["madeOn.earliest"] = { $gte: made.from };
  if (made?.to) query["madeOn.latest"] = { $lte: made.to };
  // It follows, and bounds the index at both ends.
  if (made?.from && made?.to) query["madeOn.earliest"].$lte = made.to;
  return query;
};

/** By date made, whichever end comes first. */
export const commitmentSort = (orderBy) => {
  const way = orderBy?.[0]?.direction === "DESC" ? -1 : 1;
  return { "madeOn.earliest": way, _id: way };
};

export const commitmentPage = (page) => find("commitments", page.query, page.sort, page.first);

export const counted = async (query) => {
  const rows = await aggregate([{ $match: query }, { $count: "n" }]);
  return rows[0]?.n ?? 0;
};

/** Counts by each of these, most frequent first: the counters' if nothing is filtered. */
export const facets = async (query, by) =>
  JSON.stringify(query) === JSON.stringify(LISTED) ? keptCounts(by) : countedFacets(query, by);

const keptCounts = async (by) => {
  const day = today();
  const keys = ["commitments", `commitments/${day.slice(0, 4)}`, `commitments/${day.slice(0, 7)}`];
  const projection = { turns: 1, ...Object.fromEntries(by.map((name) => [`by.${name}`, 1])) };
  const rows = await database
    .collection("counters")
    .find({ _id: { $in: keys } }, { projection, ...BATCH })
    .toArray();
  const counters = new Map(rows.map((row) => [row._id, row]));
  return by.map((name) => {
    const whole = counters.get("commitments").by?.[name] ?? {};
    const values = name === "STATUS" ? standing(keys, counters, day) : whole;
    return {
      facet: name,
      values: Object.entries(values)
        .filter(([, count]) => count !== 0)
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || compared(a.value, b.value)),
    };
  });
};

/** How many stand in which status today: years, months and days added up. */
const standing = (keys, counters, day) => {
  const found = {};
  for (const [i, length] of [4, 7, 10].entries()) {
    for (const [period, by] of Object.entries(counters.get(keys[i])?.turns ?? {})) {
      if (period >= day.slice(0, length) && period !== day) continue;
      for (const [value, n] of Object.entries(by.STATUS ?? {})) found[value] = (found[value] ?? 0) + n;
    }
  }
  return found;
};

const countedFacets = async (query, by) => {
  const [first, ...others] = by.map((name) => facet(query, name));
  const unions = others.map((pipeline) => ({ $unionWith: { coll: "commitments", pipeline } }));
  const rows = await aggregate([...first, ...unions]);
  return by.map((name) => ({
    facet: name,
    values: rows
      .filter((row) => row.facet === name)
      .map((row) => ({ value: row._id, count: row.n }))
      .sort((a, b) => b.count - a.count || compared(a.value, b.value)),
  }));
};

const facet = (query, name) => {
  const steps = [{ $match: query }];
  let value = { $substrBytes: ["$madeOn.earliest", 0, 4] };
  if (name === "STATUS") {
    const day = today();
    value = "$derived.segments.value";
    const since = { $lte: day };
    const until = { $gt: day };
    steps.push({ $unwind: "$derived.segments" });
    steps.push({ $match: { "derived.segments.since": since, "derived.segments.until": until } });
  }
  return [...steps, { $group: { _id: value, n: { $sum: 1 } } }, { $set: { facet: name } }];
};

/** The segment of a day; null before it was made. */
export const statusAt = (commitment, day) =>
  commitment.derived.segments.find((s) => s.since <= day && day < s.until) ?? null;

// --- Statistics and series

/** Counts in all and in groups, each commitment as it stood on a day. */
export const statistics = async (query, by, day, first) => {
  const holds = { $and: [{ $lte: ["$$this.since", day] }, { $gt: ["$$this.until", day] }] };
  const segment = { $first: { $filter: { input: "$derived.segments", cond: holds } } };
  const wider = { $map: { input: "$topics", in: { $first: { $split: ["$$this", "/"] } } } };
  const key = Object.fromEntries(by.map((name) => [name.toLowerCase(), DIMENSIONS[name]]));
  const order = Object.keys(key).map((name) => [`_id.${name}`, 1]);
  const contested = { $sum: { $cond: ["$standing.contested", 1, 0] } };
  const [found] = await aggregate([
    { $match: query },
    { $project: { standing: segment, topic: { $setUnion: ["$topics", wider] } } },
    { $match: { standing: { $exists: true } } },
    {
      $facet: {
        total: [{ $group: { _id: "$standing.value", n: { $sum: 1 }, contested } }],
        groups: [
          ...(by.includes("TOPIC") ? [{ $unwind: "$topic" }] : []),
          { $group: { _id: key, n: { $sum: 1 } } },
          { $sort: { n: -1, ...Object.fromEntries(order) } },
        ],
      },
    },
  ]);
  return statisticsShown(found, first);
};

const DIMENSIONS = { STATUS: "$standing.value", TOPIC: "$topic" };

const statisticsShown = ({ total, groups }, first) => {
  const standing = new Map(total.map((row) => [row._id, row]));
  const tracked = total.filter((row) => row._id !== "NOT_TRACKABLE");
  const trackable = summed(tracked, "n");
  return {
    total: {
      count: summed(total, "n"),
      trackable,
      contested: { count: summed(tracked, "contested"), of: trackable },
      statuses: STATUSES.filter((value) => standing.has(value)).map((status) => ({
        status,
        count: standing.get(status).n,
      })),
    },
    groupCount: groups.length,
    groups: groups.slice(0, first).map(({ _id, n }) => ({ key: _id, figures: { count: n } })),
  };
};

const summed = (rows, member) => rows.reduce((sum, row) => sum + row[member], 0);

const monthEnds = (first, last) => {
  const found = [];
  for (let month = Number(first.slice(5, 7)); ; month += 1) {
    // Day 0 of a month is the last one of the month before.
    const day = new Date(Date.UTC(Number(first.slice(0, 4)), month, 0)).toISOString().slice(0, 10);
    if (day >= last) return [...found, last];
    found.push(day);
  }
};

/** How many stood in which status at the end of each month, and on the last day. */
export const series = async (query, first, last) => {
  const days = monthEnds(first, last);
  const segment = { value: "$$this.value", contested: "$$this.contested" };
  const both = [
    { ...segment, day: "$$this.since", n: 1 },
    { ...segment, day: "$$this.until", n: -1 },
  ];
  const each = { $concatArrays: ["$$value", both] };
  const whole = { $reduce: { input: "$derived.segments", initialValue: [], in: each } };
  const month = { $substrBytes: ["$turn.day", 0, 7] };
  const key = {
    value: "$turn.value",
    contested: "$turn.contested",
    // What was so before the first month has none.
    month: { $cond: [{ $gte: [month, days[0].slice(0, 7)] }, month, ""] },
  };
  const rows = await aggregate([
    { $match: query },
    { $project: { turn: whole } },
    { $unwind: "$turn" },
    { $match: { "turn.day": { $lte: days.at(-1) } } },
    { $group: { _id: key, n: { $sum: "$turn.n" } } },
  ]);
  return addedUp(rows, days);
};

const addedUp = (rows, days) => {
  const byMonth = Map.groupBy(rows, (row) => row._id.month);
  const now = Object.fromEntries(STATUSES.map((value) => [value, 0]));
  let disputed = 0;
  const turn = (month) => {
    for (const { _id, n } of byMonth.get(month) ?? []) {
      now[_id.value] += n;
      if (_id.contested) disputed += n;
    }
  };
  turn("");
  const points = days.map((day) => {
    turn(day.slice(0, 7));
    return { day, contested: disputed, by: { ...now } };
  });
  const occurring = STATUSES.filter((value) => points.some(({ by }) => by[value] !== 0));
  return points.map(({ day, contested, by }) => ({
    day,
    count: Object.values(by).reduce((sum, n) => sum + n),
    contested,
    statuses: occurring.map((status) => ({ status, count: by[status] })),
  }));
};
