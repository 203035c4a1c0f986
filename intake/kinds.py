"""What a proposal would write, and what made it: for whoever shows proposals and reads no text."""

from store.records.enums import Described

KNOWN_NOUNS = ("parties", "articles", "meetings", "commitments", "requests", "follow_ups")
"""The nouns of the records beside which an article is read."""


class ProposalKind(Described):
    """What a proposal would write."""

    PARTY = "PARTY", "A party that is not stored."
    MEETING = "MEETING", "A meeting that is not stored."
    MEETING_DATE = "MEETING_DATE", "Another day of a stored meeting, or a finer one."
    COMMITMENT = "COMMITMENT", "A commitment that is not stored."
    REQUEST = "REQUEST", "A request that is not stored."
    FOLLOW_UP = "FOLLOW_UP", "A follow-up that is not stored."
    EVIDENCE = "EVIDENCE", "New evidence on a stored commitment or follow-up."
    DOUBTFUL = "DOUBTFUL", "A sentence that sounds like a promise and hardly is one."


class ProposalOrigin(Described):
    """What made a proposal."""

    RULES = "RULES", "The rules of the intake."
    MODEL = "MODEL", "A language model."
