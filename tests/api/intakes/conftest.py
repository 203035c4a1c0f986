"""Curators who submit articles to an empty store, and a worker that reads them."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from graphql import GraphQLSchema

from api.intakes.reader import ArticleReader
from api.intakes.working import Worker
from store.mongodb.driver import Database
from store.viewers import Viewer
from tests.intake.conftest import ARTICLES, read_article_file
from tests.schema.commands.conftest import EDITOR, Writing

LEASE = timedelta(seconds=2)

READ = """query ($key: String!) { intake(by: {key: $key}) {
  key state step failure { code message } warnings language text articleKey articleDraft fileName
  article { key curation } sameText { key } alike { article { key } share }
  proposalCount openCount
  proposals(first: 100) { nodes {
    key number kind state confidence origin reasons noun draft unresolved
    spans { start end exact prefix suffix exactSha256 }
    about { key } candidates { member name key record { key } }
    needs { key } record { key } decidedBy reason } } } }"""


class Curator:
    """Submits articles, has them read, and decides about what is proposed."""

    def __init__(self, database: Database, schema: GraphQLSchema, worker: Worker) -> None:
        self.database = database
        self.writing = Writing(database, schema)
        self.worker = worker

    async def submit(self, text: str | None = None, **given: Any) -> str:
        """The key of an intake."""
        members = {**({"text": text} if text is not None else {}), **given}
        payload = await self.writing.do("submitArticle", "intake { key }", **members)
        key: str = payload["intake"]["key"]
        return key

    async def read(self, key: str, viewer: Viewer = EDITOR) -> Any:
        """An intake as it is now."""
        body = await self.writing.execute(READ, viewer, key=key)
        assert "errors" not in body, body["errors"]
        return body["data"]["intake"]

    async def take_in(self, text: str, **given: Any) -> Any:
        """An intake that was read."""
        key = await self.submit(text, **given)
        await self.worker.work_off()
        return await self.read(key)


def find_text(name: str) -> str:
    """The text of an invented article."""
    file = next(file for file in ARTICLES if file.stem == name)
    text: str = read_article_file(file)["text"]
    return text


@pytest.fixture
async def worker(database: Database) -> AsyncIterator[Worker]:
    """A worker on an empty store."""
    made = Worker(database, ArticleReader(database), LEASE)
    yield made
    await made.stop()


@pytest.fixture
async def curator(database: Database, schema: GraphQLSchema, worker: Worker) -> Curator:
    """An editor with an empty store."""
    return Curator(database, schema, worker)
