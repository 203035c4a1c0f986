"""Layouts: lists, capitals, odd blanks, several articles in one, corrections, and days."""

import pytest

from intake.claims.promises import Promise
from intake.reading import Reading, read_article
from store.records.commitments import Attribution
from tests.intake.conftest import known_of

INVENTED = known_of("invented")
PROMISE = "The operator Telno has promised to open a help desk, chairman Ivo Pratt said on Tuesday."


def _read(text: str, day: str | None = None) -> Reading:
    return read_article(text, INVENTED, day)


def _promises(reading: Reading) -> list[tuple[str, list[str], Attribution]]:
    """Of each promise the words, by whom and through whose words."""
    return [
        (_words(reading, p), [e.reference for e in p.promisors], p.attribution)
        for p, _, _ in reading.promises
    ]


def _words(reading: Reading, promise: Promise) -> str:
    return reading.segments.text[slice(*promise.spans[0])]


# --- Letters and blanks ---


@pytest.mark.parametrize(
    "text",
    [
        PROMISE.replace(" ", "\u00a0"),
        PROMISE.replace(" ", "\u202f"),
        PROMISE.replace("promised", "prom\u00adised").replace("chairman", "chair\u00adman"),
        "\u202b" + PROMISE.replace("Telno", "\u2066Telno\u2069"),
        PROMISE.replace("promised", "promised\u200b"),
        PROMISE.replace("operator Telno", "operator\u00a0Telno\ufeff"),
    ],
    ids=["no-break", "narrow", "soft hyphens", "directions", "zero width", "mixed"],
)
def test_blanks_and_marks_change_nothing(text: str) -> None:
    plain, odd = _read(PROMISE), _read(text)
    assert odd.segments.text == plain.segments.text == PROMISE
    assert _promises(odd) == _promises(plain)
    assert [e.name for e in odd.names.entities if e.is_person] == ["Ivo Pratt"]


def test_ligatures_are_letters_and_places_fit() -> None:
    given = "Telno o\ufb00ered to re\ufb01t its o\ufb03ces. The mayor said on Monday."
    reading = _read(given)
    assert _promises(reading)[0][0] == "Telno offered to refit its offices."
    (promise, _, _) = reading.promises[0]
    first, last = reading.cleaned.find_origin(*promise.spans[0])
    assert given[first:last] == "Telno o\ufb00ered to re\ufb01t its o\ufb03ces."


def test_a_headline_in_capitals_is_the_promise_of_the_text() -> None:
    reading = _read(f"TELNO VOWS TO OPEN HELP DESK\n\n{PROMISE}")
    assert _promises(reading) == [(PROMISE, ["v-telno"], Attribution.COUNTERPART_CLAIM)]
    assert len(reading.promises[0][0].spans) == 2
    assert [e.name for e in reading.names.entities if e.is_person] == ["Ivo Pratt"]


# --- Lists ---


@pytest.mark.parametrize("mark", ["• ", "- ", "* ", "– ", "a) ", ""])
def test_each_item_of_a_list_is_promised(mark: str) -> None:
    text = (
        "Telno answers its critics\n\n"
        "Telno's chief executive Ann Brae met the regulator on Monday. The company said that it "
        f"will:\n\n{mark}open a help desk in Orsk by June;\n{mark}publish its prices every month;\n"
        f"{mark}refund customers who were billed twice.\n\nThe regulator did not comment."
    )
    found = _promises(_read(text))
    assert [words.removeprefix(mark) for words, _, _ in found] == [
        "open a help desk in Orsk by June;",
        "publish its prices every month;",
        "refund customers who were billed twice.",
    ]
    assert {(by[0], how) for _, by, how in found} == {("v-telno", Attribution.SELF_PARAPHRASED)}


def test_a_numbered_list_is_known_from_who_tells_it() -> None:
    text = (
        "Telno sets out its promises\n\nUnder the settlement, the regulator said, Telno has agreed "
        "to:\n1. Open a help desk in Orsk by June.\n2. Publish prices every month.\n\nMore follows."
    )
    assert _promises(_read(text)) == [
        ("Open a help desk in Orsk by June.", ["v-telno"], Attribution.COUNTERPART_CLAIM),
        ("Publish prices every month.", ["v-telno"], Attribution.COUNTERPART_CLAIM),
    ]


def test_what_only_follows_a_colon_is_no_promise() -> None:
    assert _promises(_read("The firm Telno has three offices:\n\n- Orsk;\n- Lund;\n- Bree.")) == []


# --- Meetings, hearings, what came before ---


def test_two_meetings_are_both_found_with_their_days_and_their_promises() -> None:
    text = (
        "Telno's chief executive Ann Brae met Communications Minister Ivo Pratt in Orsk on Monday "
        "and promised to open a help desk.\n\nOn Wednesday, Brae held talks with the mayor of "
        "Lund, Lena Hart, and agreed to pay for two masts."
    )
    reading = _read(text, "2021-05-07")
    days = [m.date.edtf if m.date else None for m in reading.meetings]
    assert days == ["2021-05-03", "2021-05-05"]
    assert [by for _, by, _ in _promises(reading)] == [["v-telno"], ["v-telno"]]


def test_a_hearing_is_a_meeting_and_what_is_told_there_is_promised() -> None:
    text = (
        "At a hearing of the parliamentary committee on Tuesday, Telno's chief executive Ann Brae "
        "told lawmakers that the company would refund customers. Committee chair Lena Hart asked "
        "for a timetable. Brae promised one within a week."
    )
    reading = _read(text, "2021-05-07")
    assert [(m.kind.value, m.date and m.date.edtf) for m in reading.meetings] == [
        ("HEARING", "2021-05-04")
    ]
    assert [by for _, by, _ in _promises(reading)] == [["v-telno"], ["v-telno"]]


@pytest.mark.parametrize(
    "when", ["Two years earlier,", "In 2019,", "Three months before,", "Last year"]
)
def test_a_meeting_of_before_is_background(when: str) -> None:
    text = (
        "The operator Telno's chief executive Ann Brae met Minister Ivo Pratt in Orsk on Monday."
        f"\n\n{when} Telno pledged at a meeting with the then minister Ada Kern to lower its fees."
    )
    background = [m.is_background for m in _read(text, "2021-05-07").meetings]
    assert background == [False, True]


# --- Days ---


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (PROMISE, None),
        (f"Telno to open help desk\n\n{PROMISE}", None),
        (f"ORSK, May 4, 2021 (Agency) - {PROMISE}", "2021-05-04"),
        (f"ORSK, May 4 - {PROMISE}", "XXXX-05-04"),
        (f"Published May 4, 2021\nUpdated May 7, 2021\n\n{PROMISE}", "2021-05-04"),
        ("ORSK — By June 30, 2022 the operator Telno will open a help desk, it said.", None),
        ("ORSK — Until 30 June 2022 the operator Telno will pay for it, the firm said.", None),
        ("ORSK — From June 30, 2022 the operator Telno will pay for it, the firm said.", None),
        ("June 30, 2022 is the day by which the operator Telno will open a desk, it said.", None),
    ],
)
def test_a_deadline_is_no_day_of_the_article(text: str, day: str | None) -> None:
    published = _read(text).published
    assert (published.edtf if published else None) == day


def test_a_weekday_without_a_day_of_the_article_stays_unknown() -> None:
    text = (
        "Telno's chief executive Ann Brae met the regulator's chairman Ivo Pratt on Monday. They "
        "talked about the prices of the company for an hour."
    )
    assert [m.date for m in _read(text).meetings] == [None]
    found = [m.date and m.date.edtf for m in _read(text, "2021-05-07").meetings]
    assert found == ["2021-05-03"]


# --- Several articles, corrections, posts ---


def test_several_articles_in_one_are_noted() -> None:
    two = (
        f"Telno to open help desk\n\nORSK, May 4, 2021 - {PROMISE}\n\nMill pledges clean water\n\n"
        "LUND, May 6, 2021 - The mill Norvik has pledged to clean the river, its owner said."
    )
    assert any("several articles" in note for note in _read(two).warnings)
    assert _read(f"ORSK, May 4, 2021 - {PROMISE}\n\nIt rains.").warnings == []


def test_two_lines_with_days_are_noted_as_several_articles() -> None:
    two = f"Desk to open\n\nMay 4, 2021\n\n{PROMISE}\n\nSchool to close\n\nMay 6, 2021\n\n{PROMISE}"
    assert any("several articles" in note for note in _read(two).warnings)


@pytest.mark.parametrize(
    "note",
    [
        "Correction, May 6: An earlier version of this article said that Telno had promised two.",
        "This story has been updated to add a comment.",
        "Editor's note: The number of desks was changed.",
    ],
)
def test_a_correction_is_noted_and_promises_nothing(note: str) -> None:
    reading = _read(f"Telno to open help desk\n\n{PROMISE}\n\n{note}")
    assert any("earlier version" in warning for warning in reading.warnings)
    assert [words for words, _, _ in _promises(reading)] == [PROMISE]


def test_a_shown_post_is_of_whoever_posted_it() -> None:
    post = (
        "Good talks with @Telno today. They will open a help desk in Orsk by June and will refund "
        "every customer.\n— Ivo Pratt (@ivopratt) May 4, 2021"
    )
    found = _promises(_read(f"{PROMISE}\n\n{post}"))
    assert [(by, how) for _, by, how in found] == [
        (["v-telno"], Attribution.COUNTERPART_CLAIM),
        (["v-telno"], Attribution.COUNTERPART_CLAIM),
    ]


def test_a_ministry_in_two_forms_is_one() -> None:
    text = (
        "Interior Minister Ada Kern met Telno's managers in Orsk on Monday. The Interior Ministry "
        "said that Telno had promised to open a help desk. The Ministry of Interior will check."
    )
    ministries = [e for e in _read(text).names.entities if "nterior" in e.name and not e.is_person]
    assert len(ministries) == 1 and ministries[0].count == 2
