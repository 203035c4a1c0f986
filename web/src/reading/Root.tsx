/** The page at an address: asks what its kind asks, unless the server did, and shows it. */
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Given, PageContext } from "./context";
import { PageProvider } from "./context";
import { BadAddress, NotByThen, NothingThere } from "./kinds";
import { type Loaded, loadPage, pageAt, type Placed } from "./pages";
import { Page, Problem } from "./parts/Page";
import { load } from "./questions";
import { TroublePage } from "./TroublePage";
import { LANGUAGES } from "./words/languages";

interface Shown extends Loaded {
  readonly error: unknown;
  readonly isWaiting: boolean;
}

export function Root({ given }: { given: Given }) {
  const [search, setSearch] = useState(given.address.search);
  const [shown, setShown] = useState<Shown>({ ...loadedIn(given), error: null, isWaiting: !given.isRendered });
  const placed = useMemo(() => pageAt(given.address.path), [given]);

  const go = useCallback((next: string) => {
    history.replaceState(null, "", `${location.pathname}${next}${location.hash}`);
    setSearch(next);
  }, []);

  useEffect(() => {
    if (placed === null || given.trouble !== null) return;
    // What the server rendered is asked again only once the address is another.
    if (given.isRendered && search === given.address.search) {
      setShown({ ...loadedIn(given), error: null, isWaiting: false });
      return;
    }
    const request = new AbortController();
    setShown((before) => ({ ...before, isWaiting: true }));
    load(loadPage(placed, { path: given.address.path, search }, given.language), request.signal).then(
      (loaded) => setShown({ ...loaded, error: null, isWaiting: false }),
      (error: unknown) => {
        if (!request.signal.aborted) setShown(failed(placed, error));
      },
    );
    return () => request.abort();
  }, [placed, search, given]);

  const address = useMemo(() => ({ path: given.address.path, search }), [given, search]);
  const { words } = LANGUAGES[given.language];
  // In trouble, what is loaded are near ones, and nothing of the page's own kind.
  const isWhole = given.trouble === null && shown.data !== null && shown.error === null;
  const { labels } = shown;
  const title = placed && isWhole ? placed.kind.title(shown.data, words, { ...given, labels }) : given.site.name;
  const page: PageContext = { ...given, labels, address, words, title, go };
  return <PageProvider value={page}><Body shown={shown} page={page} placed={placed} /></PageProvider>;
}

function loadedIn({ data, labels }: Given): Loaded {
  return { data, labels };
}

function failed({ kind }: Placed, error: unknown): Shown {
  const isOfAddress = error instanceof NothingThere || error instanceof NotByThen || error instanceof BadAddress;
  if (isOfAddress || kind.failed === undefined) return { data: null, labels: {}, error, isWaiting: false };
  return { data: kind.failed(messageOf(error)), labels: {}, error: null, isWaiting: false };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface BodyProps {
  shown: Shown;
  page: PageContext;
  placed: Placed | null;
}

function Body({ shown: { data, error, isWaiting }, page: { trouble, words }, placed }: BodyProps) {
  if (trouble !== null || placed === null) return <TroublePage trouble={trouble ?? { status: 404, message: "" }} />;
  if (error instanceof NothingThere) return <TroublePage trouble={{ status: 404, message: "" }} />;
  if (error instanceof NotByThen) return <TroublePage trouble={{ status: 404, message: "", isLater: true }} />;
  if (error instanceof BadAddress) return <TroublePage trouble={{ status: 400, message: error.message }} />;
  if (error !== null) return <Page><Problem message={messageOf(error)} /></Page>;
  if (data === null) return <Page><p role="status">{words.loading}</p></Page>;
  return <placed.kind.View data={data} part={placed.part} isWaiting={isWaiting} />;
}
