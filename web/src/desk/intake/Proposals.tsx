/** An article's text with what is proposed of it, and on the right the list of that, or the form of one. */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "../address";
import { send } from "../api";
import { ArticleText, selectWords } from "../article/ArticleText";
import { datelineDayIn } from "../article/propose";
import { wordsOfDate } from "../forms/dates";
import { keepText } from "../forms/EvidenceWords";
import { Faults } from "../forms/Faults";
import { toInput } from "../forms/fields";
import { type FaultFragment, type Noun, RejectProposalDocument, ReopenProposalDocument } from "../generated";
import { Heading } from "../Heading";
import { useKeys } from "../keys";
import { headlineOr } from "../nouns";
import { notify } from "../notices";
import { changesTo, type Members, readContent, saysSame } from "../record/content";
import { ReasonDialog } from "../record/ReasonDialog";
import { may } from "../session/session";
import { type Accepted, acceptProposal, meetingBefore, takeBack } from "./accepting";
import { ArticleDetails } from "./ArticleDetails";
import { DeleteIntake } from "./DeleteIntake";
import { draftOfDetails } from "./details";
import { ProposalForm } from "./ProposalForm";
import { ProposalList } from "./ProposalList";
import { PublisherAsked } from "./PublisherAsked";
import { firstOf, isComplete, type Proposed, type Read, spansOf } from "./reading";
import { faultOf, Told } from "./Told";

const NO_DAY = "The text does not tell the day of the article; say it first";
const MEETING_FIRST = "It names a meeting that is proposed as well; decide about that first";

type Opened = { readonly proposal: Proposed; readonly noun: Noun };

const dayIn = (article: Members) => (article["datePublished"] as { edtf?: string } | null | undefined)?.edtf ?? "";

/** What is known of the article, and what is corrected of it until it is stored. */
function useDetails({ intake }: Read) {
  const begun = useMemo(() => readContent(intake.articleDraft, "CreateArticleInput"), [intake.articleDraft]);
  const draft = useMemo(() => draftOfDetails(intake.key), [intake.key]);
  const isTold = wordsOfDate(dayIn(begun)) !== "";
  const [article, setArticle] = useState<Members>(() => {
    const printed = isTold ? null : datelineDayIn(intake.text ?? "");
    return draft.find() ?? (printed ? { ...begun, datePublished: { edtf: printed } } : begun);
  });
  const isStored = intake.article !== null;
  useEffect(() => {
    if (isStored || saysSame(article, begun)) draft.drop();
    else draft.keep(article);
  }, [article, isStored]);
  const given = useMemo(() => (isStored ? null : toInput(changesTo(begun, article))), [isStored, begun, article]);
  const day = intake.article?.datePublished.edtf ?? dayIn(article);
  const headline = intake.article ? headlineOr(intake.article.headline, intake.article.key) : String(article["headline"] ?? "An article without a headline");
  return { article, setArticle, given, day: wordsOfDate(day) ? day : null, isTold, isStored, headline };
}

export function Proposals({ read, onDone }: { read: Read; onDone: () => Promise<void> }) {
  const { intake, proposals } = read;
  const { article, setArticle, given, day, isTold, isStored, headline } = useDetails(read);
  const [focused, setFocused] = useState<string | null>(null);
  const [opened, setOpened] = useState<Opened | null>(null);
  const [rejecting, setRejecting] = useState<Proposed | null>(null);
  const [faults, setFaults] = useState<readonly FaultFragment[]>([]);
  const details = useRef<HTMLDivElement>(null);
  const spans = useMemo(() => spansOf(read), [read]);

  // Its text is stored with its first record: until then it is shown from here.
  useEffect(() => {
    keepText(intake.articleKey, { key: intake.articleKey, text: intake.text, headline, inLanguage: intake.language ?? "en" });
  }, [intake.text]);

  const show = useCallback((key: string) => {
    setFocused(key);
    const span = spans.find(({ id }) => id === key);
    if (span) selectWords(span);
  }, [spans]);

  const focusIn = useCallback((key: string) => {
    setFocused(key);
    document.getElementById(`proposal ${key}`)?.focus();
  }, []);

  const say = (message: string) => setFaults([{ code: "MISSING", message, path: null, suggestions: [] }]);

  /** Whether something has to be done before it; it is said then. */
  function mustWait(proposal: Proposed): boolean {
    const meeting = meetingBefore(proposal);
    if (day === null) {
      say(NO_DAY);
      const box = details.current?.querySelector<HTMLElement>("[data-path='input.datePublished']");
      box?.closest("details")?.setAttribute("open", "");
      box?.querySelector("input")?.focus();
      return true;
    }
    if (!meeting) return false;
    say(MEETING_FIRST);
    focusIn(meeting);
    return true;
  }

  async function accept(proposal: Proposed, about?: { noun: Noun; key: string }) {
    setFaults([]);
    if (proposal.state !== "OPEN" || mustWait(proposal)) return;
    if (!about && !isComplete(proposal)) return open(proposal);
    try {
      const noun = proposal.about ? null : proposal.creates;
      const accepted = await acceptProposal(
        { intake: intake.key, proposal, proposals, article: given, noun: about ? null : noun, ...(about && { about }) },
        { ...(noun && !about ? toInput(proposal.members) : {}), ...(may("EDITOR") && { accept: true }) },
      );
      setFaults(accepted.userErrors);
      if (accepted.record) await finish(proposal, accepted, may("EDITOR") ? "Accepted" : "It is a proposal of yours now");
    } catch (error) {
      setFaults([faultOf(error)]);
    }
  }

  /** Shows what a proposal became, offers to take it back, and goes on to the next. */
  async function finish(proposal: Proposed, { became }: Pick<Accepted, "became">, said: string) {
    await onDone();
    notify(said, may("EDITOR") ? async () => {
      await takeBack(became);
      await onDone();
      return "Taken back: it is open again";
    } : null);
    setOpened(null);
    goOn(proposal);
  }

  function open(proposal: Proposed, noun: Noun | null = proposal.writes) {
    setFaults([]);
    if (proposal.state !== "OPEN" || mustWait(proposal)) return;
    setFocused(proposal.key);
    if (noun) setOpened({ proposal, noun });
  }

  async function reopen(proposal: Proposed, reason: string | null = null) {
    const { userErrors } = await send(ReopenProposalDocument, { keys: [proposal.key], reason });
    if (userErrors[0]) throw new Error(userErrors[0].message);
    await onDone();
    return "It is open again";
  }

  async function reject(proposal: Proposed, reason: string) {
    try {
      const { userErrors } = await send(RejectProposalDocument, { keys: [proposal.key], reason });
      setFaults(userErrors);
      if (userErrors.length > 0) return;
      await onDone();
      notify("Rejected, and kept with the reason", () => reopen(proposal, "Taken back right after it was rejected."));
      goOn(proposal);
    } catch (error) {
      setFaults([faultOf(error)]);
    }
  }

  /** To the next that is open; where none is, it stays at this one. */
  function goOn({ key }: Proposed) {
    const at = proposals.findIndex((one) => one.key === key);
    const rest = [...proposals.slice(at + 1), ...proposals.slice(0, at)];
    const next = rest.find(({ state }) => state === "OPEN");
    requestAnimationFrame(() => focusIn(next?.key ?? key));
  }

  function goToList() {
    const key = focused ?? firstOf(proposals)?.key;
    if (key) focusIn(key);
  }

  useKeys({
    t: { says: "Into the text", run: () => document.querySelector<HTMLElement>(".article-text")?.focus() },
    l: { says: "To the proposals", run: goToList },
  });

  return (
    <article className={`worked ${opened ? "with-form" : ""}`}>
      <p className="kicker">
        Read for you: {intake.openCount === 0 ? "all is decided" : `${intake.openCount} of ${intake.proposalCount} proposals are open`}
        {isStored && <> · <Link href={`/desk/articles/${encodeURIComponent(intake.articleKey)}`}>the article, and what rests on it</Link></>}{" "}
        <DeleteIntake intake={intake} />
      </p>
      <Heading title={headline}><bdi>{headline}</bdi></Heading>
      <Told intake={intake} />
      {intake.article && <PublisherAsked intake={intake} article={intake.article} onDone={onDone} onLeave={goToList} />}
      {!isStored && <div ref={details}><ArticleDetails values={article} onChange={setArticle} isTold={isTold} /></div>}
      <Faults faults={faults} title="Nothing was decided" />
      <div className="sides">
        <section aria-label="Text" className="text-side">
          <p id="article-text-hint" className="hint">What is proposed is underlined with dashes. <kbd>j</kbd> and <kbd>k</kbd> walk through it, <kbd>a</kbd> accepts, <kbd>x</kbd> rejects.</p>
          <ArticleText text={intake.text ?? ""} lang={intake.language ?? "en"} spans={spans} onSelect={() => {}} onOpen={focusIn} />
        </section>
        <aside aria-label={opened ? "Form" : "Proposals"}>
          {opened ? (
            <ProposalForm
              key={`${opened.proposal.key} ${opened.noun}`}
              read={read}
              proposal={opened.proposal}
              noun={opened.noun}
              article={given}
              day={day}
              onSaved={(accepted, said) => finish(opened.proposal, accepted, said)}
              onClose={() => {
                setOpened(null);
                requestAnimationFrame(() => focusIn(opened.proposal.key));
              }}
            />
          ) : (
            <ProposalList
              read={read}
              focused={focused}
              onFocus={setFocused}
              onShow={show}
              onAccept={(proposal, about) => void accept(proposal, about)}
              onOpen={open}
              onReject={setRejecting}
              onReopen={(proposal) => void reopen(proposal).then(notify, (error) => setFaults([faultOf(error)]))}
            />
          )}
        </aside>
      </div>
      {rejecting && (
        <ReasonDialog title="Reject the proposal" action="Reject" onClose={() => setRejecting(null)} onGive={(reason) => reject(rejecting, reason)} />
      )}
    </article>
  );
}
