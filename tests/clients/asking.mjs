// Asks queries through a real client: node asking.mjs CLIENT URL, with [{query, variables}, …] on
// standard input. Prints one line of JSON for each: what the client makes of the answer.
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, cacheExchange, fetchExchange } from '@urql/core';
import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parse } from 'graphql';
import { bare } from './bare.mjs';

const [, , client, url] = process.argv;

function apollo(link) {
  const made = new ApolloClient({ link, cache: new InMemoryCache({ possibleTypes: {} }) });
  return async ({ query, variables }) =>
    (await made.query({ query: parse(query), variables, errorPolicy: 'none' })).data;
}

const sha256 = (query) => createHash('sha256').update(query).digest('hex');

const asks = {
  apollo: () => apollo(new HttpLink({ uri: url })),
  'apollo-persisted': () =>
    apollo(
      new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(
        new HttpLink({ uri: url }),
      ),
    ),
  urql: () => {
    const made = new Client({ url, exchanges: [cacheExchange, fetchExchange] });
    return async ({ query, variables }) => {
      const result = await made.query(query, variables).toPromise();
      if (result.error) throw result.error;
      return result.data;
    };
  },
};

const ask = asks[client]();
for (const asked of JSON.parse(await text(process.stdin))) {
  console.log(JSON.stringify(bare(await ask(asked))));
}
