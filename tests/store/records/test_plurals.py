"""English plurals: each is found by its singular, and what is none is left alone."""

import pytest

from store.records.plurals import singular, singulars_of_begun

PLURALS = """
abuses abuse, addresses address, agencies agency, aliases alias, analyses analysis, aunties
auntie, avalanches avalanche, bases base, beliefs belief, biases bias, bonuses bonus, boxes box,
boys boy, bureaus bureau, buses bus, businesswomen businesswoman, caches cache, campuses campus,
cargoes cargo, cases case, causes cause, censuses census, chiefs chief, children child, churches
church, cities city, classes class, clauses clause, committees committee, cookies cookie,
courses course, crises crisis, criteria criterion, days day, diagnoses diagnosis, dies die,
diseases disease, dishes dish, echoes echo, embargoes embargo, employees employee, enterprises
enterprise, euros euro, excuses excuse, expenses expense, feet foot, fees fee, franchises
franchise, gases gas, glasses glass, halves half, headaches headache, heroes hero, hindus hindu,
houses house, hypotheses hypothesis, indices index, judges judge, keys key, knives knife, laws
law, leaves leaf, lenses lens, licenses license, lives life, losses loss, matches match, men
man, menus menu, mice mouse, ministries ministry, mosquitoes mosquito, movies movie, niches
niche, nurses nurse, oases oasis, offices office, pakistanis pakistani, parties party, pauses
pause, phases phase, photos photo, plateaus plateau, policies policy, potatoes potato, premises
premise, prizes prize, processes process, promises promise, quizzes quiz, refugees refugee,
releases release, responses response, roses rose, saudis saudi, searches search, shelves shelf,
shoes shoe, sizes size, spokeswomen spokeswoman, spouses spouse, statuses status, surveys
survey, taxes tax, taxis taxi, teeth tooth, theses thesis, ties tie, toes toe, tomatoes tomato,
uses use, valleys valley, vetoes veto, videos video, viruses virus, volcanoes volcano, waltzes
waltz, wishes wish, wives wife, wolves wolf, women woman, zombies zombie, zones zone
"""


@pytest.mark.parametrize(
    "pair", [tuple(pair.split()) for pair in PLURALS.split(",")], ids=lambda pair: pair[0]
)
def test_a_plural_is_found_by_its_singular(pair: tuple[str, str]) -> None:
    plural, one = pair
    assert singular(plural) == singular(one)


@pytest.mark.parametrize(
    "pair",
    [
        "mps mp",
        "pms pm",
        "mous mou",
        "ads ad",
        "evs ev",
        "fora forum",
        "symposia symposium",
        "bureaux bureau",
        "corpora corpus",
        "formulae formula",
        "foci focus",
        "dialyses dialysis",
        "reanalyses reanalysis",
        "theses thesis",
        "metropolises metropolis",
        "gallows gallows",
    ],
)
def test_short_latin_and_greek_plurals_are_found(pair: str) -> None:
    plural, one = pair.split()
    assert singular(plural) == singular(one)


@pytest.mark.parametrize(
    "word",
    ["news", "aids", "species", "series", "process", "virus", "bus", "this", "does", "hamas"],
)
def test_what_is_no_plural_is_left_alone(word: str) -> None:
    assert singular(word) == word


@pytest.mark.parametrize(
    ("plural", "other"),
    [("aids", "aid"), ("news", "new"), ("houses", "hous"), ("ties", "ty"), ("caches", "cach")],
)
def test_words_that_look_like_plurals_of_others_stay_apart(plural: str, other: str) -> None:
    assert singular(plural) != singular(other)


@pytest.mark.parametrize(
    ("begun", "one"), [("ministri", "ministry"), ("childr", "child"), ("wome", "woman")]
)
def test_a_begun_plural_has_its_singular(begun: str, one: str) -> None:
    assert one in singulars_of_begun(begun)


def test_a_beginning_that_the_singular_shares_adds_no_singular() -> None:
    assert singulars_of_begun("ministr") == singulars_of_begun("house") == frozenset()
