"""What of the store the intake reads an article beside: its accepted records, and fingerprints."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from intake.names.directory import Directory, make_directory
from store.records.articles import Article
from store.records.base import Record, is_live
from store.records.commitments import Commitment
from store.records.follow_ups import FollowUp
from store.records.meetings import Meeting
from store.records.parties import Party
from store.records.requests import Request


@dataclass(frozen=True)
class Known:
    """The live records of a store by noun and key, and a fingerprint of each article's text."""

    directory: Directory
    articles: Mapping[str, Article] = field(default_factory=dict)
    meetings: Mapping[str, Meeting] = field(default_factory=dict)
    commitments: Mapping[str, Commitment] = field(default_factory=dict)
    requests: Mapping[str, Request] = field(default_factory=dict)
    follow_ups: Mapping[str, FollowUp] = field(default_factory=dict)
    fingerprints: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @property
    def trackables(self) -> Mapping[str, Commitment | Request]:
        """Commitments and requests by key."""
        return {**self.commitments, **self.requests}


def gather_known(
    records: Iterable[Record], fingerprints: Mapping[str, frozenset[int]] | None = None
) -> Known:
    """What is known from these records; those that are not live are left out."""
    given = list(records)
    directory = make_directory(r for r in given if isinstance(r, Party))
    live = [_follow_mergers(r, directory) for r in given if is_live(r)]
    return Known(
        directory=directory,
        articles={r.key: r for r in live if isinstance(r, Article)},
        meetings={r.key: r for r in live if isinstance(r, Meeting)},
        commitments={r.key: r for r in live if isinstance(r, Commitment)},
        requests={r.key: r for r in live if isinstance(r, Request)},
        follow_ups={r.key: r for r in live if isinstance(r, FollowUp)},
        fingerprints=fingerprints or {},
    )


def _follow_mergers(record: Record, directory: Directory) -> Record:
    """The record with the parties that live on in place of those merged into them."""

    def follow(key: str) -> str:
        return directory.survivors.get(key, key)

    match record:
        case Meeting():
            seats = tuple(
                seat.model_copy(
                    update={
                        "party": follow(seat.party) if seat.party else None,
                        "on_behalf_of": follow(seat.on_behalf_of) if seat.on_behalf_of else None,
                    }
                )
                for seat in record.participations
            )
            return record.model_copy(update={"participations": seats})
        case Commitment():
            promisors = tuple(
                p.model_copy(update={"party": follow(p.party)}) for p in record.promisors
            )
            return record.model_copy(update={"promisors": promisors})
        case Request():
            asked = tuple(follow(key) for key in record.asked)
            return record.model_copy(update={"asked": asked})
        case _:
            return record
