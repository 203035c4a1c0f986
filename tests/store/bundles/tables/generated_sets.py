"""Seven sets of data, invented and always the same, in the shape of those in docs/tables and large
enough that counting means something. Each is written as its source would publish it.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import yaml

STATES = (
    "Velmora",
    "Ostria",
    "Lunland",
    "Norvia",
    "Tesk",
    "Arbonia",
    "Quell",
    "Sidra",
    "Pelagia",
    "Dorn",
    "Keth",
    "Maruna",
)
UNION = ("Velmora", "Lunland", "Norvia", "Quell", "Dorn")
ISSUES = ("Women's rights", "Death penalty", "HIV - Aids", "Torture", "Prisons", "Children")
_ASKED = (
    "Ratify the optional protocol against torture",
    "Ratify the optional protocol on children",
    "Abolish the death penalty",
    "Continue to train judges about torture",
    "Consider a quota for women",
    "Publish figures on prisons",
)


def make_reviews(folder: Path) -> list[dict[str, str]]:
    """Recommendations of states to states, as CSV; and their parties, of which some are in a
    union, as a bundle."""
    random = Random(18)
    rows = []
    for number in range(180):
        asker, asked = random.sample(STATES, 2)
        rows.append(
            {
                "Id": str(7000 + number),
                "From": asker,
                "To": asked,
                "Response": random.choice(("Accepted", "Accepted", "Noted", "")),
                "Action": str(random.randint(1, 5)),
                "Issue": random.choice(ISSUES),
                "Session": random.choice("56"),
                "Recommendation": f"{random.choice(_ASKED)}, point {number}",
            }
        )
    _write_csv(folder / "reviews.csv", rows)
    parties: list[dict[str, Any]] = [
        {"key": "union", "kind": "INTERGOVERNMENTAL", "name": "The Union"}
    ]
    for state in STATES:
        member = {"memberships": [{"organization": "union"}]} if state in UNION else {}
        parties.append({"key": state.lower(), "kind": "GOVERNMENT", "name": state, **member})
    _write_parties(folder, parties)
    return rows


LEADS = ("Ministry of Roads", "Water Office", "Ministry of Health", None)
PLATFORM, SPEECH = "https://union.example/platform", "https://union.example/speech"


def make_platform(folder: Path) -> list[dict[str, Any]]:
    """A government's platform with leads, scores, linked bills and what came before, as JSON
    Lines."""
    random = Random(19)
    entries = []
    for number in range(90):
        score = random.choice((None, 1, 2, 3, 4, 5))
        ident = f"P-{number:03}"
        entries.append(
            {
                "id": ident,
                "text": f"Plan {number}: {random.choice(('housing', 'water', 'bridges'))}",
                "description": f"We will carry out plan {number}.",
                "party": "Velmoran Union",
                "responsible_department_lead": random.choice(LEADS),
                "date_issued": "2021-04-01T09:00:00.366362+00:00",
                "progress_score": score,
                "status": "deleted" if number % 15 == 14 else "active",
                "source_url": random.choice((PLATFORM, SPEECH)),
                "last_scored_at": "2023-06-09T12:02:00.366362+00:00",
                "commitment_history_rationale": [
                    {"date": "2019-03-00", "action": f"A study was made for plan {number}"}
                ]
                * random.randint(0, 1),
                "linked_evidence": [
                    {
                        "id": f"B-{number}-{n}",
                        "date": f"2023-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
                        "title": f"Bill {n} on plan {number} was read",
                        "impact": "progressed" if n == 1 else None,
                    }
                    for n in range(random.choice((0, 0, 1, 2, 3)))
                ],
            }
        )
    text = "".join(json.dumps(entry) + "\n" for entry in entries)
    (folder / "platform.jsonl").write_text(text)
    return entries


POLICIES = ("ภาษี", "คมนาคม", "สิ่งแวดล้อม", "การศึกษา")
PARTIES = ("พรรคตัวอย่าง", "พรรคสมมติ", "พรรคทดลอง")
_THINGS = ("รัฐธรรมนูญ", "ภาษีน้ำ", "ที่ดิน", "ผู้สูงอายุ", "ค่าแรง", "โรงเรียน")
_VERBS = ("แก้ไข", "ลด", "ปฏิรูป", "เพิ่ม")


def make_pledges(folder: Path) -> list[dict[str, Any]]:
    """Pledges of parties with dated steps, in Thai, as JSON. A few are of two parties."""
    random = Random(20)
    pledges = []
    for number in range(80):
        steps = random.choice((0, 1, 1, 2, 4))
        party = "/".join(random.sample(PARTIES, 2)) if number % 16 == 5 else random.choice(PARTIES)
        pledges.append(
            {
                "promiseId": number,
                "promiseTitle": f"{random.choice(_VERBS)}{random.choice(_THINGS)} {number}",
                "party": party,
                "status": random.choice(("done", "working", "nodata")),
                "policy": random.choice(POLICIES),
                "timelines": [
                    {
                        "label": f"ขั้นตอน {number}-{n}",
                        "date": f"{random.randint(2019, 2022)}-{random.randint(1, 12)}-10",
                    }
                    for n in range(steps)
                ],
            }
        )
    (folder / "pledges.json").write_text(json.dumps({"promises": pledges}, ensure_ascii=False))
    return pledges


OUTCOMES = ("Achieved", "Compromised", "Broken", "Not started")


def make_first_days(folder: Path) -> list[dict[str, Any]]:
    """A campaign's promises with a status, tags and addresses, and without dates, as YAML."""
    random = Random(21)
    promises = []
    for number in range(100):
        status = random.choice(OUTCOMES)
        found = 0 if status == "Not started" else random.randint(1, 3)
        where = random.choice(("Israel", "the harbour", "the border"))
        due = {"due": "2017-04-30"} if number % 5 == 0 else {}
        promises.append(
            {
                "title": f"Settle matter {number} of {where}",
                "category": random.choice(("Finance", "Justice", "Transport")),
                "tags": ",".join(random.sample(("money", "openness", "first-days"), 2)),
                "status": status,
                "sources": [f"https://news.example/{number}/{n}" for n in range(found)],
                **due,
            }
        )
    (folder / "first-days.yaml").write_text(yaml.safe_dump({"promises": promises}))
    _write_parties(folder, [{"key": "candidate-zed", "kind": "PERSON", "name": "Candidate Zed"}])
    return promises


COUNCILLORS = tuple(
    f"Councillor {n}"
    for n in ["Ito", "Oduya", "Brandt", "Silva", "Larsen", "Haddad", "Novak", "Osei"]
)


def make_minutes(folder: Path) -> list[dict[str, Any]]:
    """Minutes of two committees: who was present, and motions that passed or failed, as JSON."""
    random = Random(22)
    meetings = []
    for number in range(30):
        ident = f"2023-{number:02}"
        day = f"2023-{number % 12 + 1:02}-{random.randint(1, 28):02} 13:00:00"
        meetings.append(
            {
                "id": ident,
                "title": random.choice(("Parks committee", "Works committee")),
                "date": day,
                "present": random.sample(COUNCILLORS, random.randint(2, 6)),
                "motions": [
                    {
                        "id": f"M{n}",
                        "text": f"That the staff report on {random.choice(('trees', 'roads'))} "
                        f"{number}-{n}.",
                        "mover": random.choice(COUNCILLORS),
                        "passed": random.random() < 0.7,
                    }
                    for n in range(random.randint(0, 5))
                ],
            }
        )
    (folder / "minutes.json").write_text(json.dumps(meetings))
    staff = {"key": "sample-staff", "kind": "PUBLIC_BODY", "name": "Administration"}
    _write_parties(folder, [staff])
    return meetings


def make_people(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Persons, organizations and memberships with roles, in Popolo's form; some share a name."""
    random = Random(23)
    councils = [
        {"id": f"council-{n}", "name": f"Council of Place {n}", "classification": "legislature"}
        for n in range(8)
    ]
    parties = [
        {"id": f"party-{n}", "name": f"Sample Party {n}", "classification": "party"}
        for n in range(3)
    ]
    persons = [
        {"id": f"ocd-person/{n}", "name": f"Ana Sample {n if n % 20 else 'Twice'}"}
        for n in range(100)
    ]
    memberships = []
    for person in persons:
        council = random.choice(councils)["id"]
        role = random.choice(("mayor", "councillor", "councillor", "deputy mayor"))
        memberships.append({"person_id": person["id"], "organization_id": council, "role": role})
        if random.random() < 0.6:
            party = random.choice(parties)["id"]
            memberships.append({"person_id": person["id"], "organization_id": party})
    data: dict[str, list[dict[str, Any]]] = {
        "persons": persons,
        "organizations": [*councils, *parties],
        "memberships": memberships,
    }
    (folder / "people.json").write_text(json.dumps(data))
    return data


_FIRST = ("Zoë", "Łukasz", "Søren", "Þórður", "José", "Oğuz", "Đình", "Ana-María")
_LAST = ("Ødegård", "O'Brien", "I\u015f\u0131k", "Müller", "d'Abo", "Śmiały")
_OTHER = (
    "Министерство образцов",
    "サンプル省",
    "پاکستان نمونہ",
    "경제산업성",
    "พรรคตัวอย่าง",
    "القاعدة نموذج",
)


def make_names(folder: Path) -> list[dict[str, str]]:
    """Bodies and people with names in several scripts, as CSV."""
    random = Random(24)
    rows = []
    for number in range(60):
        is_person = number % 3 != 0
        name = f"{_FIRST[number % 8]} {_LAST[number % 6]}" if is_person else f"Office {number}"
        rows.append(
            {
                "id": f"N-{number}",
                "kind": "person" if is_person else "entity",
                "name": f"{name} {number}",
                "aliases": f"{random.choice(_OTHER)} {number}|Alias of {number}",
                "country": random.choice(("NO", "IE", "")),
                "register": f"https://register.example/{number}" if number % 4 else "",
            }
        )
    _write_csv(folder / "names.csv", rows)
    return rows


def _write_csv(file: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _write_parties(folder: Path, parties: Sequence[Mapping[str, Any]]) -> None:
    accepted = [{**party, "curation": "ACCEPTED"} for party in parties]
    (folder / "parties.yaml").write_text(yaml.safe_dump({"parties": accepted}))
