// Subscribes through a real client: node subscribing.mjs CLIENT URL HOW_MANY, with {query, variables,
// token, restart} on standard input. Prints "ready" once it is connected, then each answer as a line
// of JSON. Between the events its connection is broken once, if `restart` says so, and it goes on.
import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { text } from 'node:stream/consumers';
import WebSocket from 'ws';

const [, , name, url, howMany] = process.argv;
const { query, variables, token, restart } = JSON.parse(await text(process.stdin));
const authorization = token ? { Authorization: `Bearer ${token}` } : {};
const socketUrl = url.replace(/^http/, 'ws');
let socket;

function overWs() {
  return createWsClient({
    url: socketUrl,
    webSocketImpl: WebSocket,
    connectionParams: authorization,
    retryAttempts: 20,
    retryWait: async () => new Promise((done) => setTimeout(done, 100)),
    on: { connected: (opened) => ((socket = opened), console.log('"ready"')) },
  });
}

function overSse() {
  return createSseClient({
    url: `${url}/stream`,
    headers: authorization,
    onMessage: () => undefined,
    on: { connected: () => console.log('"ready"') },
  });
}

// What is asked is kept by reference, so that a connection which is made again asks with the cursor
// of the last event.
const asked = { query, variables };
let seen = 0;

function take(result) {
  console.log(JSON.stringify(result));
  const [event] = Object.values(result.data ?? {});
  if (event?.cursor) asked.variables.after = event.cursor;
  seen += 1;
  if (seen === Number(howMany)) process.exit(0);
  if (restart && seen === 1) socket.terminate();
}

function fail(error) {
  console.error(error);
  process.exit(1);
}

const subscribes = {
  'graphql-ws': () => overWs().subscribe(asked, { next: take, error: fail, complete() {} }),
  'graphql-sse': () => overSse().subscribe(asked, { next: take, error: fail, complete() {} }),
  urql: () => {
    const ws = overWs();
    const client = new Client({
      url,
      exchanges: [
        fetchExchange,
        subscriptionExchange({
          forwardSubscription: (request) => ({
            subscribe: (sink) => ({ unsubscribe: ws.subscribe({ ...request, query: request.query ?? '' }, sink) }),
          }),
        }),
      ],
    });
    client.subscription(query, variables).subscribe((result) => (result.error ? fail(result.error) : take(result)));
  },
};

subscribes[name]();
