"""The settings: read once from the environment, frozen, passed in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from store.viewers import Role

PREFIX = "FOLLOWTHROUGH_"


class Settings(BaseSettings):
    """Every setting, each `FOLLOWTHROUGH_<NAME>` in the environment and an option of `serve`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        # What is wrong may be a secret.
        hide_input_in_errors=True,
    )

    host: str = Field("127.0.0.1", description="The address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on.")
    workers: int = Field(1, ge=1, le=64, description="How many processes serve requests.")
    mongodb_url: str | None = Field(
        None,
        description="A MongoDB 6 or newer to use (a replica set, a sharded cluster, Atlas); "
        "without it, one of our own is started.",
    )
    database: str = Field(
        "followthrough",
        pattern=r"^[A-Za-z0-9_-]{1,63}$",
        description="The name of the database in MongoDB.",
    )
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("followthrough"),
        description="Where our own MongoDB keeps its data.",
    )
    mongod: Path | None = Field(
        None, description="The mongod to start; else the one on PATH, else the one we came with."
    )
    cache_gb: float = Field(
        0.25, ge=0.25, description="The cache of our own MongoDB, in gigabytes."
    )
    answers: Literal["fast", "strict", "off"] = Field(
        "fast",
        description="Whether answers are kept while the data does not change: told of writes by "
        "MongoDB, within milliseconds; asking it each time; or not at all.",
    )
    answers_mb: int = Field(
        64, ge=1, le=4096, description="How much memory kept answers take, in megabytes."
    )
    version_wait_seconds: float = Field(
        5,
        ge=0,
        le=60,
        description="How long a request waits for the version of the data that it asks for.",
    )
    most_cost: int = Field(
        5_000,
        ge=1,
        description="The most that a query may cost: about the number of records it asks for.",
    )
    most_depth: int = Field(12, ge=1, description="How deep the fields of a query may nest.")
    query_seconds: float = Field(
        15, gt=0, description="How long a query may take, here and in MongoDB."
    )
    requests_per_minute: int = Field(
        0,
        ge=0,
        description="How many requests one client may send in a minute, for each worker; 0 for any "
        "number. A client is an address, or a token of those below.",
    )
    requests_in_flight: int = Field(
        0,
        ge=0,
        description="How many requests of one client may run at once, for each worker, a WebSocket "
        "being one; 0 for any number.",
    )
    subscribers: int = Field(
        2_000,
        ge=0,
        description="How many WebSockets and streams may be open, for each worker; 0 for none.",
    )
    subscriptions_per_socket: int = Field(
        20, ge=1, description="How many operations one WebSocket may run at a time."
    )
    slow_seconds: float = Field(
        10,
        gt=0,
        description="How long a subscriber may take for an event until it is left; it goes on with "
        "its last cursor.",
    )
    ping_seconds: float = Field(
        20,
        gt=0,
        description="How often an idle subscriber is sent a sign of life. One that does not answer "
        "over a WebSocket within as long is left.",
    )
    client_tokens: str | None = Field(
        None,
        description="The SHA-256 of each token, in hexadecimal and separated by spaces, that a "
        "client may send (`Authorization: Bearer`) to be counted by it and not by its address.",
    )
    oidc_issuer: str | None = Field(
        None,
        description="The OpenID provider whose tokens sign in, by the address that it gives as its "
        "issuer; without it, only tokens of our own do.",
    )
    oidc_client_id: str = Field(
        "followthrough",
        min_length=1,
        description="What this server is called at the provider: its tokens must be for it (aud).",
    )
    oidc_name_claim: str = Field(
        "preferred_username",
        min_length=1,
        description="The claim with a viewer's name, which people must not be able to change "
        "themselves; where it gives none, sub.",
    )
    oidc_role_claim: str = Field(
        "roles",
        min_length=1,
        description="The claim with a viewer's roles at the provider; dots lead into it, as in "
        "realm_access.roles.",
    )
    oidc_roles: str | None = Field(
        None,
        description="Which of its values give which role here, separated by commas: "
        "editor=EDITOR,staff=PROPOSER. Who has none of them is a READER.",
    )
    two_persons: bool = Field(
        False,
        description="Whether nobody may accept what they wrote themselves.",
    )
    trusted_only: bool = Field(
        False,
        description="Whether only registered documents are run (followthrough trust), in GraphiQL "
        "as well.",
    )
    draft_statuses: bool = Field(
        False,
        description="Whether application/graphql-response+json comes with the status codes of the "
        "newer draft: 422 for what cannot be run, 294 for data with errors.",
    )
    public_url: str | None = Field(
        None,
        description="The address under which the public reaches the server, such as "
        "https://example.org; links, citations and exports give it. Without it, they give the host "
        "that was asked for.",
    )
    site_name: str = Field(
        "Followthrough", min_length=1, description="What the reading pages are called."
    )
    site_subject: str = Field(
        "",
        description="What the site is about and who runs it, in a sentence or two for its front "
        "page.",
    )
    site_contact: str = Field(
        "", description="Whom readers can write to: an address of mail or of the web."
    )
    data_licence: str = Field(
        "",
        description="The licence of the data, such as CC BY 4.0 "
        "https://creativecommons.org/licenses/by/4.0/.",
    )
    embedded_by: str = Field(
        "*",
        description="Whose pages may show ours in a frame, at /embed/: origins separated by "
        "spaces; `*` for anybody's, `'none'` for nobody's. No other page of ours can be framed.",
    )
    allowed_hosts: str | None = Field(
        None,
        description="The hosts that requests may name, separated by spaces; `*.example.org` for "
        "all below one, `*` for any. Without it, localhost and its addresses, the one to listen "
        "on, and the one where a connection came in. That of the public address always.",
    )
    allowed_origins: str | None = Field(
        None,
        description="The other origins whose pages may read answers, separated by spaces; `*` for "
        "any. Without it, only pages of our own may.",
    )
    private_webhooks: bool = Field(
        False,
        description="Whether webhooks may be sent to addresses that are not public, such as "
        "127.0.0.1 and 10.0.0.0/8, and without TLS.",
    )
    model_url: str | None = Field(
        None,
        description="The language model that the intake asks beside its rules, of articles whose "
        "curator agrees: the address before /chat/completions, such as https://llm.example.org/v1. "
        "Without it, no text leaves the house.",
    )
    model_name: str = Field(
        "default",
        min_length=1,
        description="What that language model is called at its address.",
    )
    model_key: str | None = Field(
        None,
        repr=False,
        description="The key with which it is asked (Authorization: Bearer), if it wants one.",
    )
    model_seconds: float = Field(
        60,
        gt=0,
        le=600,
        description="How long it may take for an answer; it is asked twice at most.",
    )
    metrics: bool = Field(
        False, description="Whether `/metrics` tells Prometheus what the server does."
    )
    traces: bool = Field(
        False, description="Whether operations and MongoDB commands are traced by OpenTelemetry."
    )
    debug: bool = Field(
        False, description="Whether answers say in a header what ran them (X-Followthrough-Tier)."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="How log lines are written: for people, or one JSON object each."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least severe log lines to write."
    )
    shutdown_seconds: int = Field(
        30, ge=0, description="How long requests in flight may take to finish at the end."
    )

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that requests may name, whatever address a connection came in at."""
        if self.allowed_hosts is not None:
            named = self.allowed_hosts.split()
        else:
            named = ["localhost", "127.0.0.1", "[::1]", self.host]
        public = urlsplit(self.public_url or "").hostname
        return (*named, public) if public else tuple(named)

    @property
    def origins(self) -> tuple[str, ...]:
        """The other origins whose pages may read answers."""
        return tuple((self.allowed_origins or "").split())

    @property
    def known_tokens(self) -> frozenset[str]:
        """The digests of the tokens by which clients are counted."""
        return frozenset((self.client_tokens or "").lower().split())

    @property
    def roles_of_claim(self) -> Mapping[str, Role]:
        """The role that each value of the claim gives."""
        pairs = (pair.rpartition("=") for pair in (self.oidc_roles or "").split(","))
        return {value.strip(): Role[role.strip()] for value, _, role in pairs if role}

    @field_validator("oidc_issuer")
    @classmethod
    def _check_issuer(cls, text: str | None) -> str | None:
        if text is not None and not _ISSUER.fullmatch(text):
            raise ValueError(
                f"{text} is no such address; write https://login.example.org/realms/news, or http "
                "on this machine"
            )
        return text

    @field_validator("model_url")
    @classmethod
    def _check_model_url(cls, text: str | None) -> str | None:
        if text is not None and not _MODEL_URL.fullmatch(text):
            # Not shown, for it may hold a key.
            raise ValueError(
                "this is no such address; write https://llm.example.org/v1, without a query, and "
                "a key in FOLLOWTHROUGH_MODEL_KEY"
            )
        return text

    @field_validator("oidc_roles")
    @classmethod
    def _check_roles(cls, text: str | None) -> str | None:
        for pair in (text or "").split(",") if text else ():
            value, _, role = pair.rpartition("=")
            if not value.strip() or role.strip() not in Role.__members__:
                raise ValueError(
                    f"{pair.strip()!r} gives no role; write value=ROLE with one of "
                    f"{', '.join(Role.__members__)}"
                )
        return text

    @field_validator("client_tokens")
    @classmethod
    def _check_digests(cls, text: str | None) -> str | None:
        if not all(map(_DIGEST.fullmatch, (text or "").split())):
            # Not shown, for it may be a token.
            raise ValueError(
                "these are no SHA-256 digests; `printf %s TOKEN | sha256sum` writes a token's"
            )
        return text

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, text: str | None) -> str | None:
        if text is None:
            return None
        text = text.rstrip("/")
        if text == "*" or not _ORIGIN.fullmatch(text):
            raise ValueError(
                f"{text} is no such address; write https://example.org, without a path"
            )
        return text

    @field_validator("embedded_by")
    @classmethod
    def _check_ancestors(cls, text: str) -> str:
        wrong = [one for one in text.split() if one != "'none'" and not _ORIGIN.fullmatch(one)]
        if wrong or not text.strip() or ("'none'" in text and text.strip() != "'none'"):
            raise ValueError(
                f"{text!r} names no origins; write https://example.org, * for all or 'none'"
            )
        return " ".join(text.split())

    @field_validator("allowed_hosts")
    @classmethod
    def _check_hosts(cls, text: str | None) -> str | None:
        wrong = [one for one in (text or "").split() if not _HOST.fullmatch(one)]
        if wrong:
            raise ValueError(
                f"{wrong[0]} is no host; write example.org, without a scheme or a port"
            )
        return text

    @field_validator("allowed_origins")
    @classmethod
    def _check_origins(cls, text: str | None) -> str | None:
        wrong = [one for one in (text or "").split() if not _ORIGIN.fullmatch(one)]
        if wrong:
            raise ValueError(f"{wrong[0]} is no origin; write https://example.org, without a path")
        return text


_HOST = re.compile(r"\*|(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?|\[[0-9a-fA-F:.]+\]")
_ORIGIN = re.compile(r"\*|https?://[A-Za-z0-9.-]+(:[0-9]+)?|https?://\[[0-9a-fA-F:.]+\](:[0-9]+)?")


_ISSUER = re.compile(
    r"https://[^\s?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?(/[^\s?#@]*)?"
)
_MODEL_URL = re.compile(r"https?://[^\s?#@]+")
_DIGEST = re.compile(r"[0-9a-fA-F]{64}")


def redact(text: str) -> str:
    """The text without users and passwords in addresses, without their secret options, and without
    tokens and JWTs, for logs and people.

    Takes time in proportion to its length: clients write some of these texts.
    """
    if "@" in text:
        text = _WORD.sub(_hide_credentials, text)
    if "_" in text or "." in text:
        text = _JWT.sub("***", _TOKEN.sub(r"\1***", text))
    if "=" in text or ":" in text:
        text = _AWS_TOKEN.sub(r"\1***", _OPTION.sub(_hide_secret, text))
    return text


_WORD = re.compile(r"\S+")
_OPTION = re.compile(r"([?&;][^=?&;\s]*=)([^&;\s]*)")
_SECRET = re.compile("password|passwd|pwd|secret|token|properties", re.IGNORECASE)
_AWS_TOKEN = re.compile(r"(AWS_SESSION_TOKEN:)[^\s,&'\"]+", re.IGNORECASE)


_TOKEN = re.compile(r"(ft_[a-z0-9]{5,10}_|whsec_)[A-Za-z0-9+/=]{8,}")
_JWT = re.compile(r"eyJ[A-Za-z0-9_-]*\.eyJ[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]*)?")


def _hide_credentials(found: re.Match[str]) -> str:
    word = found[0]
    # Up to the last @, because a password that was not escaped may hold one.
    start, end = word.find("//") + 2, word.rfind("@")
    if 2 <= start <= end:
        return f"{word[:start]}***{word[end:]}"
    # Somebody may have left out the scheme, and is told so.
    return f"***{word[end:]}" if ":" in word[: max(end, 0)] else word


def _hide_secret(found: re.Match[str]) -> str:
    return f"{found[1]}***" if _SECRET.search(found[1]) else found[0]
