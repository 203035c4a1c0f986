"""Writes stored records as this program would write them: what follows from what they say."""

from store.mongodb.documents import content, to_document, to_record
from store.mongodb.driver import Database, UpdateOne
from store.records.naming import refers_to
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


async def state_references(database: Database) -> None:
    """Keeps with each record the words of all that it names, by which what names it is found."""
    for noun in NOUNS:
        async for documents in database.stream_batches(noun, BATCH):
            stated = [
                (document, list(refers_to(to_record(noun, document)))) for document in documents
            ]
            # Of a document to which nothing was derived yet, this alone is no whole.
            await database.write(
                noun,
                [
                    UpdateOne({"_id": document["_id"]}, {"$set": {"derived.refersTo": words}})
                    for document, words in stated
                    if document.get("derived", {}).get("refersTo") != words
                ],
                validated=False,
            )
