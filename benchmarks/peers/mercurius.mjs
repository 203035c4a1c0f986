// mercurius on fastify with its JIT and its own loaders: as few commands as a plan would send.

import Fastify from "fastify";
import mercurius from "mercurius";
import * as commands from "./commands.mjs";

// A loader's cache would hash every parent; what is asked twice is asked once in `byKey`.
const batched = (loader) => ({ loader, opts: { cache: false } });

const linked = (collection, path) =>
  batched((asked) => commands.byKey(collection, asked.map(({ obj }) => obj[path])));

const loaders = {
  Commitment: {
    madeAt: linked("meetings", "madeAt"),
    followUps: batched(async (asked) => {
      const pages = await commands.followUps(asked.map(({ obj }) => obj.key));
      return pages.map((page, i) => ({ nodes: page.slice(0, asked[i].params.first) }));
    }),
    trail: batched(async (asked) => {
      const depth = Math.max(...asked.map(({ params }) => params.maxDepth));
      const found = await commands.trails(asked.map(({ obj }) => obj.key), depth);
      return found.map((steps, i) => ({
        totalCount: steps.length,
        nodes: steps
          .slice(0, asked[i].params.first)
          .map((step) => ({ depth: step._depth, followUp: step })),
      }));
    }),
  },
  SearchHit: { item: linked("articles", "key") },
  Promisor: { party: linked("parties", "party") },
  FollowUp: {
    meeting: linked("meetings", "meeting"),
    restatedAs: linked("commitments", "restatedAs"),
    articles: batched(async (asked) => {
      const keys = asked.flatMap(({ obj }) => obj.derived.articles);
      const found = await commands.byKey("articles", keys);
      let place = 0;
      return asked.map(({ obj }) => found.slice(place, (place += obj.derived.articles.length)));
    }),
  },
};

const resolvers = {
  Query: {
    commitment: async (_, { by }) => (await commands.byKey("commitments", [by.key]))[0],
    commitments: (_, { first, filter, orderBy }) => ({
      query: commands.commitmentsQuery(filter),
      sort: commands.commitmentSort(orderBy),
      first,
    }),
    commitmentStats: (_, { filter, groupBy, asOf, first }) =>
      commands.statistics(commands.commitmentsQuery(filter), groupBy, asOf, first),
    statusSeries: (_, { filter, from, to }) =>
      commands.series(commands.commitmentsQuery(filter), from, to),
    search: async (_, { query, types, first }) => ({
      nodes: await commands.search(query, types, first),
    }),
  },
  CommitmentConnection: {
    nodes: (page) => commands.commitmentPage(page),
    totalCount: (page) => commands.counted(page.query),
    facets: (page, { by }) => commands.facets(page.query, by),
  },
  Commitment: { status: (row, { asOf }) => commands.statusAt(row, asOf) },
  SearchItem: { resolveType: () => "Article" },
  Party: { resolveType: (row) => (row.kind === "PERSON" ? "Person" : "Organization") },
};

const app = Fastify();
await app.register(mercurius, { schema: commands.SDL, resolvers, loaders, jit: 1, path: "/graphql" });
await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
