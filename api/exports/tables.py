"""The tables that can be exported: for each noun what is asked, and its columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.exports import columns, records, requests
from api.exports.columns import Column


@dataclass(frozen=True, slots=True)
class Table:
    """`noun` is as in addresses; `query` has the parameters of an address as its variables."""

    noun: str
    query: str
    columns: Sequence[Column]


TABLES: Mapping[str, Table] = {
    table.noun: table
    for table in (
        Table("commitments", columns.QUERY, columns.COLUMNS),
        Table("requests", requests.QUERY, requests.COLUMNS),
        Table("follow-ups", records.FOLLOW_UPS_QUERY, records.FOLLOW_UPS),
        Table("meetings", records.MEETINGS_QUERY, records.MEETINGS),
        Table("parties", records.PARTIES_QUERY, records.PARTIES),
        Table("articles", records.ARTICLES_QUERY, records.ARTICLES),
    )
}
