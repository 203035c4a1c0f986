"""Through whose words a promise is known, in one way of saying it after the other."""

import pytest

from intake.known import gather_known
from intake.reading import read_article

NOTHING = gather_known([])
LEAD = (
    "The airline Brevo met Transport Minister Ilka Soren in Port Alba on Monday. The airline was "
    "represented by its managing director, Jonas Falk.\n\n"
)

OTHER_SIDE = [
    "Soren said Brevo would refund all tickets.",
    "Soren announced that the airline has agreed to refund all tickets.",
    "Brevo will refund all tickets, the minister said.",
    "Brevo will refund all tickets, said Soren.",
    "Brevo, according to the minister, will refund all tickets.",
    "According to Soren, the airline will refund all tickets.",
    "The airline has promised to refund all tickets, the ministry said in a statement.",
    "“They will refund all tickets,” Soren said.",
    "“Brevo has assured us that it will refund all tickets,” said Soren.",
    "“The company's managers told us that refunds will be available in May,” the minister added.",
    "Soren welcomed the airline's commitment to refund all tickets.",
    "The minister said she had received assurances from Brevo that tickets are refunded.",
    "The minister was told by Brevo that it would refund all tickets.",
    "The ministry claimed that Falk had given his word that tickets would be refunded.",
    "Flights were allowed again on assurances of Brevo that tickets are refunded.",
    "Soren had it in writing from Brevo that tickets are refunded.",
    "Soren had been given that assurance by Brevo.",
    "The airline will refund all tickets, a ministry spokesman said.",
    "The airline had told Soren that tickets would be refunded, a ministry spokesman said.",
    "Soren spoke for an hour. The minister's spokesman said Brevo would refund all tickets.",
]

OWN_WORDS = [
    ("“We will refund all tickets,” Falk said.", "SELF_QUOTED"),
    ("“Brevo will refund all tickets,” said Falk.", "SELF_QUOTED"),
    ("Falk: “I will refund all tickets,” he told the minister.", "SELF_QUOTED"),
    ("Brevo said it “will refund all tickets”.", "SELF_QUOTED"),
    (
        "Asked by us, the airline's boss Jonas Falk said “we've vowed to pay, and we do”.",
        "SELF_QUOTED",
    ),
    ("Falk was heard. He said all tickets would be refunded.", "SELF_PARAPHRASED"),
    ("Falk said the airline would refund all tickets.", "SELF_PARAPHRASED"),
    ("The airline would refund all tickets, Falk said.", "SELF_PARAPHRASED"),
    ("Brevo pledged to refund all tickets.", "SELF_PARAPHRASED"),
    ("Falk assured the minister that all tickets would be refunded.", "SELF_PARAPHRASED"),
    ("Falk reiterated the airline's commitment to refund all tickets.", "SELF_PARAPHRASED"),
    ("In a statement, Brevo said it would refund all tickets.", "SELF_PARAPHRASED"),
    ("Both sides agreed to meet again in May.", "JOINT_STATEMENT"),
    ("It was agreed that Brevo would refund all tickets.", "JOINT_STATEMENT"),
    ("Brevo will refund all tickets.", "REPORTER_GLOSS"),
    ("Brevo is reportedly ready to refund all tickets.", "REPORTER_GLOSS"),
]

NO_PROMISE = [
    "Soren hoped that Brevo would refund all tickets.",
    "The minister asked Brevo to refund all tickets.",
    "Soren demanded that the airline will refund all tickets.",
    "If Brevo will refund all tickets, the case is closed.",
    "Nobody could say when Brevo would refund the tickets.",
    "The refund would cost nine million.",
    "Will Brevo refund all tickets?",
    "Brevo has no plans to refund all tickets.",
    "Soren told the airline that a promise by Brevo is worth nothing.",
    "The step reflects the airline's commitment to refund all tickets.",
]


def _promises(sentence: str) -> list[tuple[str, str]]:
    reading = read_article(f"{LEAD}{sentence}\n\nThe talks took two hours.", NOTHING)
    begin = reading.segments.text.index(sentence[:12], len(LEAD) - 2)
    return [
        (", ".join(e.name for e in promise.promisors), promise.attribution.value)
        for promise, _, _ in reading.promises
        if any(start >= begin for start, _ in promise.spans)
    ]


@pytest.mark.parametrize("sentence", OTHER_SIDE)
def test_what_only_the_other_side_says_is_told_as_such(sentence: str) -> None:
    assert _promises(sentence)[:1] == [("Brevo", "COUNTERPART_CLAIM")]


@pytest.mark.parametrize(("sentence", "attribution"), OWN_WORDS)
def test_what_the_promisor_says_is_told_as_such(sentence: str, attribution: str) -> None:
    ((who, how), *_) = _promises(sentence)
    assert how == attribution
    assert "Brevo" in who or "Falk" in who


@pytest.mark.parametrize("sentence", NO_PROMISE)
def test_what_is_hoped_asked_or_denied_is_no_promise(sentence: str) -> None:
    assert _promises(sentence) == []
