"""Tokens in a real store: what is kept of them, how they are found, used and revoked."""

from datetime import UTC, datetime, timedelta

import pytest

from store.mongodb.driver import Database
from store.tokens import (
    FORM,
    NOTED_EVERY,
    BadName,
    NoSuchToken,
    SeveralTokens,
    Tokens,
    check_name,
)
from store.viewers import Role

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture
def tokens(database: Database) -> Tokens:
    return Tokens(database)


async def test_text_is_shown_once_and_its_secret_is_not_kept(
    tokens: Tokens, database: Database
) -> None:
    text, made = await tokens.create("news desk", Role.EDITOR, NOW, NOW + timedelta(days=90))
    parts = FORM.fullmatch(text)
    assert parts is not None and parts["prefix"] == made.prefix
    (kept,) = await database.find("tokens", {})
    assert parts["secret"] not in str(kept)
    assert kept == {
        "_id": made.prefix,
        "digest": made.digest,
        "name": "news desk",
        "role": "EDITOR",
        "createdAt": NOW,
        "expiresAt": NOW + timedelta(days=90),
    }


async def test_token_reads_back_and_opens_with_its_secret_alone(tokens: Tokens) -> None:
    text, made = await tokens.create("news desk", Role.PROPOSER, NOW)
    found = await tokens.find(made.prefix)
    assert found == made
    secret = text.rpartition("_")[2]
    assert found is not None and found.opens_with(secret)
    assert not found.opens_with(secret[:-1]) and not found.opens_with(made.digest)
    assert await tokens.find("0000000000") is None


async def test_tokens_differ(tokens: Tokens) -> None:
    texts = {(await tokens.create("a", Role.READER, NOW))[0] for _ in range(20)}
    assert len({text.rpartition("_")[2] for text in texts}) == 20


async def test_revoked_by_prefix_or_by_name_and_kept_with_the_moment(tokens: Tokens) -> None:
    _, one = await tokens.create("one", Role.EDITOR, NOW)
    _, two = await tokens.create("two", Role.EDITOR, NOW)
    revoked = await tokens.revoke(one.prefix, NOW)
    assert (revoked.prefix, revoked.revoked_at) == (one.prefix, NOW)
    assert (await tokens.revoke("two", NOW)).prefix == two.prefix
    again = await tokens.revoke(one.prefix, NOW + timedelta(days=1))
    assert again.revoked_at == NOW
    assert [token.revoked_at for token in await tokens.list_all()] == [NOW, NOW]


async def test_a_name_of_several_is_not_guessed(tokens: Tokens) -> None:
    _, old = await tokens.create("bot", Role.EDITOR, NOW)
    _, new = await tokens.create("bot", Role.EDITOR, NOW)
    with pytest.raises(SeveralTokens, match=", ".join(sorted((old.prefix, new.prefix)))):
        await tokens.revoke("bot", NOW)
    await tokens.revoke(old.prefix, NOW)
    # One of them is revoked already, and the name means the other.
    assert (await tokens.revoke("bot", NOW)).prefix == new.prefix
    for named in ("bot", "nobody"):
        with pytest.raises(NoSuchToken, match=f"{named}: no token has this prefix or name"):
            await tokens.revoke(named, NOW)


async def test_last_use_is_noted_once_a_minute(tokens: Tokens) -> None:
    _, made = await tokens.create("bot", Role.EDITOR, NOW)

    async def noted(at: datetime) -> datetime | None:
        await tokens.note_use(made.prefix, at)
        found = await tokens.find(made.prefix)
        return found.used_at if found else None

    assert await noted(NOW) == NOW
    assert await noted(NOW + timedelta(seconds=59)) == NOW
    assert await noted(NOW - timedelta(hours=1)) == NOW
    assert await noted(NOW + NOTED_EVERY) == NOW + NOTED_EVERY


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[2J", "a" * 256])
def test_name_is_a_line(name: str) -> None:
    with pytest.raises(BadName):
        check_name(name)
    assert check_name(" Zoë, news desk ") == "Zoë, news desk"
