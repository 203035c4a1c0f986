"""The nouns by name, for modules that refer to each other."""

from typing import TYPE_CHECKING, Annotated, TypeAlias

from strawberry import lazy

if TYPE_CHECKING:
    from schema.articles import Article, ArticleConnection
    from schema.assessments import Assessment, AssessmentConnection
    from schema.changes import ChangeConnection
    from schema.check_logs import CheckLogConnection
    from schema.commitments import Commitment, CommitmentConnection
    from schema.follow_ups import FollowUp, FollowUpConnection
    from schema.meetings import Meeting, MeetingConnection
    from schema.parties import Organization, Party, PartyConnection
    from schema.requests import Request, RequestConnection
    from schema.search import SearchConnection
    from schema.timeline import TimelineConnection
    from schema.trackables import Trackable

ArticleRef: TypeAlias = Annotated["Article", lazy("schema.articles")]
PartyRef: TypeAlias = Annotated["Party", lazy("schema.parties")]
OrganizationRef: TypeAlias = Annotated["Organization", lazy("schema.parties")]
MeetingRef: TypeAlias = Annotated["Meeting", lazy("schema.meetings")]
CommitmentRef: TypeAlias = Annotated["Commitment", lazy("schema.commitments")]
RequestRef: TypeAlias = Annotated["Request", lazy("schema.requests")]
FollowUpRef: TypeAlias = Annotated["FollowUp", lazy("schema.follow_ups")]
AssessmentRef: TypeAlias = Annotated["Assessment", lazy("schema.assessments")]
TrackableRef: TypeAlias = Annotated["Trackable", lazy("schema.trackables")]

# Connections may be null, so that one that fails leaves the rest of the answer (decision 15).
Articles: TypeAlias = Annotated["ArticleConnection", lazy("schema.articles")] | None
Parties: TypeAlias = Annotated["PartyConnection", lazy("schema.parties")] | None
Meetings: TypeAlias = Annotated["MeetingConnection", lazy("schema.meetings")] | None
Commitments: TypeAlias = Annotated["CommitmentConnection", lazy("schema.commitments")] | None
Requests: TypeAlias = Annotated["RequestConnection", lazy("schema.requests")] | None
FollowUps: TypeAlias = Annotated["FollowUpConnection", lazy("schema.follow_ups")] | None
Assessments: TypeAlias = Annotated["AssessmentConnection", lazy("schema.assessments")] | None
CheckLogs: TypeAlias = Annotated["CheckLogConnection", lazy("schema.check_logs")] | None
Changes: TypeAlias = Annotated["ChangeConnection", lazy("schema.changes")] | None
Hits: TypeAlias = Annotated["SearchConnection", lazy("schema.search")] | None
Timeline: TypeAlias = Annotated["TimelineConnection", lazy("schema.timeline")] | None
