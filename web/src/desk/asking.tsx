/** What a screen shows while it asks, and when that fails. */
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";

export interface Asked<Data> {
  /** While the next answer is on its way, this is the one before. */
  readonly data: Data | null;
  readonly error: string | null;
  /** Asks again. Done when the answer is shown, or could not be had. */
  readonly again: () => Promise<void>;
}

/** Asks when the screen is shown, whenever `given` changes, and when it is told to. */
export function useAsked<Data>(asking: (signal: AbortSignal) => Promise<Data>, given: string): Asked<Data> {
  const [state, setState] = useState<{ data: Data | null; error: string | null }>({ data: null, error: null });
  const [turn, setTurn] = useState(0);
  const waiting = useRef<(() => void)[]>([]);
  const current = useRef(asking);
  current.current = asking;
  useEffect(() => {
    const request = new AbortController();
    current.current(request.signal).then(
      (data) => request.signal.aborted || setState({ data, error: null }),
      (error: Error) => request.signal.aborted || setState(({ data }) => ({ data, error: error.message })),
    );
    return () => request.abort();
  }, [given, turn]);
  const release = useCallback(() => {
    for (const one of waiting.current.splice(0)) one();
  }, []);
  // After each answer was drawn, and when the screen is left.
  useEffect(release, [state]);
  useEffect(() => release, []);
  const again = useCallback(() => {
    setTurn((before) => before + 1);
    return new Promise<void>((resolve) => void waiting.current.push(resolve));
  }, []);
  return { ...state, again };
}

export function Waiting<Data>({ asked, children }: { asked: Asked<Data>; children: (data: Data) => ReactNode }) {
  return (
    <>
      {asked.error !== null && (
        <div role="alert" className="problem">
          <p>This could not be loaded: {asked.error}.</p>
          <button type="button" onClick={asked.again}>Try again</button>
        </div>
      )}
      {asked.data !== null ? children(asked.data) : asked.error === null && <p role="status">Loading…</p>}
    </>
  );
}
