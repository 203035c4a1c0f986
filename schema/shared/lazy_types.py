"""The nouns by name, for modules that refer to each other: nothing is imported for them.

mypy and ruff look for the names here, where they are not, and so take each for `Any`.
"""

# ruff: noqa: F821
# mypy: disable-error-code="name-defined"

from typing import Annotated, TypeAlias

from strawberry import lazy

ArticleRef: TypeAlias = Annotated["Article", lazy("schema.articles")]
PartyRef: TypeAlias = Annotated["Party", lazy("schema.parties")]
OrganizationRef: TypeAlias = Annotated["Organization", lazy("schema.parties")]
MeetingRef: TypeAlias = Annotated["Meeting", lazy("schema.meetings")]
CommitmentRef: TypeAlias = Annotated["Commitment", lazy("schema.commitments")]
RequestRef: TypeAlias = Annotated["Request", lazy("schema.requests")]
FollowUpRef: TypeAlias = Annotated["FollowUp", lazy("schema.follow_ups")]
AssessmentRef: TypeAlias = Annotated["Assessment", lazy("schema.assessments")]
CheckLogRef: TypeAlias = Annotated["CheckLog", lazy("schema.check_logs")]
ConceptRef: TypeAlias = Annotated["Concept", lazy("schema.concepts")]
TrackableRef: TypeAlias = Annotated["Trackable", lazy("schema.trackables")]
IntakeRef: TypeAlias = Annotated["Intake", lazy("schema.intakes")]
ProposalRef: TypeAlias = Annotated["Proposal", lazy("schema.proposals")]

# Connections may be null, so that one that fails leaves the rest of the answer (decision 15).
Articles: TypeAlias = Annotated["ArticleConnection", lazy("schema.articles")] | None
Parties: TypeAlias = Annotated["PartyConnection", lazy("schema.parties")] | None
Meetings: TypeAlias = Annotated["MeetingConnection", lazy("schema.meetings")] | None
Commitments: TypeAlias = Annotated["CommitmentConnection", lazy("schema.commitments")] | None
Requests: TypeAlias = Annotated["RequestConnection", lazy("schema.requests")] | None
FollowUps: TypeAlias = Annotated["FollowUpConnection", lazy("schema.follow_ups")] | None
Assessments: TypeAlias = Annotated["AssessmentConnection", lazy("schema.assessments")] | None
CheckLogs: TypeAlias = Annotated["CheckLogConnection", lazy("schema.check_logs")] | None
Concepts: TypeAlias = Annotated["ConceptConnection", lazy("schema.concepts")] | None
Changes: TypeAlias = Annotated["ChangeConnection", lazy("schema.changes")] | None
Intakes: TypeAlias = Annotated["IntakeConnection", lazy("schema.intakes")] | None
Proposals: TypeAlias = Annotated["ProposalConnection", lazy("schema.proposals")] | None
Hits: TypeAlias = Annotated["SearchConnection", lazy("schema.search")] | None
Timeline: TypeAlias = Annotated["TimelineConnection", lazy("schema.timeline")] | None
