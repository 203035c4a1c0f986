"""The columns of an export of requests: each, and its status on a day."""

from collections.abc import Sequence

from api.exports.columns import Column, make_column, share_columns

QUERY = """
query Export(
  $filter: RequestFilter, $orderBy: [TrackableOrder!], $asOf: Date, $knownAt: DateTime
) {
  requests(filter: $filter, orderBy: $orderBy) {
    nodes {
      key url title gist topics strength curation recordedAt updatedAt version
      askers { key name }
      asked { key name }
      madeOn { edtf earliest latest }
      madeAt { key title recordedAt }
      identifiers { scheme value } sourceUrl inLanguage
      articles { key recordedAt }
      status(asOf: $asOf, knownAt: $knownAt) {
        value derived assessed answer contested verification certainty existence alternatives
        explanation followUpCount
        decidedBy { key } openChallenges { key }
      }
    }
  }
}
"""

COLUMNS: Sequence[Column] = (
    make_column("key", "key", "The request's key."),
    *share_columns("url", "title"),
    make_column("gist", "gist", "What is asked, in our own words."),
    make_column("askers", "askers.key", "Who asked: keys."),
    make_column("askerNames", "askers.name", "Who asked: names."),
    make_column("asked", "asked.key", "Who was asked: keys."),
    make_column("askedNames", "asked.name", "Who was asked: names."),
    *share_columns("topics", "strength", "madeOn", "madeOnEarliest", "madeOnLatest"),
    *share_columns("madeAt", "madeAtTitle", "articles", "asOf", "knownAt"),
    *share_columns("status", "derived", "assessed"),
    make_column("answer", "status.answer", "How it was answered by then: `RequestAnswer`."),
    *share_columns("contested", "verification", "certainty", "alternatives", "existence"),
    *share_columns("decidedBy", "openChallenges", "followUpCount", "explanation"),
    *share_columns("curation", "recordedAt", "updatedAt", "version"),
    *share_columns("identifiers", "identifierSchemes", "sourceUrl", "inLanguage"),
)
