"""Which findings `followthrough check` lists: faults to the last, of others the first records."""

import json

from api.cli.checking import FIRST_RECORDS, Listing
from store.mongodb.driver import Database
from store.writes.quality import Finding, Found
from tests.api.commands import done, run
from tests.store.samples import commitment, follow_up, store, write


def found(sort: Finding, key: str, message: str = "so it is") -> Found:
    return Found(sort, "commitments", key, message)


def lines(listing: Listing, *findings: Found) -> list[tuple[str, int]]:
    """The keys that are listed, each with how many more findings its line stands for."""
    given = [line for one in findings for line in listing.add(one)]
    return [(one.key, more) for one, more in [*given, *listing.end()]]


def test_a_record_has_one_line_for_each_sort() -> None:
    pair, single = Finding.UNORDERED_PAIR, Finding.SINGLE_SOURCE
    findings = [found(single, "c1"), *[found(pair, "c1")] * 3, found(pair, "c2")]
    listed = lines(listing := Listing(lists_all=False), *findings)
    assert sorted(listed) == [("c1", 0), ("c1", 2), ("c2", 0)]
    assert listing.seen == {single: 1, pair: 4}


def test_what_is_worth_a_look_is_cut_and_counted() -> None:
    sort = Finding.ORDER_UNCERTAIN
    findings = [found(sort, f"f{n}") for n in range(FIRST_RECORDS + 5)]
    listing = Listing(lists_all=False)
    assert lines(listing, *findings) == [(f"f{n}", 0) for n in range(FIRST_RECORDS)]
    (told,) = (row for row in listing.sum_up() if sort.value in row)
    assert told.split()[0] == "15" and told.endswith("(5 more records: --all)")
    assert len(lines(Listing(lists_all=True), *findings)) == len(findings)


def test_faults_are_listed_to_the_last() -> None:
    findings = [found(Finding.BROKEN_RULE, "c1", f"{n}") for n in range(FIRST_RECORDS + 5)]
    assert lines(Listing(lists_all=False), *findings) == [("c1", 0)] * len(findings)


async def test_dates_of_years_do_not_flood_the_report(database: Database, mongodb_url: str) -> None:
    await write(database, *store())
    count = FIRST_RECORDS + 2
    for n in range(count):
        await write(database, commitment(f"y{n}", madeOn="2021", madeAt=None))
        await write(database, follow_up(f"g{n}", f"y{n}", on="2021"))
    settings = {"mongodb_url": mongodb_url, "database": database.name}
    short = run("check", **settings)
    assert short.returncode == 0
    assert short.stdout.count("order-uncertain: ") == FIRST_RECORDS
    assert "2 more records: --all" in short.stdout
    assert done("check", "--all", **settings).count("order-uncertain: ") == count
    as_json = [json.loads(line) for line in done("check", "--json", **settings).splitlines()]
    uncertain = [one for one in as_json if one["finding"] == "order-uncertain"]
    assert {one["key"] for one in uncertain} == {f"g{n}" for n in range(count)}
    assert all(set(one) == {"finding", "noun", "key", "message"} for one in as_json)
