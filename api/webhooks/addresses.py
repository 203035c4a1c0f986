"""Where webhooks may be sent: to public addresses, unless the operator allows others.

A name is looked up once for each message, and the connection goes to the very address that was
checked: a name that is turned to another address in between leads nowhere else.
"""

import asyncio
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

_NAT64 = IPv6Network("64:ff9b::/96")
LONGEST = 2_000


class BadAddress(ValueError):
    """An address to which no webhook is sent; the message says why, and the remedy."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: the address as given with an IP address in place of the host, the value
    of `Host`, and the name for TLS.
    """

    url: str
    host: str
    name: str


def check_url(url: str, *, private: bool) -> SplitResult:
    """The parts of an address that a webhook may have, whatever its name leads to. With `private`,
    it may be without TLS. Raises BadAddress.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddress(f"{url[:200]} is no address; write https://example.org/hook") from None
    if parts.scheme not in (("https", "http") if private else ("https",)):
        raise BadAddress(
            "an address of a webhook begins with https://; without TLS only where "
            "FOLLOWTHROUGH_PRIVATE_WEBHOOKS allows it"
        )
    if not parts.hostname or port == 0 or len(url) > LONGEST or not url.isprintable():
        raise BadAddress("this address has no host, or is too long; write https://example.org/hook")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise BadAddress(
            "leave user, password and fragment out of the address; the signature says who sends"
        )
    return parts


async def find_target(url: str, *, private: bool) -> Target:
    """Where to connect to. Raises BadAddress, also where a name leads nowhere."""
    parts = check_url(url, private=private)
    assert parts.hostname is not None
    port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    found = await _look_up(parts.hostname, port)
    for address in found:
        if not private and not is_public(address):
            raise BadAddress(
                f"{parts.hostname} leads to {address}, which is not public; "
                "FOLLOWTHROUGH_PRIVATE_WEBHOOKS allows such addresses"
            )
    shown = f"[{found[0]}]" if isinstance(found[0], IPv6Address) else str(found[0])
    pinned = parts._replace(netloc=f"{shown}:{port}").geturl()
    return Target(pinned, parts.netloc, parts.hostname)


async def _look_up(host: str, port: int) -> list[IPv4Address | IPv6Address]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadAddress(f"{host} leads nowhere: there is no such name") from None
    # A scope (`fe80::1%eth0`) says by which interface, and makes no address public.
    return [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is one of the public internet, and so is what is wrapped in it."""
    if isinstance(address, IPv6Address) and address in _NAT64:
        # Python takes all of these for reserved.
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return True
    inner = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
    return all(is_public(one) for one in inner if one is not None)
