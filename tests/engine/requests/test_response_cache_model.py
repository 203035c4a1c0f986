"""Kept answers against a model: whatever is put and heard, what is remembered of reads is exactly
what the answers that are still there have read.
"""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from engine.requests.response_cache import ResponseCache
from store.feed import News
from store.reads.read_tracking import ANYTHING, Read
from tests.engine.requests.test_response_cache import put
from tests.tiers import examples

LISTS = ("parties", "meetings")
RECORDS = tuple((noun, key) for noun in LISTS for key in "abc")
READS = st.frozensets(st.sampled_from([*LISTS, *RECORDS, ANYTHING]), max_size=5)
NAMES = st.sampled_from([b"q1", b"q2", b"q3", b"q4"])


@dataclass
class Model:
    """What must be there, written without any index of who read what."""

    version: int | None = None
    answers: dict[bytes, frozenset[Read]] = field(default_factory=dict)


class ResponseCacheMachine(RuleBasedStateMachine):
    """Puts, writes and versions in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = ResponseCache(1_000_000)
        self.model = Model()

    @rule(key=NAMES, reads=READS)
    def put(self, key: bytes, reads: frozenset[Read]) -> None:
        version = self.model.version or 1
        put(self.kept, key, version, b"answer", reads)
        self.model.version = version
        self.model.answers[key] = reads

    @rule(key=NAMES, reads=READS)
    def put_of_another_version(self, key: bytes, reads: frozenset[Read]) -> None:
        version = (self.model.version or 1) + 10
        put(self.kept, key, version, b"answer", reads)
        self.model = Model(version, {key: reads})

    @rule(
        lists=st.frozensets(st.sampled_from(LISTS)), records=st.frozensets(st.sampled_from(RECORDS))
    )
    def hear_of_a_write(self, lists: frozenset[str], records: frozenset[tuple[str, str]]) -> None:
        version = (self.model.version or 0) + 1
        self.kept.hear(News(version, records, lists))
        touched = {ANYTHING, *lists, *records}
        known = self.model.version is not None
        left = {
            k: reads for k, reads in self.model.answers.items() if known and not reads & touched
        }
        self.model = Model(version, left)

    @rule()
    def hear_of_a_write_that_was_missed(self) -> None:
        version = (self.model.version or 0) + 2
        self.kept.hear(News(version, frozenset(), frozenset()))
        self.model = Model(version)

    @invariant()
    def what_is_remembered_is_what_the_answers_read(self) -> None:
        readers: dict[Read, set[bytes]] = {}
        for key, reads in self.model.answers.items():
            for read in reads:
                readers.setdefault(read, set()).add(key)
        assert self.kept._readers == readers
        assert self.kept._answers.keys() == self.model.answers.keys()
        assert self.kept._bytes == sum(answer.size for answer in self.kept._answers.values())
        for key in self.model.answers:
            assert self.kept.get(key, self.model.version) == b"answer"


TestResponseCache = ResponseCacheMachine.TestCase
TestResponseCache.settings = settings(
    max_examples=examples(200), stateful_step_count=30, deadline=None
)
