"""Who asks, and who is asked, whichever of them a sentence begins with."""

import pytest

from intake.known import gather_known
from intake.reading import read_article

NOTHING = gather_known([])
LEAD = (
    "The airline Brevo met Transport Minister Ilka Soren in Port Alba on Monday. The airline was "
    "represented by its managing director, Jonas Falk.\n\n"
)

ASKED_OF_BREVO = [
    "Soren urged Brevo to open a counter in the harbour.",
    "Brevo was urged by Soren to open a counter in the harbour.",
    "Brevo had been repeatedly asked by the minister to open a counter in the harbour.",
    "Brevo, which was urged by Soren to open a counter in the harbour, has not answered.",
    "At the request of the minister, Brevo sent two lists.",
    "Brevo sent two lists at the request of the minister.",
    "At the minister's request, Brevo sent two lists.",
    "Following an appeal by the minister, Brevo sent two lists.",
    "Brevo bowed to the minister's demand that it should open a counter in the harbour.",
    "Brevo bowed to a demand by the minister that it should open a counter in the harbour.",
    "Brevo has rejected a request from the minister to open a counter in the harbour.",
]

ASKED_OF_STATE = [
    "Brevo asked the minister to lift the ban.",
    "The minister was asked by Brevo to lift the ban.",
    "At the request of Brevo, the minister sent two lists.",
]


def _request_of(sentence: str) -> tuple[list[str], list[str]]:
    reading = read_article(f"{LEAD}{sentence}\n\nThe talks took two hours.", NOTHING)
    begin = reading.segments.text.index(sentence[:12], len(LEAD) - 2)
    (request,) = [r for r in reading.requests if r.start == begin]
    return [e.name for e in request.by], [e.name for e in request.to[:1]]


@pytest.mark.parametrize("sentence", ASKED_OF_BREVO)
def test_the_airline_is_asked(sentence: str) -> None:
    by, to = _request_of(sentence)
    assert by in (["Ilka Soren"], ["Ministry of Transport"])
    assert to == ["Brevo"]


@pytest.mark.parametrize("sentence", ASKED_OF_STATE)
def test_the_minister_is_asked(sentence: str) -> None:
    by, to = _request_of(sentence)
    assert by == ["Brevo"]
    assert to in (["Ilka Soren"], ["Ministry of Transport"])


def test_nobody_asks_where_no_asker_is_told() -> None:
    by, to = _request_of("Brevo was asked to open a counter in the harbour.")
    assert by == []
    assert to == ["Brevo"]
