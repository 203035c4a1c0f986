"""Writes stored records as this program would write them: what follows from what they say."""

from store.mongodb.documents import content, to_document, to_record
from store.mongodb.driver import Database, UpdateOne
from store.records.nouns import NOUNS

BATCH = 500


async def restate(database: Database) -> None:
    """Brings members that the models work out or tidy to what they make of them now.

    Says nothing new of the world, so no version is counted and nothing is logged.
    """
    for noun in NOUNS:
        async for documents in database.stream_batches(noun, BATCH):
            operations = []
            for document in documents:
                now, stored = to_document(to_record(noun, document)), content(document)
                differing = {name: now[name] for name in now if now[name] != document.get(name)}
                gone = dict.fromkeys(stored.keys() - now.keys(), "")
                if differing or gone:
                    update = {"$set": differing, "$unset": gone}
                    operations.append(
                        UpdateOne(
                            {"_id": document["_id"], "version": document["version"]},
                            {name: members for name, members in update.items() if members},
                        )
                    )
            if operations:
                await database.write(noun, operations)
