"""Records in the vocabulary of schema.org, for search engines and other tools.

Only what schema.org has a word for, and nothing that the record does not say. A commitment is a
`Claim`: what was said. It is no `ClaimReview`, which rates whether a claim is true; a promise is
neither true nor false when it is made, and we rate nothing. schema.org has no word for its status,
so the sentence that explains it is the description.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypeVar
from urllib.parse import quote

T = TypeVar("T")
Record: TypeAlias = Mapping[str, Any]
Thing: TypeAlias = dict[str, Any]

CONTEXT = "https://schema.org"
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"

_PLAIN = re.compile(r"\d{4}(-\d\d){0,2}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d(:\d\d)?)?")
_NO_IRI = re.compile(r"[\0-\x20<>\"{}|\\^`\x7f]")
_BODIES = {"FULL_TEXT": "articleBody", "DIGEST": "abstract"}
_OWN_WORDS = ("SELF_QUOTED", "SELF_PARAPHRASED", "JOINT_STATEMENT")
_ORGANIZERS = ("ORGANIZER", "HOST")


def article(record: Record, base: str) -> Thing:
    """A `NewsArticle`. Its text is included if it may be served, as body or as abstract; a title
    is its headline and no more.
    """
    body = _BODIES.get(record["textKind"])
    return _whole(
        "NewsArticle",
        record,
        base,
        headline=record["headline"],
        url=_iri(record["sourceUrl"]),
        publisher=_party(record["publisher"], base),
        creditText=record["byline"],
        dateline=record["dateline"],
        datePublished=record["publishedAt"] or _date(record["datePublished"]),
        inLanguage=record["inLanguage"],
        mentions=_parties(
            (m["party"] for m in record["mentions"] if m["judgement"] == "POSITIVE"), base
        ),
        creativeWorkStatus=_state(record),
        **({body: record["text"]} if body is not None else {}),
    )


def party(record: Record, base: str) -> Thing:
    """A `Person` or an `Organization`, including what merged parties add."""
    return _whole(
        record["__typename"],
        record,
        base,
        name=record["name"],
        url=base + record["url"],
        alternateName=_other_names(record),
        sameAs=_drop_repeats(
            _iri(f"http://www.wikidata.org/entity/{identifier['value']}")
            for one in (record, *record["mergedFrom"])
            for identifier in one["identifiers"]
            if identifier["scheme"] == "wikidata"
        ),
        address=_country_address(record["country"]),
        parentOrganization=_party(record.get("parent"), base),
        memberOf=[
            _membership(membership, base)
            for one in (record, *record["mergedFrom"])
            for membership in one["memberships"]
            # What was merged may have been a member of that in which it lives on.
            if (membership["organization"] or {}).get("key") != record["key"]
        ],
        description=record["note"],
    )


def meeting(record: Record, base: str) -> Thing:
    """An `Event`."""
    capacities: dict[bool, list[Thing]] = {True: [], False: []}
    for participation in record["participations"]:
        # Of whom a report has words only, such as "the minister", it is not known whether they are
        # a person or a body, nor that they are anything but these words: no type is claimed.
        who = _party(participation["party"], base) or {"name": participation["nameAsStated"]}
        organizes = participation["capacity"] in _ORGANIZERS
        if who not in capacities[organizes]:
            capacities[organizes].append(who)
    return _whole(
        "Event",
        record,
        base,
        name=record["title"],
        url=base + record["url"],
        startDate=_date(record["date"]),
        location=_place(record["place"]),
        organizer=capacities[True],
        attendee=capacities[False],
        keywords=record["topics"],
        subjectOf=_reports(record["articles"], base),
    )


def commitment(record: Record, base: str) -> Thing:
    """A `Claim`. Its authors are the promisors that are known from words of their own.

    Promisors that are known only from others are left out: they may never have said so.
    """
    # Of what does not count, nothing is said of where it stands.
    status = record["status"] if record["curation"] == "ACCEPTED" else None
    return _whole(
        "Claim",
        record,
        base,
        name=record["title"],
        url=base + record["url"],
        abstract=record["gist"],
        description=status["explanation"] if status is not None else None,
        author=_parties(
            (p["party"] for p in record["promisors"] if p["attribution"] in _OWN_WORDS), base
        ),
        dateCreated=_date(record["madeOn"]),
        keywords=record["topics"],
        appearance=_reports(
            (e["article"] for one in (record, *record["mergedFrom"]) for e in one["evidence"]), base
        ),
        creativeWorkStatus=_state(record),
    )


def notice(record: Record, retraction: Record | None, base: str) -> Thing:
    """The notice that a record was retracted, of whatever kind it was: nothing of what it said."""
    comment = None
    if retraction is not None:
        said = {"datePublished": retraction["at"], "text": retraction["why"]}
        comment = _thing("CorrectionComment", None, **said)
    return _whole(
        "CreativeWork",
        record,
        base,
        url=base + record["url"],
        creativeWorkStatus=_state(record),
        correction=comment,
    )


# --- Parts ---------------------------------------------------------------------------------------


def _other_names(party: Record) -> list[str]:
    """Other names of a party, with those of merged parties; misspellings are left out."""
    names = [(name["kind"], name["value"]) for name in party["names"]]
    for merged in party["mergedFrom"]:
        names += [("ALIAS", merged["name"]), *((n["kind"], n["value"]) for n in merged["names"])]
    return _drop_repeats(
        value for kind, value in names if kind != "MISSPELLING" and value != party["name"]
    )


def _drop_repeats(texts: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(texts))


def _whole(type_: str, record: Record, base: str, **members: Any) -> Thing:
    return {
        "@context": CONTEXT,
        **_thing(type_, base + record["url"], identifier=record["key"], **members),
    }


def _thing(type_: str, identity: str | None, **members: Any) -> Thing:
    """A thing with the members that have a value."""
    said = {name: value for name, value in members.items() if value not in (None, [])}
    return {"@type": type_, **({"@id": identity} if identity else {}), **said}


def _date(date: Record | None) -> Any:
    """A date or time of ISO 8601 if it is one, else marked as EDTF; it is never made more exact.

    None for a date without any bound, such as `../..`.
    """
    if date is None or date["earliest"] is date["latest"] is None:
        return None
    edtf = date["edtf"]
    return edtf if _PLAIN.fullmatch(edtf) else {"@type": EDTF, "@value": edtf}


def _iri(address: str | None) -> str | None:
    """The address, with characters escaped that an IRI cannot have, as browsers do it."""
    return _NO_IRI.sub(lambda found: quote(found[0]), address) if address is not None else None


def _party(party: Record | None, base: str) -> Thing | None:
    if party is None:
        return None
    return _thing(party["__typename"], base + party["url"], name=party["name"])


def _parties(parties: Iterable[Record | None], base: str) -> list[Thing]:
    known = {party["key"]: party for party in parties if party is not None}
    return [_thing(p["__typename"], base + p["url"], name=p["name"]) for p in known.values()]


def _reports(articles: Iterable[Record | None], base: str) -> list[Thing]:
    known = {article["key"]: article for article in articles if article is not None}
    return [
        _thing(
            "NewsArticle",
            base + article["url"],
            headline=article["headline"],
            url=_iri(article["sourceUrl"]),
            datePublished=_date(article["datePublished"]),
        )
        for article in known.values()
    ]


def _place(place: Record | None) -> Thing | None:
    """The place that a report states; a dateline only says where somebody wrote."""
    if place is None or place["basis"] != "STATED":
        return None
    return _thing("Place", None, name=place["name"], address=_country_address(place["country"]))


def _country_address(country: str | None) -> Thing | None:
    return _thing("PostalAddress", None, addressCountry=country) if country is not None else None


def _membership(membership: Record, base: str) -> Thing:
    """A membership as a role: schema.org puts details of a property between it and its value."""
    return _thing(
        "OrganizationRole",
        None,
        roleName=membership["role"],
        startDate=_date(membership["start"]),
        endDate=_date(membership["end"]),
        memberOf=_party(membership["organization"], base),
    )


def _state(record: Record) -> str | None:
    """Why the record does not count, such as `Retracted`; None if it does."""
    state: str = record["curation"]
    return None if state == "ACCEPTED" else state.replace("_", " ").capitalize()
