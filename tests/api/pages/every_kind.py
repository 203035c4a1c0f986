"""A store that has something of every kind that a reading page can show: both data sets that come
with the project, and what neither has.
"""

from typing import Any, Final

from store.bundles.importing import import_bundle
from store.mongodb.driver import Database
from store.writes.writer import Author
from tests.conftest import FIXTURES
from tests.store import samples

URDU: Final = "کراچی میں نیا Karachi Hospital (ہسپتال) بنایا جائے گا"
KARACHI: Final = "کراچی بلدیہ"
LONG_NAME: Final = "Interministerielle Wasserwirtschaftsverwaltungskoordinierungsstelle " * 2
LONG_WORD: Final = "Rhabarberbarbara" * 6
SAID: Final = "The office will keep the books open."

LISTS: Final = (
    *("/", "/how-to-read", "/commitments", "/requests", "/parties", "/meetings", "/articles"),
    *("/follow-ups", "/topics"),
)
RECORDS: Final = (
    *("/commitments/K01", "/commitments/v-k2", "/commitments/urdu", "/commitments/untold"),
    *("/requests/v-r3", "/requests/v-r4", "/parties/meta", "/parties/long", "/meetings/M1"),
    *("/meetings/v-m1", "/meetings/off", "/articles/A1", "/articles/v-a6", "/articles/urdu"),
    *("/follow-ups/F05", "/follow-ups/v-f30", "/follow-ups/v-f31", "/topics/online-safety"),
)
TROUBLES: Final = {
    "/nothing": 404,
    "/commitments?asOf=banana": 400,
    "/commitments/K01?asOf=2010-01-01": 404,
}
PAGES: Final = (*LISTS, *RECORDS, "/commitments/K01?asOf=2023-06-30", *TROUBLES)


async def fill(database: Database) -> None:
    """Both data sets, and records that try the pages."""
    author = Author(by="tests")
    await import_bundle(database, [FIXTURES / "meta-pakistan"], author)
    await import_bundle(database, [FIXTURES / "invented"], author)
    told: dict[str, Any] = {"madeAt": None, "madeOn": "2021-03-02"}
    long = samples.party("long", "REGULATOR", note=f"See https://example.org/{LONG_WORD}")
    quoted = [samples.evidence("urdu", URDU, saidBy="belda", mode="DIRECT_QUOTE")]
    given = [samples.evidence("books", SAID, mode="UNSTATED")]
    no_terms = {"term": "UNSTATED", "strength": "UNSTATED"}
    await samples.write(
        database,
        samples.changed(
            long,
            name=LONG_NAME.strip(),
            identifiers=[{"scheme": "example", "value": LONG_WORD}],
            url=f"https://example.org/{LONG_WORD}?q={LONG_WORD}",
        ),
        samples.record("parties", "belda", kind="REGULATOR", name=KARACHI),
        samples.record(
            "concepts",
            "health",
            labels=[
                {"value": "Health and care", "language": "en"},
                {"value": "صحت", "language": "ur"},
            ],
        ),
        samples.article("urdu", text=URDU, inLanguage="ur", textKind="FULL_TEXT", headline=URDU),
        samples.article("books", text=SAID, textKind="FULL_TEXT", headline=LONG_NAME.strip()),
        samples.commitment(
            "urdu",
            title=URDU,
            gist=URDU,
            promisors=[{"party": "belda", "attribution": "SELF_QUOTED"}],
            addressees=["long"],
            topics=["health"],
            evidence=quoted,
            **told,
        ),
        samples.commitment(
            "untold",
            title=f"Open books of {LONG_WORD}",
            promisors=[{"party": "long", "attribution": "UNSTATED"}],
            addressees=["belda"],
            implementers=[
                {"party": "long", "part": "LEAD"},
                {"party": "belda", "part": "SUPPORTING"},
            ],
            topics=["health"],
            measures=[{"what": "books", "value": 3, "target": 12.5, "unit": "books a year"}],
            evidence=given,
            **no_terms,
            **told,
        ),
        samples.record(
            "meetings",
            "off",
            title=f"Talks of {LONG_NAME.strip()}",
            kind="BILATERAL",
            state="CANCELLED",
            date="2021-04-01",
            participations=[{"party": "long", "nameAsStated": "the office"}],
            evidence=given,
        ),
        samples.record(
            "meetings",
            "ahead",
            title="Talks to come",
            kind="SUMMIT",
            state="ANNOUNCED",
            date="2035-04-01",
            evidence=given,
        ),
        # It was judged, and then something was done.
        samples.assessment("judged", "untold", value="BROKEN", effectiveOn="2022-01-10"),
        samples.follow_up(
            "done",
            target="untold",
            kind="PROGRESSED",
            on="2023-05-03",
            actors=["long"],
            measures=[{"what": "books opened", "value": 4, "unit": "books"}],
            evidence=[samples.evidence("later", samples.LATER)],
        ),
        samples.article("later", text=samples.LATER, datePublished="2023-05-04"),
    )


async def fill_list(database: Database, count: int) -> None:
    """So many commitments more, with the word brook in their titles."""
    told: dict[str, Any] = {"madeAt": None, "madeOn": "2021-03-02", "addressees": []}
    by = [{"party": "long", "attribution": "SELF_PARAPHRASED"}]
    given = [samples.evidence("books", SAID)]
    rows = [
        samples.commitment(f"brook{n}", title=f"Brook {n}", promisors=by, evidence=given, **told)
        for n in range(count)
    ]
    await samples.write(database, *rows)
