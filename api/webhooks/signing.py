"""The headers of a message, signed as Standard Webhooks has it. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping

PREFIX = "whsec_"


def make_headers(
    message: str, moment: int, body: bytes, secrets: Iterable[str]
) -> Mapping[str, str]:
    """The id, the moment in seconds since 1970, and a signature of both and the body by each
    secret, so that a receiver may know any of them.
    """
    signed = f"{message}.{moment}.".encode() + body
    return {
        "webhook-id": message,
        "webhook-timestamp": str(moment),
        "webhook-signature": " ".join(f"v1,{_sign(secret, signed)}" for secret in secrets),
    }


def _sign(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
