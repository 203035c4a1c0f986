"""Writes a first map for a table, from the names of its columns and from what stands in them.

It is a proposal in the form that a person goes on from: each guess is a comment.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from store.bundles.tables.column_roles import ROLE_NAMES, Columns, quote
from store.bundles.tables.proposed_parties import propose_parties
from store.bundles.tables.rows import Table, TableRefused, text_of_cell
from store.records.commitments import Attribution, Strength, Term
from store.records.enums import Described
from store.records.evidence import EvidenceMode
from store.records.follow_ups import Confidence, FollowUpKind, Independence

_SHOWN = 4

_STATUSES: Sequence[tuple[str, FollowUpKind | None]] = (
    (r"not (yet )?(started|begun|rated)|no action|pending|planned|unknown|to ?do|open|new|none",
     None),
    (r"part|half|mostly|compromis", FollowUpKind.PARTLY_FULFILLED),
    (r"broken|not (kept|fulfilled|done|delivered)|failed|missed|breach", FollowUpKind.BROKEN),
    (r"done|complete|kept|fulfilled|implemented|achieved|delivered|met\b", FollowUpKind.FULFILLED),
    (r"stall|delay|on hold|stuck|paused", FollowUpKind.STALLED),
    (r"withdrawn|abandoned|dropped|cancel", FollowUpKind.WITHDRAWN),
    (r"superseded|replaced", FollowUpKind.SUPERSEDED),
    (r"progress|under ?way|ongoing|started|on track|begun|working", FollowUpKind.PROGRESSED),
)  # fmt: skip


def propose_map(
    table: Table,
    reading: Mapping[str, Any] | None = None,
    said: Mapping[str, str] | None = None,
) -> str:
    """A map in YAML with comments, which reads the table as promises and what came of them.
    `reading` are the options by which it was read, `said` what columns are, by their names. Raises
    TableRefused if it has no rows, or not such a column.
    """
    if unknown := [column for column in said or {} if column not in table.columns]:
        there = ", ".join(table.columns)
        raise TableRefused(f"`columns` names {unknown[0]!r}, and there are {there}")
    columns = Columns(table, said)
    if "title" not in columns.by_role:
        raise TableRefused("no column has texts that may be promises; say `sheet:` or `header:`")
    chosen = {"sheet": table.sheet} if table.sheet else {}
    lines = [
        f"# A first map for {table.file.rpartition('/')[2]}. Read it line by line: what is after a",
        "# word like `from` is the name of a column, and `is` a value that you state for all rows.",
        "# docs/spreadsheets.md explains it, docs/bundles.md lists the members and their values.",
        *_describe_columns(table, columns),
        *_tell_of_roles(table, columns),
        *(f"# Note: {note}" for note in table.notes),
        "",
        *(
            f"{name}: {json.dumps(value, ensure_ascii=False)}"
            for name, value in {**chosen, **(reading or {})}.items()
        ),
        "# curation: ACCEPTED   # unless you say so, records are PROPOSED, and readers see none",
        "# dates: {dayFirst: true}   # 03/04/2025 is 3 April; false: 4 March",
        *propose_parties(columns),
        "records:",
        *_propose_article(columns),
        *_propose_promise(columns),
        *_propose_follow_ups(columns),
    ]
    return "\n".join(lines) + "\n"


def _describe_columns(table: Table, columns: Columns) -> Iterator[str]:
    roles = {column: role for role, column in columns.by_role.items()}
    yield "#"
    for column in table.columns:
        cells = columns.cells[column]
        counted = Counter(text_of_cell(cell) for cell in cells)
        shown = ", ".join(_cut(text) for text, _ in counted.most_common(_SHOWN))
        taken = f"taken as {roles[column]}" if column in roles else "NOT READ"
        taken = "taken as how it stood in that year" if column in columns.of_years else taken
        yield f"# {column}: {taken}; {len(cells)} filled, {len(counted)} different: {shown}"


def _tell_of_roles(table: Table, columns: Columns) -> Iterator[str]:
    """How to say what the columns are of which that was not found."""
    known = {*columns.by_role.values(), *columns.of_years}
    if unread := [column for column in table.columns if column not in known]:
        yield "# Of what is NOT READ you may say what it is, and have this map made anew: write"
        yield f"# `columns: {{{quote(unread[0])}: topic}}` into a file, and add `--map FILE`."
        yield f"# A column may be {', '.join(ROLE_NAMES)}."


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 24 else f"{line[:23]}…"


def _choose(kind: type[Described], guess: str) -> str:
    """The value to state where the table says nothing: UNSTATED where there is such a value."""
    values = [str(value) for value in kind]
    if "UNSTATED" in values:
        return "{is: UNSTATED}"
    others = ", ".join(value for value in values if value != guess)
    return f"{{is: {guess}}}   # choose; or {others}"


def _source(columns: Columns, column: str, **more: str) -> str:
    rest = "".join(f", {name}: {value}" for name, value in more.items())
    return f"{{from: {quote(column)}{rest}}}" if rest else quote(column)


def _key(columns: Columns, prefix: str, *more: str) -> str:
    ident = columns.get("id")
    named = ident or columns.by_role["title"]
    listed = ", ".join(map(quote, (named, *more)))
    how = "from" if ident else "digest"
    note = "" if ident else "   # better a column with an id: if this text changes, so does the key"
    return f"{{{how}: [{listed}], prefix: {prefix}}}{note}"


def _date_of(columns: Columns, *roles: str) -> str:
    column = columns.get(*roles)
    if column is None:
        return '{is: "../.."}   # no column says when: nothing is known'
    return f'{{from: {quote(column)}, default: "../.."}}'


def _propose_article(columns: Columns) -> Iterator[str]:
    url, source = columns.get("url"), columns.get("source")
    place = url or source
    mixed = place if place is not None and columns.is_mixed(place) else None
    yield "  source:   # what the row says, and the address of where it stands"
    yield "    noun: articles"
    yield f"    key: {_key(columns, 'src-')}"
    yield from _when_filled(columns)
    yield "    members:"
    if mixed is not None:
        which = {"item": "1"} if columns.has_several_addresses(mixed) else {}
        address = _source(columns, mixed, take="address", **which)
        yield f"      url: {address}   # some cells are titles"
    elif url is not None:
        if (mark := columns.find_split(url)) is not None and columns.has_several_addresses(url):
            first = _source(columns, url, split=json.dumps(mark), item="1")
            yield f"      url: {first}   # of several addresses in a cell the first"
        else:
            yield f"      url: {quote(url)}"
    if source is not None and source != mixed:
        yield f"      headline: {quote(source)}"
    elif mixed is not None:
        yield f"      headline: {_source(columns, mixed, take='title')}"
    yield f"      datePublished: {_date_of(columns, 'published')}"
    yield "      textKind: {is: DIGEST}   # what the table says, not the source's own text"
    yield f"      text: {columns.words()}"


def _when_filled(columns: Columns) -> Iterator[str]:
    """Of rows with an id and no promise, such as headings, no record."""
    title, ident = columns.by_role["title"], columns.get("id")
    if ident is not None and len(columns.cells[title]) < len(columns.cells[ident]):
        yield f"    when: {quote(title)}   # some rows have an id and no promise"


def _propose_promise(columns: Columns) -> Iterator[str]:
    title = columns.by_role["title"]
    yield "  promise:"
    yield "    noun: commitments"
    yield f"    key: {_key(columns, 'p-')}"
    yield from _when_filled(columns)
    yield "    members:"
    yield f"      title: {quote(title)}"
    yield f"      gist: {columns.words()}"
    yield "      promisors:"
    who = columns.get("promisor")
    party = _split(columns, who) if who else "{is: KEY-OF-A-PARTY}   # no column says who"
    yield f"        party: {party}"
    yield f"        attribution: {_choose(Attribution, 'REPORTER_GLOSS')}"
    for role, member in (("addressee", "addressees"), ("beneficiary", "beneficiaries")):
        if (column := columns.get(role)) is not None:
            yield f"      {member}: {_split(columns, column)}"
    if (topic := columns.get("topic")) is not None:
        yield f"      topics: {_split(columns, topic)}"
    yield f"      term: {_choose(Term, 'ONE_OFF')}"
    yield f"      strength: {_choose(Strength, 'PLEDGED')}"
    yield f"      madeOn: {_date_of(columns, 'made')}"
    if (due := columns.get("due")) is not None:
        yield f"      dueOn: {quote(due)}"
    if (test := columns.get("test")) is not None:
        yield f"      test: {quote(test)}"
    yield from _propose_evidence("source", columns.words())


def _split(columns: Columns, column: str) -> str:
    mark = columns.find_split(column)
    return _source(columns, column, split=json.dumps(mark)) if mark else quote(column)


def _propose_evidence(article: str, words: str) -> Iterator[str]:
    yield "      evidence:"
    yield f"        article: {{record: {article}}}"
    yield f"        selector: {{exact: {words}}}"
    yield f"        mode: {_choose(EvidenceMode, 'REPORTER_VOICE')}"


def _propose_follow_ups(columns: Columns) -> Iterator[str]:
    status = columns.get("status")
    if status is not None:
        day = _date_of(columns, "status_date")
        yield from _propose_follow_up(columns, status, day, "", _list_words(columns, [status]))
    # All years have the same words, so what they mean is said once.
    said: Sequence[str] = ["&words   " + _KINDS_TOLD, *_list_words(columns, columns.of_years)[1:]]
    for year in columns.of_years:
        yield from _propose_follow_up(columns, year, f'{{is: "{year}"}}', f"_{year}", said)
        said = ["*words"]


_KINDS_TOLD = f"# null: no follow-up; else one of {', '.join(FollowUpKind)}"


def _list_words(columns: Columns, statuses: Sequence[str]) -> list[str]:
    """What the words of these columns may mean, in lines after `values:`."""
    texts = [text_of_cell(cell) for column in statuses for cell in columns.cells[column]]
    return [
        _KINDS_TOLD,
        *(
            f"          {json.dumps(text, ensure_ascii=False)}: {_guess_status(text)}"
            for text in {text.casefold(): text for text in texts}.values()
        ),
    ]


def _propose_follow_up(
    columns: Columns, status: str, day: str, end: str, words: Sequence[str]
) -> Iterator[str]:
    """The follow-up that a status makes, at a day, and the note that it rests on; their names in
    the map end so. `words` are the lines of what its words mean.
    """
    note = columns.get("note") if not end else None
    template = f"{{{status}}}" + (f": {{{note}}}" if note else "")
    said = f"{{template: {json.dumps(template, ensure_ascii=False)}}}"
    prefix = end.strip("_") + ("-" if end else "")
    yield f"  update{end}:   # the note that the follow-up rests on"
    yield "    noun: articles"
    yield f"    key: {_key(columns, f'note-{prefix}', status)}"
    yield f"    when: {quote(status)}"
    yield "    members:"
    yield f"      datePublished: {day}"
    yield "      textKind: {is: DIGEST}"
    yield f"      text: {said}"
    yield f"  follow_up{end}:   # what came of it; another status makes another follow-up"
    yield "    noun: follow_ups"
    yield f"    key: {_key(columns, f'f-{prefix}', status)}"
    yield f"    when: {quote(status)}"
    yield "    members:"
    yield "      target: {record: promise}"
    yield "      kind:"
    yield f"        from: {quote(status)}"
    yield f"        values: {words[0]}"
    yield from words[1:]
    judged = columns.get("status_date") if not end else None
    yield f"      occurredOn: {day}{_ask_what_day(judged) if judged else ''}"
    yield f"      independence: {_choose(Independence, 'THIRD_PARTY')}"
    yield f"      confidence: {_choose(Confidence, 'MEDIUM')}"
    yield from _propose_evidence(f"update{end}", said)


def _ask_what_day(column: str) -> str:
    template = json.dumps(f"../{{{column}}}", ensure_ascii=False)
    return f"   # if that is when it was judged: {{template: {template}}}, it was so by then"


def _guess_status(text: str) -> str:
    for pattern, kind in _STATUSES:
        if re.search(pattern, text.lower()):
            return f"{kind}   # a guess" if kind is not None else "null"
    return "null   # not understood: choose"
