/** What stands around every screen, and which screen an address is. */
import { lazy, type ReactNode, Suspense } from "react";
import type { ViewerRole } from "./generated";
import { go, Link, useAddress } from "./address";
import { Heading } from "./Heading";
import { Inbox } from "./inbox/Inbox";
import { KeyList, useKeys } from "./keys";
import { useFollowing } from "./live";
import { useModal } from "./modal";
import { nounOfPath } from "./nouns";
import { Notices } from "./notices";
import { session, useSession } from "./session/session";
import { SignInForm } from "./session/SignIn";

const AddArticle = lazy(async () => ({ default: (await import("./article/AddArticle")).AddArticle }));
const ArticlePage = lazy(async () => ({ default: (await import("./article/ArticlePage")).ArticlePage }));
const ReviewPage = lazy(async () => ({ default: (await import("./record/ReviewPage")).ReviewPage }));
const HistoryPage = lazy(async () => ({ default: (await import("./record/HistoryPage")).HistoryPage }));
const EditPage = lazy(async () => ({ default: (await import("./record/EditPage")).EditPage }));
const MergePage = lazy(async () => ({ default: (await import("./record/MergePage")).MergePage }));
const NewPage = lazy(async () => ({ default: (await import("./record/NewPage")).NewPage }));
const ReplaceText = lazy(async () => ({ default: (await import("./article/ReplaceText")).ReplaceText }));
const RetractAll = lazy(async () => ({ default: (await import("./article/RetractAll")).RetractAll }));
const SubmitArticle = lazy(async () => ({ default: (await import("./intake/SubmitArticle")).SubmitArticle }));
const IntakePage = lazy(async () => ({ default: (await import("./intake/IntakePage")).IntakePage }));
const FindPage = lazy(async () => ({ default: (await import("./inbox/FindPage")).FindPage }));

export function Desk({ fault }: { fault: string | null }) {
  const { viewer, isOpening, lapsed } = useSession();
  const address = useAddress();
  useFollowing();
  if (isOpening) return <p role="status">Opening the desk…</p>;
  return (
    <>
      <a href="#screen" className="skip">To the page</a>
      <Masthead />
      <main id="screen" tabIndex={-1}>
        {viewer ? (
          <Suspense fallback={<p role="status">Loading…</p>}>
            <Screen key={address.pathname} path={address.pathname} />
          </Suspense>
        ) : (
          <>
            <Heading>Sign in to the desk</Heading>
            <p>Here articles are recorded and proposals reviewed. <a href="/">What is published</a> needs no sign-in.</p>
            <SignInForm fault={lapsed ?? fault} />
          </>
        )}
      </main>
      {viewer && lapsed && <SignInAgain why={lapsed} />}
      <Notices />
    </>
  );
}

function Screen({ path }: { path: string }): ReactNode {
  const [, , screen = "", first = "", second = ""] = path.split("/").map(decoded);
  useKeys({
    i: { says: "Inbox", run: () => go("/desk") },
    n: { says: "Add an article", run: () => go("/desk/articles/new") },
    u: { says: "Have an article read", run: () => go("/desk/intake/new") },
    "/": { says: "Find a record", run: () => go("/desk/find") },
  });
  if (screen === "") return <Inbox />;
  if (screen === "find") return <FindPage />;
  if (screen === "intake" && first === "new") return <SubmitArticle />;
  if (screen === "intake" && first !== "") return <IntakePage intakeKey={first} />;
  if (screen === "articles" && first === "new") return <AddArticle />;
  if (screen === "articles" && second === "text") return <ReplaceText articleKey={first} />;
  if (screen === "articles" && second === "retract") return <RetractAll articleKey={first} />;
  if (screen === "articles" && first !== "") return <ArticlePage articleKey={first} />;
  const noun = nounOfPath(first);
  if (noun && screen === "new") return <NewPage noun={noun} />;
  if (noun && second !== "") {
    if (screen === "review") return <ReviewPage noun={noun} recordKey={second} />;
    if (screen === "history") return <HistoryPage noun={noun} recordKey={second} />;
    if (screen === "edit") return <EditPage noun={noun} recordKey={second} />;
    if (screen === "merge") return <MergePage noun={noun} recordKey={second} />;
  }
  return <Heading>There is no such screen</Heading>;
}

/** As written where it is no whole encoding. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const ROLES: Readonly<Record<ViewerRole, string>> = {
  READER: "reader",
  PROPOSER: "proposer",
  EDITOR: "editor",
  ADMIN: "admin",
};

function Masthead() {
  const { viewer } = useSession();
  return (
    <header className="masthead">
      <Link href="/desk" className="brand">Followthrough desk</Link>
      <nav aria-label="Main">
        {viewer && (
          <>
            <Link href="/desk">Inbox</Link>
            <Link href="/desk/articles/new">Add an article</Link>
            <Link href="/desk/intake/new">Have an article read</Link>
            <Link href="/desk/find">Find</Link>
          </>
        )}
        <a href="/">Published</a>
      </nav>
      {viewer && (
        <p className="viewer">
          <span><bdi>{viewer.name}</bdi>, {ROLES[viewer.role]}</span>
          <button type="button" className="quiet" onClick={() => session.signOut()}>Sign out</button>
          <KeyList />
        </p>
      )}
    </header>
  );
}

/** Over what was being done, which stays as it is and goes on. */
function SignInAgain({ why }: { why: string }) {
  const dialog = useModal();
  return (
    <dialog ref={dialog} aria-labelledby="again-title" onCancel={(event) => event.preventDefault()}>
      <h2 id="again-title">Sign in again to go on</h2>
      <p>What you typed is kept, and what was being sent will be sent.</p>
      <SignInForm fault={why} />
    </dialog>
  );
}
