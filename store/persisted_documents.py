"""Documents that an operator trusts, kept by what they are: the hash of their text.

They are no records: nothing in the data depends on them, and they have no history, so that a
revoked one is gone. To revoke advances the data version, which servers hear of.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from store.mongodb.collections import TRUSTED
from store.mongodb.driver import Database, DeleteOne, Session, UpdateOne
from store.writes.counters import advance, announce

ID = re.compile(r"sha256:[0-9a-f]{64}")


def document_id(text: str) -> str:
    """The id of a document: the SHA-256 of its text in UTF-8."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


class TrustedDocuments:
    """The documents that are registered in one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def text(self, id_: str) -> str | None:
        """The text of the document with this id, if it is registered."""
        found = await self._database.find(TRUSTED, {"_id": id_})
        return found[0]["text"] if found else None

    async def register(self, texts: Iterable[str]) -> int:
        """Registers documents, once each; how many of them are new."""
        wanted = {document_id(text): text for text in texts}
        known = await self._database.find(
            TRUSTED, {"_id": {"$in": list(wanted)}}, fields={"_id": 1}
        )
        await self._database.write(
            TRUSTED,
            [
                UpdateOne({"_id": id_}, {"$setOnInsert": {"text": text}}, upsert=True)
                for id_, text in wanted.items()
            ],
        )
        return len(wanted) - len(known)

    async def list_texts(self) -> Mapping[str, str]:
        """The texts of all registered documents by their ids, in order of these."""
        found = await self._database.find(TRUSTED, {}, sort=[("_id", 1)])
        return {document["_id"]: document["text"] for document in found}

    async def revoke(self, ids: Iterable[str]) -> int:
        """Takes documents away; how many of them were registered."""
        gone = [DeleteOne({"_id": id_}) for id_ in ids]
        if not gone:
            return 0

        async def work(session: Session) -> int:
            version = await advance(self._database, session)
            count = (await self._database.write(TRUSTED, gone, session)).found
            await announce(self._database, session, version, ())
            return count

        return await self._database.transaction(work)
