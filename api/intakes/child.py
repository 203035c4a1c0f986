"""The process that reads articles beside the server: `python -m api.intakes.child`.

It lives as long as its standard input is open, remembers the records that it was told of, and has
one article in hand at a time. Requests and answers are those of `api.intakes.frames`:

- `{do: learn, noun, documents, dropped}`: records that are stored, or are not any more. The keys
  of those that are none: `{unreadable}`.
- `{do: decode, content}`: `{text, sourceSha256, publishedOn, notes}`.
- `{do: read, text, publishedOn, article, asks, notes}`: `{question}` for a language model, if one
  is to be asked and it is not too long; else `{question: null}`. `notes` are those of the file.
- `{do: check, answer}`: what of a model's answer counts: `{kept, leftOut, fault}`.
- `{do: file, intake, article, sourceSha256}`: `{members, proposals}` of what was read.

In the place of an answer comes `{refused: {code, message}}`, or `{broken}` with the place in the
program where it failed, and no word of the article.
"""

import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from api.intakes.frames import pack_answer, read_requests
from intake.decoding import decode
from intake.filing import file_reading
from intake.known import Known, gather_known
from intake.model_answers import Question
from intake.proposals import Proposal
from intake.reading import Reading, read_article
from intake.refusals import Refused
from intake.text.fingerprints import take_fingerprint
from store.mongodb.documents import Unreadable, to_record
from store.mongodb.keys import new_key
from store.records.articles import Article
from store.records.base import At, Curation, Record


class Shelf:
    """The records that the process knows, and what it makes of them when an article is read."""

    def __init__(self) -> None:
        self._records: dict[At, Record] = {}
        self._fingerprints: dict[str, frozenset[int]] = {}
        self._known: Known | None = None

    def learn(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Takes records that are stored now, and forgets those that are not."""
        noun = request["noun"]
        unreadable = []
        for document in request["documents"]:
            try:
                record = to_record(noun, document)
            except Unreadable:
                unreadable.append(document["_id"])
                continue
            # What others have proposed already is known, too, or it would be proposed again.
            self._records[noun, record.key] = record.model_copy(
                update={"curation": Curation.ACCEPTED}
            )
            if isinstance(record, Article):
                self._fingerprints[record.key] = take_fingerprint(record.text)
        for key in request["dropped"]:
            self._records.pop((noun, key), None)
            if noun == "articles":
                self._fingerprints.pop(key, None)
        self._known = None
        return {"unreadable": unreadable}

    def known(self) -> Known:
        """All of it, as the rules want it."""
        if self._known is None:
            self._known = gather_known(self._records.values(), self._fingerprints)
        return self._known


class Hand:
    """The article in hand."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._reading: Reading | None = None
        self._question: Question | None = None
        self._extra: Sequence[Proposal] = ()

    def decode(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The text of a file. Raises Refused."""
        decoded = decode(request["content"])
        return {
            "text": decoded.text,
            "sourceSha256": decoded.source_sha256,
            "publishedOn": decoded.published_on,
            "notes": list(decoded.notes),
        }

    def read(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Reads a text. Raises Refused."""
        self._reading, self._question, self._extra = None, None, ()
        self._reading = read_article(
            request["text"], self._shelf.known(), request.get("publishedOn")
        )
        self._reading.warnings.extend(request.get("notes", ()))
        if not request["asks"]:
            return {"question": None}
        self._question = Question(self._reading, request["article"])
        too_long = self._question.is_too_long
        return {"question": None if too_long else self._question.as_json()}

    def check(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Checks a model's answer, and keeps what of it counts."""
        assert self._question is not None
        checked = self._question.check(request["answer"])
        self._extra = checked.proposals
        return {
            "kept": len(checked.proposals),
            "leftOut": checked.left_out,
            "fault": checked.fault,
        }

    def file(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What was read, as documents."""
        assert self._reading is not None
        filed = file_reading(
            self._reading,
            self._shelf.known(),
            request["intake"],
            request["article"],
            request.get("sourceSha256"),
            new_key,
            self._extra,
        )
        self._reading, self._question, self._extra = None, None, ()
        return {"members": filed.members, "proposals": filed.proposals}


def answer(do: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
    """What comes of a request, or why nothing does."""
    try:
        return do()
    except Refused as refusal:
        return {"refused": {"code": refusal.code.value, "message": str(refusal)}}
    except Exception as error:
        # Neither its message nor its values: they may hold words of the article.
        where = traceback.extract_tb(error.__traceback__)[-1]
        return {"broken": f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"}


def main() -> None:
    """Answers requests until there are no more."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    shelf = Shelf()
    hand = Hand(shelf)
    verbs = {
        "learn": shelf.learn,
        "decode": hand.decode,
        "read": hand.read,
        "check": hand.check,
        "file": hand.file,
    }
    for request in read_requests(sys.stdin.buffer):
        verb = verbs[request["do"]]
        answers.write(pack_answer(answer(lambda: verb(request))))  # noqa: B023 - called at once
        answers.flush()


if __name__ == "__main__":
    main()
