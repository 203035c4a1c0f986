// Writes through a real client: node writing.mjs CLIENT URL, with a token or nothing in TOKEN, and
// on standard input [{query, variables, least}, …], each to be sent with `least` as the version
// of the data that its answer must include. Prints for each {data, extensions} or {errors}, as the
// client gives them.
import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  HttpLink,
  InMemoryCache,
} from '@apollo/client';
import { Client, createRequest, fetchExchange } from '@urql/core';
import { text } from 'node:stream/consumers';
import { parse } from 'graphql';
import { tap } from 'rxjs';
import { bare } from './bare.mjs';

const [, , client, url] = process.argv;
const headers = process.env.TOKEN ? { authorization: `Bearer ${process.env.TOKEN}` } : {};

const told = (errors) => errors.map(({ path, extensions }) => ({ path, code: extensions.code }));

const clients = {
  apollo() {
    let extensions; // the client hands on the data alone
    const versions = new ApolloLink((operation, forward) => {
      operation.extensions.minDataVersion = operation.getContext().least;
      return forward(operation).pipe(tap((result) => (extensions = result.extensions)));
    });
    const http = new HttpLink({ uri: url, headers, includeExtensions: true });
    const made = new ApolloClient({
      link: ApolloLink.from([versions, http]),
      cache: new InMemoryCache(),
    });
    return async ({ query, variables, least }) => {
      const document = parse(query);
      const context = { least };
      const isMutation = document.definitions[0].operation === 'mutation';
      try {
        const { data } = await (isMutation
          ? made.mutate({ mutation: document, variables, context })
          : made.query({ query: document, variables, context, fetchPolicy: 'network-only' }));
        return { data, extensions };
      } catch (error) {
        if (!CombinedGraphQLErrors.is(error)) throw error;
        return { errors: told(error.errors) };
      }
    };
  },
  urql() {
    const made = new Client({ url, exchanges: [fetchExchange], fetchOptions: { headers } });
    return async ({ query, variables, least }) => {
      const document = parse(query);
      const request = createRequest(document, variables, { minDataVersion: least });
      const kind = document.definitions[0].operation;
      const result = await made
        .executeRequestOperation(made.createRequestOperation(kind, request))
        .toPromise();
      if (result.error?.networkError) throw result.error;
      if (result.error) return { errors: told(result.error.graphQLErrors) };
      return { data: result.data, extensions: result.extensions };
    };
  },
};

const send = clients[client]();
for (const asked of JSON.parse(await text(process.stdin))) {
  console.log(JSON.stringify(bare(await send(asked))));
}
