/** Says that something was recorded since the last run: an answer in an editor looks the same when it is old. */
import { useGraphiQLActions } from "@graphiql/react";
import { useEffect, useState } from "react";

const INCLUDED = "x-followthrough-data-version";
/** Makes the server tell which version of the data an answer includes, and wait for none. */
const TELL = { "x-followthrough-min-data-version": "0" };
const MILLISECONDS = 30_000;

/** The version that the last answer included; null where none was told. */
let included: number | null = null;

/** `fetch`, which notes the version of the data that each answer includes. */
export async function noting(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const headers = new Headers(init?.headers);
  for (const [name, value] of Object.entries(TELL)) headers.set(name, value);
  const response = await fetch(input, { ...init, headers });
  included = versionOf(response) ?? included;
  return response;
}

function versionOf(response: Response): number | null {
  const told = response.headers.get(INCLUDED);
  return told === null ? null : Number(told);
}

/** Whether there is a later version than the last answer's. Where that cannot be known, there is none. */
async function isOutdated(endpoint: string): Promise<boolean> {
  const before = included;
  if (before === null) return false;
  const response = await fetch(`${endpoint}?query={__typename}`, { headers: TELL }).catch(() => null);
  const now = response && versionOf(response);
  // A query that was run meanwhile is newer than what was asked here.
  return now !== null && now > before && included === before;
}

export function Freshness({ endpoint }: { endpoint: string }) {
  const { run } = useGraphiQLActions();
  /** The version that was found to be outdated. */
  const [outdated, setOutdated] = useState<number | null>(null);

  useEffect(() => {
    const look = async () => {
      if (document.visibilityState === "hidden") return;
      const is = await isOutdated(endpoint);
      setOutdated(is ? included : null);
    };
    const timer = setInterval(() => void look(), MILLISECONDS);
    const onFocus = () => void look();
    addEventListener("focus", onFocus);
    return () => {
      clearInterval(timer);
      removeEventListener("focus", onFocus);
    };
  }, [endpoint]);

  const again = () => {
    setOutdated(null);
    run();
  };
  return (
    <p role="status" className="freshness">
      {outdated !== null && (
        <>
          Something was recorded since the last run.{" "}
          <button type="button" className="pane-button" onClick={again}>Run again</button>
        </>
      )}
    </p>
  );
}
