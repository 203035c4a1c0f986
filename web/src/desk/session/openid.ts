/** Signing in at an OpenID provider, by authorization code with PKCE, all of it in the page. */

export interface OpenIdClient {
  readonly issuer: string;
  readonly clientId: string;
}

interface Provider {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

/** What the page must remember while somebody is at the provider. */
interface Errand {
  readonly state: string;
  readonly verifier: string;
  readonly back: string;
}

const ERRAND = "followthrough-desk-errand";
const REDIRECT = () => `${location.origin}/desk`;

/** Where this server has people sign in; null if tokens are all there is. */
export async function findClient(): Promise<OpenIdClient | null> {
  const response = await fetch("/desk/sign-in.json");
  return ((await response.json()) as { openid: OpenIdClient | null }).openid;
}

/** Leaves for the provider. Rejects if it cannot be asked. */
export async function leaveForProvider(client: OpenIdClient): Promise<void> {
  const provider = await discover(client);
  const errand: Errand = { state: random(), verifier: random(), back: location.pathname + location.search };
  sessionStorage.setItem(ERRAND, JSON.stringify(errand));
  const asked = new URLSearchParams({
    response_type: "code",
    client_id: client.clientId,
    redirect_uri: REDIRECT(),
    scope: "openid profile",
    state: errand.state,
    code_challenge: await challengeOf(errand.verifier),
    code_challenge_method: "S256",
  });
  location.assign(`${provider.authorization_endpoint}?${asked}`);
}

/** Whether the address is the one by which the provider sends somebody back. */
export function isBackFromProvider(search: string): boolean {
  const answer = new URLSearchParams(search);
  return answer.has("state") && (answer.has("code") || answer.has("error"));
}

/** The token for the code in the address, and where to go on. Rejects with what the provider says. */
export async function redeem(client: OpenIdClient, search: string): Promise<{ token: string; back: string }> {
  const answer = new URLSearchParams(search);
  const errand = JSON.parse(sessionStorage.getItem(ERRAND) ?? "null") as Errand | null;
  sessionStorage.removeItem(ERRAND);
  if (!errand || errand.state !== answer.get("state")) {
    throw new Error("This sign-in was not begun in this tab; begin it again");
  }
  const refused = answer.get("error_description") ?? answer.get("error");
  if (refused) throw new Error(`The provider refused: ${refused}`);
  const provider = await discover(client);
  const response = await fetch(provider.token_endpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code: answer.get("code") ?? "",
      redirect_uri: REDIRECT(),
      client_id: client.clientId,
      code_verifier: errand.verifier,
    }),
  });
  const granted = (await response.json()) as { access_token?: string; id_token?: string; error_description?: string };
  const token = chooseToken(granted, client.clientId);
  if (!token) throw new Error(`The provider gave no token: ${granted.error_description ?? response.status}`);
  return { token, back: errand.back };
}

async function discover({ issuer }: OpenIdClient): Promise<Provider> {
  const response = await fetch(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (!response.ok) throw new Error(`${issuer} answers ${response.status}`);
  return (await response.json()) as Provider;
}

/** The access token where it is a JWT for this server, for it has the roles; else the ID token. */
export function chooseToken(
  granted: { access_token?: string; id_token?: string },
  clientId: string,
): string | undefined {
  const { access_token: access, id_token: identity } = granted;
  return access && [claimsOf(access)?.aud].flat().includes(clientId) ? access : identity;
}

function claimsOf(token: string): { aud?: string | string[] } | null {
  try {
    const [, payload = ""] = token.split(".");
    return JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as { aud?: string | string[] };
  } catch {
    return null; // not a JWT: for the provider alone to read
  }
}

function random(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** The S256 challenge of a verifier (RFC 7636). */
export async function challengeOf(verifier: string): Promise<string> {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
