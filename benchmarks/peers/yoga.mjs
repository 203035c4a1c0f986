// graphql-yoga with DataLoader, on Node's own HTTP server, as its documentation teaches it.

import { createServer } from "node:http";
import DataLoader from "dataloader";
import { createSchema, createYoga } from "graphql-yoga";
import * as commands from "./commands.mjs";

const byKey = (collection) => new DataLoader((keys) => commands.byKey(collection, keys));

const loaders = () => ({
  parties: byKey("parties"),
  meetings: byKey("meetings"),
  articles: byKey("articles"),
  commitments: byKey("commitments"),
  followUps: new DataLoader((keys) => commands.followUps(keys)),
  trails: new DataLoader(
    (wanted) => commands.trails(wanted.map((w) => w.key), Math.max(...wanted.map((w) => w.depth))),
    { cacheKeyFn: (wanted) => `${wanted.depth} ${wanted.key}` },
  ),
});

const loaded = (loader, key) => (key === undefined ? null : loader.load(key));

const resolvers = {
  Query: {
    commitment: (_, { by }, { commitments }) => commitments.load(by.key),
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
  Commitment: {
    madeAt: (row, _, { meetings }) => loaded(meetings, row.madeAt),
    followUps: async (row, { first }, { followUps }) => ({
      nodes: (await followUps.load(row.key)).slice(0, first),
    }),
    trail: async (row, { maxDepth, first }, { trails }) => {
      const found = await trails.load({ key: row.key, depth: maxDepth });
      const nodes = found.slice(0, first).map((step) => ({ depth: step._depth, followUp: step }));
      return { totalCount: found.length, nodes };
    },
    status: (row, { asOf }) => commands.statusAt(row, asOf),
  },
  Promisor: { party: (row, _, { parties }) => parties.load(row.party) },
  FollowUp: {
    meeting: (row, _, { meetings }) => loaded(meetings, row.meeting),
    restatedAs: (row, _, { commitments }) => loaded(commitments, row.restatedAs),
    articles: (row, _, { articles }) => articles.loadMany(row.derived.articles),
  },
  SearchHit: { item: (row, _, { articles }) => articles.load(row.key) },
  SearchItem: { __resolveType: () => "Article" },
  Party: { __resolveType: (row) => (row.kind === "PERSON" ? "Person" : "Organization") },
};

const yoga = createYoga({
  schema: createSchema({ typeDefs: commands.SDL, resolvers }),
  context: loaders,
  graphiql: false,
  logging: "error",
});

createServer(yoga).listen(Number(process.env.PORT), "127.0.0.1");
