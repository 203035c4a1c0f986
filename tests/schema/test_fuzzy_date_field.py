"""`fuzzyDate`: a date as people write it, read by the API."""

from engine.requests.limits import Limits
from engine.requests.prepared import Request
from engine.requests.service import Service
from schema.build import make_operation
from schema.registry import COLLECTIONS
from store.reads.reader import Reader
from tests.conftest import Dataset

READ = """query ($text: String!, $on: Date) { fuzzyDate(text: $text, on: $on) {
  date { ...Parts } sentence alternatives { date { ...Parts } sentence }
} }
fragment Parts on FuzzyDate { edtf earliest latest precision certainty basis statedAs }
"""


async def test_a_date_is_read_with_all_its_parts(meta_pakistan: Dataset) -> None:
    found = await meta_pakistan.ask(READ, text=" by next month ", on="2022-02-19")
    assert found["fuzzyDate"] == {
        "date": {
            "edtf": "../2022-03",
            "earliest": None,
            "latest": "2022-03-31",
            "precision": "INTERVAL",
            "certainty": "CERTAIN",
            "basis": "CONTEXT",
            "statedAs": "by next month",
        },
        "sentence": "“by next month” is read as 31 March 2022 or earlier, seen from 19 February "
        "2022.",
        "alternatives": [],
    }
    assert meta_pakistan.commands == []


async def test_what_may_mean_several_things_is_told_with_them(meta_pakistan: Dataset) -> None:
    found = (await meta_pakistan.ask(READ, text="03/04/2022"))["fuzzyDate"]
    assert found["date"] is None
    dates = [meaning["date"]["edtf"] for meaning in found["alternatives"]]
    assert dates == ["2022-04-03", "2022-03-04"]
    assert found["sentence"] == "“03/04/2022” can mean 3 April 2022 or 4 March 2022; write which."


async def test_a_reading_has_its_cost(meta_pakistan: Dataset) -> None:
    many = " ".join(f'd{n}: fuzzyDate(text: "2024") {{ sentence }}' for n in range(6))
    service = Service(meta_pakistan.service.schema, COLLECTIONS, limits=Limits(cost=299))
    operation = make_operation(Reader(meta_pakistan.database))
    answer = await service.answer(Request(f"{{ {many} }}"), operation)
    assert answer is not None
    (error,) = answer.body["errors"]
    assert (error["extensions"]["limit"], error["extensions"]["value"]) == ("cost", 300)
