"""Replace the text of an article: what rests on it is found again by its words."""

from collections.abc import Iterator, Sequence

from store.mongodb.documents import to_record
from store.records.articles import Article, Mention, TextAccess
from store.records.base import At, Key, Record
from store.records.evidence import (
    Evidence,
    Selector,
    WordsNotFound,
    WordsStandTwice,
    find_nearest,
    locate,
    move_span,
)
from store.records.naming import NAMERS, word
from store.records.references import find_parts, rewrite_parts
from store.writes.commands import MOST_SUGGESTED, Verb, Verdict, Work
from store.writes.verbs.members import Members, build_record
from store.writes.verbs.records import members_in
from store.writes.writer import Draft

LONGEST_SHOWN = 1_000
"""Characters of the words that are told to be lost."""


def replace_text(key: Key, given: Members, expected: int | None = None) -> Verb:
    """Gives an article another text, with what else is `given` of it. Spans move to where their
    words stand now. A record with words that are not there any more stays as it was, and is listed.
    """

    async def verb(work: Work) -> Verdict:
        document = await work.load_expected("articles", key, expected)
        work.require_reason("replace a text")
        before = to_record("articles", document)
        assert isinstance(before, Article)
        lost: list[Members] = []
        whole = members_in(document) | {n: v for n, v in given.items() if v is not None}
        whole["mentions"] = []
        article = await build_record(work, "articles", whole)
        assert isinstance(article, Article)
        article = article.model_copy(
            update={"mentions": tuple(_move_mentions(before, article, lost))}
        )
        drafts, left = [Draft(article)], list[At]()
        for noun, record in await _load_resting(work, key):
            here: list[Members] = []
            moved = _move_evidence(noun, record, before, article, here)
            lost += here
            if here:
                left.append((noun, record.key))
            elif moved is not record:
                drafts.append(Draft(moved))
        at = "articles", key
        row = {"lost": lost, "found": len(drafts) - 1}
        return Verdict(drafts, at, {at: "input"}, left=left, row=row)

    return verb


async def _load_resting(work: Work, key: Key) -> list[tuple[str, Record]]:
    query = {"derived.refersTo": word("articles", key)}
    found: list[tuple[str, Record]] = []
    for noun in NAMERS["articles"]:
        if noun != "articles":
            documents = await work.find(noun, query, sort=[("_id", 1)])
            found += [(noun, to_record(noun, document)) for document in documents]
    return found


def _move_mentions(before: Article, after: Article, lost: list[Members]) -> Iterator[Mention]:
    """The mentions in the new text. One of which the words are gone keeps no span."""
    for i, mention in enumerate(before.mentions):
        if mention.span is None:
            yield mention
            continue
        moved = _move(mention.span, before, after, lost, "articles", before.key, f"mentions[{i}]")
        yield mention.model_copy(update={"span": moved})


def _move_evidence(
    noun: str, record: Record, before: Article, after: Article, lost: list[Members]
) -> Record:
    """The record with its evidence of this article in the new text."""
    paths = iter([path for path, _ in find_parts(record, Evidence)])

    def change(evidence: Evidence) -> Evidence:
        path = next(paths)
        if evidence.article != before.key:
            return evidence
        moved = _move(evidence.selector, before, after, lost, noun, record.key, path)
        return evidence if moved is None else evidence.model_copy(update={"selector": moved})

    return rewrite_parts(record, Evidence, change)


def _move(
    selector: Selector,
    before: Article,
    after: Article,
    lost: list[Members],
    noun: str,
    key: Key,
    path: str,
) -> Selector | None:
    """The span in the new text; None if it is not found, which is noted."""
    if selector.start is None or selector.end is None:
        selector = locate(selector, before.text)
    words = before.text[selector.start : selector.end]
    nearest: Sequence[str] = ()
    try:
        return move_span(selector, before.text, after.text)
    except WordsNotFound:
        if len(lost) < MOST_SUGGESTED:
            nearest = find_nearest(words, after.text)
    except WordsStandTwice as error:
        nearest = error.around
    shown = after.text_access is TextAccess.PUBLIC
    told = {"words": words[:LONGEST_SHOWN], "nearest": list(nearest)} if shown else {"nearest": []}
    lost.append({"noun": noun, "key": key, "path": path, **told})
    return None
