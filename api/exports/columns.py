"""The columns of an export: a commitment, and its status on a day.

They are a promise to whoever reads the files: new ones are added at the end; none is removed, and
none changes its meaning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from schema.shared.scalars import to_instant

Node: TypeAlias = Mapping[str, Any]

QUERY = """
query Export(
  $filter: CommitmentFilter, $orderBy: [TrackableOrder!], $asOf: Date, $knownAt: DateTime
) {
  commitments(filter: $filter, orderBy: $orderBy) {
    nodes {
      key url title gist topics term strength test verifiable presupposesEarlier
      curation recordedAt updatedAt version
      promisors { party { key name } attribution }
      addressees { key name }
      beneficiaries { key name }
      madeOn { edtf earliest latest }
      madeAt { key title recordedAt }
      dueOn { edtf earliest latest }
      articles { key recordedAt }
      status(asOf: $asOf, knownAt: $knownAt) {
        value derived assessed contested verification certainty existence alternatives
        overdue daysSilent explanation followUpCount
        decidedBy { key } openChallenges { key }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its description, and the path of its value in a node of `QUERY`.

    Lists on the way are gone through. `path` is empty for a value that the request gives.
    """

    name: str
    description: str
    path: tuple[str, ...]


def _column(name: str, path: str, description: str) -> Column:
    return Column(name, description, tuple(path.split(".")) if path else ())


COLUMNS: Sequence[Column] = (
    _column("key", "key", "The commitment's key."),
    _column("url", "url", "Its address."),
    _column("title", "title", "A short title."),
    _column("gist", "gist", "What it says, in our own words."),
    _column("promisors", "promisors.party.key", "Who promised: keys."),
    _column("promisorNames", "promisors.party.name", "Who promised: names."),
    _column("attributions", "promisors.attribution", "Through whose words, for each promisor."),
    _column("addressees", "addressees.key", "To whom it was promised: keys."),
    _column("addresseeNames", "addressees.name", "To whom it was promised: names."),
    _column("beneficiaries", "beneficiaries.key", "Whom it is meant to serve: keys."),
    _column("beneficiaryNames", "beneficiaries.name", "Whom it is meant to serve: names."),
    _column("topics", "topics", "What it is about, from wide to narrow."),
    _column("term", "term", "Whether it is done once, holds, or is a lasting effort: `Term`."),
    _column("strength", "strength", "How demanding the wording is: `Strength`."),
    _column("madeOn", "madeOn.edtf", "When it was made, in EDTF."),
    _column("madeOnEarliest", "madeOn.earliest", "The first day that this may be."),
    _column("madeOnLatest", "madeOn.latest", "The last day that this may be."),
    _column("madeAt", "madeAt.key", "The meeting at which it was made: its key."),
    _column("madeAtTitle", "madeAt.title", "The meeting at which it was made: its title."),
    _column("dueOn", "dueOn.edtf", "The date by which it is due, in EDTF."),
    _column("dueOnEarliest", "dueOn.earliest", "The first day that this may be."),
    _column("dueOnLatest", "dueOn.latest", "The last day that this may be."),
    _column("test", "test", "What would count as done."),
    _column("verifiable", "verifiable", "Whether anything could show that it was kept."),
    _column(
        "presupposesEarlier",
        "presupposesEarlier",
        "Whether it is said to restate a promise not in the store.",
    ),
    _column("articles", "articles.key", "The articles that are evidence of it: keys."),
    _column("asOf", "", "The day for which the columns from here to `explanation` hold."),
    _column("knownAt", "", "Only records up to this moment count; empty if all do."),
    _column("status", "status.value", "The status: `StatusValue`. Empty before it was made."),
    _column("derived", "status.derived", "The status that follows from the follow-ups."),
    _column("assessed", "status.assessed", "The status by the assessment that counts on the day."),
    _column("contested", "status.contested", "Whether a challenge is unanswered."),
    _column("verification", "status.verification", "How well the status is verified."),
    _column("certainty", "status.certainty", "Whether vague dates leave one answer or several."),
    _column(
        "alternatives", "status.alternatives", "The other statuses that vague dates leave open."
    ),
    _column("existence", "status.existence", "Whether it had certainly been made by then."),
    _column("decidedBy", "status.decidedBy.key", "The follow-ups that decided it: keys."),
    _column("openChallenges", "status.openChallenges.key", "The unanswered challenges: keys."),
    _column(
        "followUpCount",
        "status.followUpCount",
        "How many accepted follow-ups had certainly happened.",
    ),
    _column(
        "daysSilent", "status.daysSilent", "Days since the last follow-up, or since it was made."
    ),
    _column("overdue", "status.overdue", "Whether the due date has passed and nothing closed it."),
    _column("explanation", "status.explanation", "The status in full sentences, ready to print."),
    _column("curation", "curation", "The record's stage of review: `Curation`."),
    _column("recordedAt", "recordedAt", "When the store first recorded it."),
    _column("updatedAt", "updatedAt", "When the record was last changed."),
    _column("version", "version", "The record's version, from 1."),
)


def make_row(
    node: Node, asked: Mapping[str, Any], known_at: datetime | None = None
) -> dict[str, Any]:
    """The values of a node by column; `asked` has those of columns without a path.

    With `known_at`, a meeting and articles that were recorded later are left out.
    """
    if known_at is not None:
        articles = [one for one in node["articles"] if _was_known(one, known_at)]
        made_at = node["madeAt"]
        if made_at is not None and not _was_known(made_at, known_at):
            made_at = None
        node = {**node, "articles": articles, "madeAt": made_at}
    return {
        column.name: _read_value(node, column.path) if column.path else asked[column.name]
        for column in COLUMNS
    }


def _was_known(record: Node, known_at: datetime) -> bool:
    return to_instant(record["recordedAt"]) <= known_at


def _read_value(value: Any, path: Sequence[str]) -> Any:
    if isinstance(value, list):
        return [_read_value(item, path) for item in value]
    if not path or value is None:
        return value
    return _read_value(value[path[0]], path[1:])
