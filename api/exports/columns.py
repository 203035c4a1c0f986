"""What a column of an export is, and those of commitments: each, and its status on a day.

Columns are a promise to whoever reads the files: new ones are added at the end; none is removed,
and none changes its meaning.
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
      implementers { party { key name } part }
      identifiers { scheme value } sourceUrl inLanguage
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


def make_column(name: str, path: str, description: str) -> Column:
    """A column whose path is written with dots."""
    return Column(name, description, tuple(path.split(".")) if path else ())


COLUMNS: Sequence[Column] = (
    make_column("key", "key", "The commitment's key."),
    make_column("url", "url", "Its address."),
    make_column("title", "title", "A short title."),
    make_column("gist", "gist", "What it says, in our own words."),
    make_column("promisors", "promisors.party.key", "Who promised: keys."),
    make_column("promisorNames", "promisors.party.name", "Who promised: names."),
    make_column("attributions", "promisors.attribution", "Through whose words, for each promisor."),
    make_column("addressees", "addressees.key", "To whom it was promised: keys."),
    make_column("addresseeNames", "addressees.name", "To whom it was promised: names."),
    make_column("beneficiaries", "beneficiaries.key", "Whom it is meant to serve: keys."),
    make_column("beneficiaryNames", "beneficiaries.name", "Whom it is meant to serve: names."),
    make_column("topics", "topics", "What it is about, from wide to narrow."),
    make_column("term", "term", "Whether it is done once, holds, or is a lasting effort: `Term`."),
    make_column("strength", "strength", "How demanding the wording is: `Strength`."),
    make_column("madeOn", "madeOn.edtf", "When it was made, in EDTF."),
    make_column("madeOnEarliest", "madeOn.earliest", "The first day that this may be."),
    make_column("madeOnLatest", "madeOn.latest", "The last day that this may be."),
    make_column("madeAt", "madeAt.key", "The meeting at which it was made: its key."),
    make_column("madeAtTitle", "madeAt.title", "The meeting at which it was made: its title."),
    make_column("dueOn", "dueOn.edtf", "The date by which it is due, in EDTF."),
    make_column("dueOnEarliest", "dueOn.earliest", "The first day that this may be."),
    make_column("dueOnLatest", "dueOn.latest", "The last day that this may be."),
    make_column("test", "test", "What would count as done."),
    make_column("verifiable", "verifiable", "Whether anything could show that it was kept."),
    make_column(
        "presupposesEarlier",
        "presupposesEarlier",
        "Whether it is said to restate a promise not in the store.",
    ),
    make_column("articles", "articles.key", "The articles that are evidence of it: keys."),
    make_column("asOf", "", "The day for which the columns from here to `explanation` hold."),
    make_column("knownAt", "", "Only records up to this moment count; empty if all do."),
    make_column("status", "status.value", "The status: `StatusValue`. Empty before it was made."),
    make_column("derived", "status.derived", "The status that follows from the follow-ups."),
    make_column(
        "assessed", "status.assessed", "The status by the assessment that counts on the day."
    ),
    make_column("contested", "status.contested", "Whether a challenge is unanswered."),
    make_column("verification", "status.verification", "How well the status is verified."),
    make_column(
        "certainty", "status.certainty", "Whether vague dates leave one answer or several."
    ),
    make_column(
        "alternatives", "status.alternatives", "The other statuses that vague dates leave open."
    ),
    make_column("existence", "status.existence", "Whether it had certainly been made by then."),
    make_column("decidedBy", "status.decidedBy.key", "The follow-ups that decided it: keys."),
    make_column("openChallenges", "status.openChallenges.key", "The unanswered challenges: keys."),
    make_column(
        "followUpCount",
        "status.followUpCount",
        "How many accepted follow-ups had certainly happened.",
    ),
    make_column(
        "daysSilent", "status.daysSilent", "Days since the last follow-up, or since it was made."
    ),
    make_column(
        "overdue", "status.overdue", "Whether the due date has passed and nothing closed it."
    ),
    make_column(
        "explanation", "status.explanation", "The status in full sentences, ready to print."
    ),
    make_column("curation", "curation", "The record's stage of review: `Curation`."),
    make_column("recordedAt", "recordedAt", "When the store first recorded it."),
    make_column("updatedAt", "updatedAt", "When the record was last changed."),
    make_column("version", "version", "The record's version, from 1."),
    make_column("implementers", "implementers.party.key", "Who is to carry it out: keys."),
    make_column("implementerNames", "implementers.party.name", "Who is to carry it out: names."),
    make_column("implementerParts", "implementers.part", "Whether each of them leads or helps."),
    make_column("identifiers", "identifiers.value", "What it is called in other registers."),
    make_column("identifierSchemes", "identifiers.scheme", "The register of each identifier."),
    make_column("sourceUrl", "sourceUrl", "The address of its page at the source."),
    make_column("inLanguage", "inLanguage", "The language of its texts, a BCP 47 tag."),
)

_BY_NAME = {column.name: column for column in COLUMNS}


def share_columns(*names: str) -> Sequence[Column]:
    """The columns of commitments that mean the same of another noun."""
    return [_BY_NAME[name] for name in names]


def make_row(
    columns: Sequence[Column],
    node: Node,
    asked: Mapping[str, Any],
    known_at: datetime | None = None,
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
        for column in columns
    }


def _was_known(record: Node, known_at: datetime) -> bool:
    return to_instant(record["recordedAt"]) <= known_at


def _read_value(value: Any, path: Sequence[str]) -> Any:
    if isinstance(value, list):
        return [_read_value(item, path) for item in value]
    if not path or value is None:
        return value
    # What only some types have is empty for the others: a person is no part of an organisation.
    return _read_value(value.get(path[0]), path[1:])
