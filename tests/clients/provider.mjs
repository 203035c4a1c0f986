// A real OpenID provider on this machine. Each line of standard input is a command in JSON, and each
// is answered by one line: {"keys": [private JWKs]} signs by these from now on, {"down": true} stops
// listening, {"up": true} listens again, {"asked": true} tells how often the keys were fetched,
// {"page": origin} lets people sign in for the desk of that origin, by any name.

import { createServer } from "node:http";
import { createInterface } from "node:readline";
import Provider from "oidc-provider";

let provider, issuer;
let port = 0;
let asked = 0;
let signing;

const server = createServer((request, response) => {
  if (request.url === "/jwks") asked += 1;
  provider.callback()(request, response);
});
server.keepAliveTimeout = 1;

const listen = () =>
  new Promise((resolve) => server.listen(port, "127.0.0.1", () => resolve(server.address().port)));

const stop = () => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
};

/** The desk: a public client, whose code goes back to its page and is redeemed there. */
const desk = (origin) => ({
  client_id: "followthrough",
  token_endpoint_auth_method: "none",
  grant_types: ["authorization_code"],
  redirect_uris: [`${origin}/desk`],
  response_types: ["code"],
});

function serve(keys, page) {
  signing = keys;
  provider = new Provider(issuer, {
    jwks: { keys },
    // Whoever signs in has the role that their name says, such as `editor`.
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: () => ({ sub, preferred_username: `${sub} of the provider`, roles: [sub] }),
    }),
    claims: { openid: ["sub"], profile: ["preferred_username", "roles"] },
    conformIdTokenClaims: false,
    clientBasedCORS: (_context, origin) => origin === page,
    clients: [
      ...(page ? [desk(page)] : []),
      {
        client_id: "desk",
        client_secret: "secret",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: page !== undefined },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope: "",
          audience: resource.slice("urn:".length),
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: keys[0].alg } },
        }),
      },
    },
    extraTokenClaims: (context) => JSON.parse(context.oidc.body.claims ?? "{}"),
    extraParams: ["claims"],
  });
}

const commands = {
  keys: async (keys) => {
    port ||= await listen();
    issuer = `http://127.0.0.1:${port}`;
    serve(keys);
    return { issuer };
  },
  down: stop,
  up: async () => {
    await listen();
  },
  asked: () => ({ asked }),
  page: (origin) => serve(signing, origin),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [[name, value]] = Object.entries(JSON.parse(line));
  console.log(JSON.stringify((await commands[name](value)) ?? {}));
}
await stop();
