"""The door to MongoDB."""

import pytest

from store.mongodb.driver import Database, InsertOne, Refused

MAX_TIME_EXPIRED = 50


async def test_read_that_takes_too_long_is_ended_by_mongodb(database: Database) -> None:
    await database.write("meta", [InsertOne({"_id": f"a{i:04}"}) for i in range(1_000)])
    added = {"$reduce": {"input": {"$range": [0, 20_000]}, "initialValue": 0, "in": "$$this"}}
    with pytest.raises(Refused) as refused:
        await database.with_time_limit(0.02).find("meta", {"$expr": {"$eq": [added, -1]}})
    assert refused.value.code == MAX_TIME_EXPIRED
    assert await database.find("meta", {"_id": "a0001"}) == [{"_id": "a0001"}]
