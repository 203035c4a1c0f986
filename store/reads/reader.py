"""Batched reads: each method is one MongoDB command, for any number of keys.

It knows how documents name each other, and nothing of the API's fields.
"""

from collections import defaultdict
from collections.abc import AsyncGenerator, Awaitable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import aclosing
from copy import deepcopy
from typing import Any

from store.feed import News, parse_news
from store.mongodb.collections import CHANGES, COMMENTS, META, VOCABULARY
from store.mongodb.driver import Database, Document, Session, Sort
from store.reads.aggregates import Aggregates
from store.reads.hints import choose_index, gives_order
from store.reads.queries import LIVE, Query, Via, match_all, outermost_paths
from store.reads.read_tracking import Read, TrackedDatabase, reads_of_records
from store.reads.request_statistics import RequestStatistics
from store.reads.restatements import (
    EVERYTHING,
    Cut,
    chain_of,
    chain_pipeline,
    trail_of,
    trail_pipeline,
)
from store.reads.statistics import CommitmentStatistics
from store.reads.topics import Topics
from store.reads.unsettled import Unsettled
from store.reads.visibility import RETRACTIONS
from store.records.articles import Judgement
from store.records.concepts import path_of
from store.records.dimensions import Nesting
from store.records.naming import match_merged_into
from store.records.nouns import NOUNS, TRACKABLES
from store.records.search_entries import ENTRIES, WEIGHTS
from store.records.text_search import Query as Words
from store.viewers import Sight

__all__ = ["Cut", "Fields", "Query", "Reader", "Via", "match_all", "outermost_paths"]

Fields = Mapping[str, int] | None
"""The paths to read of each document, in MongoDB's form; None for whole documents."""


AHEAD = 2
"""How many pages for each key are read at once, where the documents of several keys are read."""


class Reader:
    """Reads what is in `sight` from one database: what is published, unless told otherwise.

    `aggregates` counts, `statistics` computes those of commitments, `request_statistics` those of
    requests. `unsettled` says which keys are one party for now.
    """

    def __init__(
        self,
        database: Database,
        sight: Sight = Sight.PUBLISHED,
        unsettled: Unsettled | None = None,
    ) -> None:
        topics = {sight: Topics(database, sight) for sight in Sight}
        self._read_from(TrackedDatabase(database, sight, unsettled=unsettled), topics)

    def _read_from(self, database: TrackedDatabase, topics: Mapping[Sight, Topics]) -> None:
        self._database = database
        self._topics = topics
        self.aggregates = Aggregates(database)
        self.statistics = CommitmentStatistics(database)
        self.request_statistics = RequestStatistics(database)

    def _copy(self, database: TrackedDatabase) -> "Reader":
        copy = Reader.__new__(Reader)
        # Topics remember what they read, for all readers.
        copy._read_from(database, self._topics)
        return copy

    def track_reads(self, reads: set[Read]) -> "Reader":
        """A reader of the same that adds to `reads` what it reads."""
        return self._copy(self._database.track_reads(reads))

    def see_as(self, sight: Sight) -> "Reader":
        """A reader of the same database for whoever has this sight."""
        return self._copy(self._database.see_as(sight))

    @property
    def sight(self) -> Sight:
        """What it reads."""
        return self._database.sight

    def within(self, session: Session) -> "Reader":
        """A reader of what this session sees. It shares no look-ups with others."""
        return self._copy(self._database.within(session))

    @property
    def unsettled(self) -> Unsettled:
        """Which keys are one party for now."""
        return self._database.unsettled

    @property
    def topics(self) -> Topics:
        """The topics that there are of what it reads."""
        return self._topics[self.sight]

    @property
    def has_primary(self) -> bool:
        """Whether the driver knows a primary."""
        return self._database.has_primary

    async def load_data_version(self) -> int:
        """The version of the data, a number to which every write adds one."""
        return (await self.load_news()).version

    async def load_news(self) -> News:
        """The version of the data, and what the last write touched."""
        found = await self._database.find_by_key(META, ["data"], of=[META], to_change=False)
        return parse_news(found["data"]) if found else News(0)

    def find_documents(
        self,
        collection: str,
        keys: Sequence[str],
        fields: Fields = None,
        *,
        notices: bool = False,
    ) -> Awaitable[dict[str, Document]]:
        """The documents with these keys, by key; keys without a document are left out. For
        `notices` see `TrackedDatabase.find_by_key`.
        """
        of = reads_of_records([collection], keys)
        return self._database.find_by_key(collection, keys, fields=fields, of=of, notices=notices)

    async def find_retractions(self, keys: Sequence[str]) -> dict[str, list[Document]]:
        """The changes that retracted records with these keys, the latest first, each with its
        `noun`, its moment `at` and the reason `why`.
        """
        rows = await self._database.find(
            CHANGES,
            {"record": {"$in": list(keys)}, **RETRACTIONS},
            fields=dict.fromkeys(("noun", "record", "at", "why"), 1),
            sort=[("dataVersion", -1)],
            of=reads_of_records(NOUNS, keys),
        )
        found: dict[str, list[Document]] = defaultdict(list)
        for row in rows:
            found[row["record"]].append(row)
        return found

    async def find_members(self, bodies: Query, most: int) -> list[str]:
        """The keys of at most so many parties that are or were members of bodies, given as the
        condition for their keys.
        """
        query = {"derived.memberOf": bodies, "mergedInto": {"$exists": False}}
        rows = await self._database.find(
            "parties", query, fields={"_id": 1}, sort=[("_id", 1)], limit=most
        )
        return [row["_id"] for row in rows]

    async def find_topics_called(self, labels: Sequence[str]) -> dict[str, str | None]:
        """The path of the first topic with each of these labels, which are folded; None if nothing
        is called so.
        """
        path = "derived.searchLabels"
        query = {path: {"$in": [*labels]}, "mergedInto": {"$exists": False}}
        rows = await self._database.find("concepts", query, fields={path: 1}, sort=[("_id", -1)])
        called = {label: path_of(r["_id"]) for r in rows for label in r["derived"]["searchLabels"]}
        return {label: called.get(label) for label in labels}

    async def has_entry(self, log: str, entry: Query) -> bool:
        """Whether a log has this entry, in sight or not."""
        return await self._database.has_entry(log, entry)

    async def find_comments(self, keys: Sequence[str]) -> dict[str, list[Document]]:
        """The comments on records with these keys, of any noun, by key; the oldest first."""
        query, order = {"record": {"$in": [*keys]}}, [("_id", 1)]
        found: dict[str, list[Document]] = defaultdict(list)
        for comment in await self._database.find(COMMENTS, query, sort=order):
            found[comment["record"]].append(comment)
        return found

    async def filter_within(
        self, nesting: Nesting, values: Sequence[str], wide: Sequence[str]
    ) -> AbstractSet[str]:
        """Those of the values that lie inside one of the wide ones.

        The name of a topic says so (`a/b` lies in `a`); for parties, the bodies above are read.
        """
        if nesting is Nesting.TOPIC:
            above = tuple(f"{topic}/" for topic in wide)
            return {topic for topic in values if topic.startswith(above)}
        found = await self.find_documents("parties", values, {"derived.within": 1})
        bodies = {key: {*party["derived"]["within"]} - {key} for key, party in found.items()}
        return {key for key, above in bodies.items() if not above.isdisjoint(wide)}

    async def find_by_words(
        self, noun: str, words: Words, most: int, *, scored: bool
    ) -> dict[str, float]:
        """The keys of the noun's records with these words, at most `most`, and the score of each.

        If not `scored`, all scores are 0.
        """
        rows = await self._database.find(
            ENTRIES,
            {**words.as_condition(tuple(WEIGHTS)), "noun": noun},
            fields={"_id": 0, "key": 1, **({"score": {"$meta": "textScore"}} if scored else {})},
            limit=most,
            # The words of an entry also change with the name of a party that it has to do with.
            of=[noun, ENTRIES],
        )
        return {row["key"]: row.get("score", 0.0) for row in rows}

    async def find_completions(self, beginning: str, most: int) -> list[str]:
        """The first `most` words of the vocabulary with this beginning, in alphabetical order."""
        found = await self._database.find(
            VOCABULARY,
            {"_id": {"$gte": beginning, "$lt": f"{beginning}\U0010ffff"}},
            fields={"_id": 1},
            sort=[("_id", 1)],
            limit=most,
            # A new word always comes with an entry that holds it.
            of=[ENTRIES],
        )
        return [document["_id"] for document in found]

    async def find_page(
        self,
        collection: str,
        query: Query,
        sort: Sort,
        limit: int,
        fields: Fields = None,
        *,
        of: Iterable[Read] | None = None,
    ) -> list[Document]:
        """The first `limit` documents that match, in the order of `sort`."""
        return await self._database.find(
            collection,
            query,
            sort=sort,
            limit=limit,
            fields=fields,
            hint=choose_index(collection, query, sort),
            of=of,
        )

    async def find_ranked(
        self,
        collection: str,
        query: Query,
        members: Mapping[str, Any],
        beyond: Query,
        sort: Sort,
        limit: int,
        fields: Fields = None,
    ) -> list[Document]:
        """As `find_page`, where each document gets `members` from the match, such as its score.

        `members` are `$meta` expressions by name; `beyond` and `sort` may use these and the key.
        """
        shown = {"$project": {**fields, **members}} if fields else {"$set": members}
        if not beyond and all(way < 0 for path, way in sort if path in members):
            # The first page in order of relevance: sorting before the members are added takes a
            # third less.
            order = {path: members.get(path, way) for path, way in sort}
            steps: list[Mapping[str, Any]] = [{"$sort": order}, {"$limit": limit}, shown]
        else:
            steps = [shown, {"$match": beyond}, {"$sort": dict(sort)}, {"$limit": limit}]
        return await self._database.aggregate(collection, [{"$match": query}, *steps])

    async def find_matching(
        self,
        collection: str,
        via: Via | None,
        keys: Sequence[str],
        query: Query,
        paths: Sequence[str],
        most: int,
    ) -> list[Document]:
        """These paths of all documents that match, of which there may be at most `most`.

        With `via`, only documents that name any of the keys; `_parents` lists which they name.
        """
        fields: dict[str, Any] = dict.fromkeys(("_id", *paths), 1)
        if via is not None:
            keys = self._database.unsettled.living_keys(keys)
            query, fields["_parents"] = (
                match_all(via.match_names(keys), query),
                via.keys_named(keys),
            )
        return await self._database.find(
            collection, query, fields=fields, limit=most, hint=choose_index(collection, query)
        )

    async def stream(
        self, collection: str, query: Query, sort: Sort, fields: Fields = None, size: int = 200
    ) -> AsyncGenerator[list[Document]]:
        """All documents that match, in order, `size` at a time. Close it if you stop early."""
        batch: list[Document] = []
        documents = self._database.stream(
            collection, query, fields=fields, sort=sort, batch=size, paced=True
        )
        async with aclosing(documents):
            async for document in documents:
                batch.append(document)
                if len(batch) == size:
                    yield batch
                    batch = []
        if batch:
            yield batch

    async def find_pages(
        self,
        collection: str,
        via: Via,
        keys: Sequence[str],
        query: Query,
        sort: Sort,
        limit: int,
        fields: Fields = None,
    ) -> dict[str, list[Document]]:
        """For each key, the first `limit` documents that match and name it, in order.

        Where a document names only one key, the documents are read key by key, in the order of the
        index. This costs MongoDB less than grouping while most keys have few documents. At most
        `AHEAD` pages for each key are read in this way; keys that were not reached are read by
        grouping.
        """
        living = self._database.unsettled.living_keys(keys)
        if living is not keys:
            asked = list(dict.fromkeys(living))
            found = await self.find_pages(collection, via, asked, query, sort, limit, fields)
            return {
                key: deepcopy(found[one])
                for key, one in zip(keys, living, strict=True)
                if one in found
            }
        wanted = match_all(via.match_names(keys), query)
        if len(keys) == 1:
            of = _reads_of_page(via, keys)
            return {keys[0]: await self.find_page(collection, wanted, sort, limit, fields, of=of)}
        found = {}
        unread = keys
        # While a party has two keys, its documents are in two places of the index.
        if via.single and gives_order(collection, via.path) and not self._database.unsettled:
            rows = await self.find_page(
                collection,
                wanted,
                [(via.path, sort[0][1]), *sort],
                len(keys) * limit * AHEAD,
                dict.fromkeys(outermost_paths((*fields, via.path)), 1) if fields else None,
                of=_reads_of_page(via, keys),
            )
            found, unread = _deal_pages(rows, via, keys, limit, ascending=sort[0][1] > 0)
        if unread:
            wanted = match_all(via.match_names(unread), query)
            groups = await self._database.aggregate(
                collection,
                _page_stages(wanted, via, unread, sort, limit, fields),
                hint=choose_index(collection, wanted, sort),
                of=_reads_of_page(via, unread) or (collection,),
            )
            found |= {group["_id"]: group["page"] for group in groups}
        return found

    async def find_trails(
        self,
        collection: str,
        keys: Sequence[str],
        depth: int,
        paths: Sequence[str] | None = None,
        cut: Cut = EVERYTHING,
    ) -> dict[str, list[Document]]:
        """For each key, the accepted follow-ups reachable through restatements.

        Each has `_depth`, from 0. `$graphLookup` visits a follow-up once, so cycles end. `cut`
        leaves out records, what is reached only through them, and keys whose own record it leaves
        out. With a `cut`, `paths` must hold the members that link follow-ups.
        """
        read = None if paths is None else tuple(paths)
        found = await self._database.shared.ask(
            (self.sight.value, "trails", collection, depth, read, cut),
            keys,
            lambda keys: self._walk(collection, keys, depth, paths, cut),
        )
        # Writing a follow-up touches its target, so the trail depends on no other records.
        through = {f["derived"].get("restatedAs") for trail in found.values() for f in trail}
        self._database.note(reads_of_records([collection], keys))
        self._database.note(reads_of_records(["commitments"], through - {None}))
        return found

    async def find_restatements(
        self,
        collection: str,
        keys: Sequence[str],
        paths: Sequence[str] | None = None,
        cut: Cut = EVERYTHING,
    ) -> dict[str, list[Document]]:
        """For each key, the accepted follow-ups on the chain of restatements through it.

        One command for both directions: earlier restatements and later ones. For `cut` see
        `find_trails`.
        """
        rows = await self._database.aggregate(
            collection,
            chain_pipeline(keys, paths, cut),
            of=[collection, *(TRACKABLES if cut.leaves_out else ()), "follow_ups"],
        )
        return {row["_id"]: chain_of(row) for row in rows}

    async def _walk(
        self,
        collection: str,
        keys: Sequence[str],
        depth: int,
        paths: Sequence[str] | None,
        cut: Cut,
    ) -> dict[str, list[Document]]:
        pipeline = trail_pipeline(keys, depth, paths, cut)
        rows = await self._database.aggregate(collection, pipeline, of=())
        return {row["_id"]: trail_of(row, depth) for row in rows}

    async def find_merged(
        self, noun: str, keys: Sequence[str], paths: Iterable[str] | None = None
    ) -> dict[str, list[Document]]:
        """For each key, these paths of the accepted records merged into it, sorted by key.

        A write of such a record touches the record that it was merged into, so the read depends on
        that one alone.
        """
        fields = {"derived": 0} if paths is None else dict.fromkeys(("mergedInto", *paths), 1)
        rows = await self._database.find(
            noun,
            {**match_merged_into(noun, keys), "curation": "ACCEPTED"},
            fields=fields,
            of=reads_of_records([noun], keys),
        )
        found: dict[str, list[Document]] = {key: [] for key in keys}
        # Sorted here: for the order, MongoDB might scan all keys.
        for row in sorted(rows, key=lambda row: str(row["_id"])):
            found[row["mergedInto"]].append(row)
        return found

    async def find_printed_names(self, keys: Sequence[str]) -> dict[str, list[Document]]:
        """For each party, the names under which accepted articles print it, most frequent first.

        Rows are `{surface, judgement, articles}`, with the keys of the articles, oldest first.
        """
        rows = await self._database.aggregate(
            "articles",
            [
                {"$match": {"derived.printed.party": {"$in": list(keys)}, **LIVE}},
                {"$unwind": "$derived.printed"},
                {"$match": {"derived.printed.party": {"$in": list(keys)}}},
                {"$sort": {"datePublished.earliest": 1, "_id": 1}},
                {"$group": {"_id": "$derived.printed", "articles": {"$push": "$_id"}}},
            ],
            of=["articles"],
        )
        found: dict[str, list[Document]] = defaultdict(list)
        for row in rows:
            found[row["_id"].pop("party")].append({**row["_id"], "articles": row["articles"]})
        for forms in found.values():
            forms.sort(key=_form_sort_key)
        return found


def _reads_of_page(via: Via, keys: Sequence[str]) -> Iterable[Read] | None:
    """The records that a page depends on; None if it depends on the whole collection."""
    return reads_of_records(via.touching, keys) if via.touching else None


def _deal_pages(
    rows: Sequence[Document], via: Via, keys: Sequence[str], limit: int, *, ascending: bool
) -> tuple[dict[str, list[Document]], Sequence[str]]:
    """The page of each key from rows in order of the keys, and the keys whose pages may lack rows.

    If the rows ended at their limit, of `AHEAD` pages for each key, the last key may have more
    documents, and the keys after it were not reached.
    """
    path = via.path.split(".")
    found: dict[str, list[Document]] = {key: [] for key in keys}
    last = None
    for row in rows:
        last = _value_at(row, path)
        if len(found[last]) < limit:
            found[last].append(row)
    if len(rows) < len(keys) * limit * AHEAD or last is None:
        return found, ()
    unread = [key for key in keys if (key >= last if ascending else key <= last)]
    if len(found[last]) == limit:
        unread.remove(last)
    return found, unread


def _page_stages(
    wanted: Query, via: Via, keys: Sequence[str], sort: Sort, limit: int, fields: Fields
) -> list[Mapping[str, Any]]:
    """Stages that group the wanted documents by the keys that they name, a page for each key."""
    return [
        {"$match": wanted},
        {"$sort": dict(sort)},
        {"$set": {"_parent": via.keys_named(keys)}},
        {"$unwind": "$_parent"},
        *([{"$project": {**fields, "_parent": 1}}] if fields else []),
        # $documentNumber takes one sort key only; $firstN keeps the order of the $sort.
        {"$group": {"_id": "$_parent", "page": {"$firstN": {"input": "$$ROOT", "n": limit}}}},
    ]


def _form_sort_key(form: Document) -> tuple[int, str, int]:
    return -len(form["articles"]), form["surface"], _JUDGEMENTS.index(form["judgement"])


def _value_at(document: Document, path: Sequence[str]) -> Any:
    value: Any = document
    for name in path:
        value = value[name]
    return value


_JUDGEMENTS = tuple(Judgement)
