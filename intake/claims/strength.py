"""How firmly something is promised, by its wording."""

import re

from intake.claims.triggers import Trigger
from intake.lexicon import Lexicon
from intake.text.segments import Sentence
from store.records.commitments import Strength

_BEFORE, _BEHIND = 24, 60
"""Characters around the end of a verb whose words say how firm it is."""


def grade_strength(text: str, sentence: Sentence, trigger: Trigger, lexicon: Lexicon) -> Strength:
    """The strength of the wording: what the verb says, less or more by what follows it."""
    says = Strength(trigger.pattern.says)
    if says is not Strength.PLEDGED:
        return says
    words = lexicon.words
    begin = max(trigger.start, trigger.end - _BEFORE)
    behind = text[begin : min(sentence.end, trigger.end + _BEHIND)].lower()
    following = re.findall(r"[^\W\d_]+", behind)
    if trigger.is_a("considered") and words("consider") & set(following[:6]):
        return Strength.WILLING
    near = set(re.findall(r"[^\W\d_]+", trigger.words.lower())) | set(following[:5])
    if near & words("go_on"):
        return Strength.CONTINUING
    if any(p.regex.search(sentence.text) for p in lexicon.patterns["measures"]):
        return Strength.SPECIFIC
    if set(following[:6]) & words("concrete"):
        return Strength.SPECIFIC
    return Strength.PLEDGED
