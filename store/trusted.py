"""Documents that an operator trusts, kept by what they are: the hash of their text.

They are no records: nothing in the data depends on them, and they have no history.
"""

import re
from collections.abc import Iterable
from hashlib import sha256

from store.mongo import Database, UpdateOne
from store.names import TRUSTED

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
