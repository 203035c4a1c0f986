"""English plurals, taken off by rules that leave names nearly alone. Pure.

After Harman's S-stemmer. A word of another language that ends in s loses it, too, in what is kept
and in what is asked, which does no harm.
"""

from collections.abc import Iterator, Mapping


def _pairs(singulars: str, plural: str, ending: str = "") -> Iterator[tuple[str, str]]:
    """Plurals with their singulars: each of these with `plural` for its `ending`."""
    for singular in singulars.split():
        yield singular.removesuffix(ending) + plural, singular


def _persons(before: str) -> Iterator[tuple[str, str]]:
    for stem in ("", *before.split()):
        yield f"{stem}men", f"{stem}man"
        yield f"{stem}women", f"{stem}woman"


_IRREGULAR: Mapping[str, str] = {
    # What only looks like a plural, or is another word without its s.
    **{
        word: word
        for word in (
            "aids",
            "does",
            "gallows",
            "hamas",
            "lens",
            "news",
            "series",
            "species",
            "this",
        )
    },
    "children": "child",
    "corpora": "corpus",
    "feet": "foot",
    "geese": "goose",
    "lenses": "lens",
    "lice": "louse",
    "mice": "mouse",
    "oxen": "ox",
    "teeth": "tooth",
    "quizzes": "quiz",
    "criteria": "criterion",
    "phenomena": "phenomenon",
    "appendices": "appendix",
    "indices": "index",
    "matrices": "matrix",
    "vertices": "vertex",
    **dict(
        _persons(
            "alder anchor assembly business camera chair church clergy congress council country "
            "crafts dutch english fire fisher fore french front gentle gun horse irish lay line "
            "mid noble ombuds police post sales service spokes sports states town trades weather "
            "welsh work"
        )
    ),
    **dict(
        _pairs(
            # Not -y
            "aerie auntie birdie boogie brownie budgie calorie collie cookie eyrie foodie freebie "
            "genie goalie hippie hoodie junkie kiddie laddie lassie magpie menagerie movie necktie "
            "newbie oldie pixie prairie quickie reverie rookie selfie smoothie sortie sweetie "
            "talkie untie veggie yuppie zombie "
            # Not -o
            "canoe floe foe hoe horseshoe oboe roe shoe snowshoe toe woe "
            # Not -us
            "abuse accuse amuse confuse defuse diffuse disuse effuse excuse fuse hypotenuse infuse "
            "misuse muse overuse peruse recluse refuse reuse ruse suffuse transfuse use "
            # Not -ch
            "ache apache avalanche backache brioche cache cartouche cliche creche douche gouache "
            "headache heartache microfiche moustache mustache niche pastiche psyche quiche "
            "stomachache toothache "
            # Not -x, not -ss
            "axe pickaxe crevasse finesse impasse lacrosse posse "
            # With an s that the rules leave on
            "adieu bantu bayou bureau caribou emu flu gnu guru haiku hindu lieu menu milieu "
            "mou plateau snafu sudoku tableau tofu tutu urdu zebu zulu "
            # Of two letters
            "ad ai cd cv ev gm id ip jv km md mp pc pm pr tv vp",
            "s",
        )
    ),
    **dict(_pairs("bureau plateau tableau", "x")),
    **dict(_pairs("alumna formula larva", "e")),
    **dict(
        _pairs(
            "alias atlas bias biogas canvas gas iris marquis metropolis pancreas pelvis trellis",
            "es",
        )
    ),
    **dict(
        _pairs(
            # Those in -lysis and -thesis go by a rule.
            "apotheosis catharsis cirrhosis crisis diagnosis ellipsis emphasis genesis "
            "metamorphosis metastasis nemesis neurosis oasis prognosis psychosis symbiosis "
            "synopsis thrombosis",
            "es",
            "is",
        )
    ),
    **dict(
        _pairs(
            "bookshelf calf dwarf elf half hoof leaf loaf ourself scarf self sheaf shelf themself "
            "thief turf wharf wolf yourself",
            "ves",
            "f",
        )
    ),
    **dict(_pairs("housewife knife life midwife penknife wife", "ves", "fe")),
    **dict(
        _pairs(
            "addendum bacterium curriculum forum memorandum referendum stratum symposium", "a", "um"
        )
    ),
    **dict(_pairs("alumnus cactus focus fungus nucleus radius stimulus syllabus", "i", "us")),
}
"""What the rules would get wrong, with what it is one of."""


def singular(word: str) -> str:
    """A folded word without its English plural; the like for its singular."""
    if not word.isascii() or len(word) < 3:
        return word
    if (found := _IRREGULAR.get(word)) is not None:
        word = found
    return _strip_s(word)


def singulars_of_begun(word: str) -> frozenset[str]:
    """The singulars that do not begin with a word which is the beginning of their plural."""
    found = {singular(word + ending) for ending in ("s", "es")}
    found |= {singular(plural) for plural in _IRREGULAR if plural.startswith(word)}
    return frozenset(one for one in found if not one.startswith(word))


def _strip_s(word: str) -> str:
    if len(word) < 4 or word[-1] != "s" or _IRREGULAR.get(word) == word:
        return word
    if word.endswith("ies") and word[-4] not in "ae":
        return word[:-1] if len(word) == 4 else f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "shes", "ches", "tzes", "zzes")):
        return word[:-2]
    if word.endswith(("lyses", "theses")):
        return f"{word[:-2]}i"  # as of -lysis and -thesis
    if word.endswith("oes"):
        return word[:-2]
    if word.endswith("uses") and word[-5:-4] not in ("o", "a"):
        return word[:-2]  # viruses, and not houses or causes
    return word if word[-2] in "us" else word[:-1]
