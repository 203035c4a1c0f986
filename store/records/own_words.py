"""Whether a text is in one's own words, or in those of its source."""

from store.records.letters import fold_name

MOST_IN_A_ROW = 7
"""Words in a row that a gist may share with its source: more are the source's words."""


def find_copied(gist: str, source: str) -> str | None:
    """The first row of more than MOST_IN_A_ROW words that a gist has from its source, if any."""
    words, held = fold_name(gist).split(), f" {fold_name(source)} "
    for start in range(len(words) - MOST_IN_A_ROW):
        row = " ".join(words[start : start + MOST_IN_A_ROW + 1])
        if f" {row} " in held:
            return row
    return None
