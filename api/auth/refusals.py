"""Why a credential opens nothing: for the client, the log and the metrics, never with the
credential.
"""

from enum import StrEnum

from starlette.authentication import AuthenticationError


class Reason(StrEnum):
    """Why a sign-in was refused."""

    MALFORMED = "MALFORMED"
    """What was sent is no token, and no JWT."""
    UNKNOWN = "UNKNOWN"
    """There is no such token, or its secret is another."""
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"
    NOT_YET_VALID = "NOT_YET_VALID"
    ALGORITHM = "ALGORITHM"
    """A JWT that is not signed, or in a way that is not taken."""
    KEY = "KEY"
    """A JWT by a key that the provider does not have."""
    SIGNATURE = "SIGNATURE"
    ISSUER = "ISSUER"
    AUDIENCE = "AUDIENCE"
    CLAIMS = "CLAIMS"
    """A JWT that lacks what it must say."""
    TOO_MANY = "TOO_MANY"
    """Too many were refused that came from this address."""
    UNAVAILABLE = "UNAVAILABLE"
    """MongoDB or the provider could not be asked."""


class SignInRefused(AuthenticationError):
    """A credential that opens nothing. The message is for people and names the remedy. `subject` is
    for the log: whose it is and which, where that is known for certain.
    """

    status = 401
    code = "UNAUTHENTICATED"

    def __init__(self, reason: Reason, message: str, subject: str | None = None) -> None:
        super().__init__(message)
        self.reason, self.subject = reason, subject
        self.retry_after: int | None = None


class TooManyRefused(SignInRefused):
    """Too many sign-ins from this address were refused; `wait` is in seconds."""

    status = 429
    code = "TOO_MANY_REQUESTS"

    def __init__(self, wait: int) -> None:
        message = f"too many sign-ins from this address were refused; wait {wait} s"
        super().__init__(Reason.TOO_MANY, message)
        self.retry_after = wait


class SignInUnavailable(SignInRefused):
    """It cannot be known now whether the credential opens anything."""

    status = 503
    code = "UNAVAILABLE"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(Reason.UNAVAILABLE, message)
        self.retry_after = retry_after
