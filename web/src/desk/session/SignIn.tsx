/** Signing in: at the provider where there is one, or by a token. */
import { type FormEvent, useEffect, useState } from "react";
import { findClient, leaveForProvider, type OpenIdClient } from "./openid";
import { session } from "./session";

export function SignInForm({ fault: first }: { fault: string | null }) {
  const [fault, setFault] = useState(first);
  const [client, setClient] = useState<OpenIdClient | null>(null);
  const [isTrying, setTrying] = useState(false);

  useEffect(() => {
    findClient().then(setClient, () => setClient(null)); // a token will do
  }, []);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get("token")).trim();
    if (!token) return setFault("Paste a token first.");
    setTrying(true);
    const found = await session.signIn(token);
    setTrying(false);
    if ("fault" in found) setFault(found.fault);
  }

  return (
    <>
      {fault && <p role="alert" className="fault">{fault}</p>}
      {client && (
        <p>
          <button type="button" className="primary" onClick={() => leaveForProvider(client).catch((e: Error) => setFault(e.message))}>
            Sign in at {new URL(client.issuer).host}
          </button>
        </p>
      )}
      <form onSubmit={(event) => void submit(event)} className="sign-in">
        <label>
          Token
          <input name="token" type="password" autoComplete="off" spellCheck={false} autoFocus aria-describedby="token-hint" />
        </label>
        <button type="submit" className="primary" disabled={isTrying}>Sign in</button>
        <p id="token-hint" className="hint">
          It begins with <code>ft_</code>. An admin makes one with <code>followthrough token create</code>. It is kept
          until this tab is closed. On your own machine, open the link that <code>followthrough serve</code> prints.
        </p>
      </form>
    </>
  );
}
