"""Which addresses files may be downloaded from: pure judgement, no name is resolved here.

An address is taken apart by a narrow grammar of its own. What it lets pass every reader takes apart
alike, so that nobody can write one that is judged as one host and asked as another.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from bot.errors import MediaError, MediaReason

DISCORD_HOSTS = ("cdn.discordapp.com:443", "media.discordapp.net:443")
"""Where Discord keeps attachments."""

_PORTS = {"https": 443, "http": 80}
_MOST = 2048
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<place>[a-z0-9.:\[\]-]+)(?:/[!$-;=?-\[\]_a-z~]*)?",
    re.IGNORECASE | re.ASCII,
)
"""Without user, fragment, backslash, blanks or anything that is not ASCII."""
_PLACE = re.compile(r"(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.ASCII)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)

_PUBLIC_6 = IPv6Network("2000::/3")
_TUNNELS_6 = tuple(IPv6Network(net) for net in ("2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20"))
"""Within what is public: Teredo and other protocols' own, 6to4, and two that documents use."""
_PROTOCOLS_4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
"""The same of IPv4."""


@dataclass(frozen=True, slots=True)
class Host:
    """A host and a port; the name in lower case, an IP address in its shortest form."""

    name: str
    port: int

    def __str__(self) -> str:
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"

    @property
    def address(self) -> IPv4Address | IPv6Address | None:
        """The IP address that it is, None for a name."""
        try:
            return ip_address(self.name)
        except ValueError:
            return None

    @property
    def is_loopback(self) -> bool:
        """Whether it is an IP address of this machine itself: 127.0.0.0/8 or ::1."""
        address = self.address
        return address is not None and _is_loopback(address)

    @property
    def may_be_listed(self) -> bool:
        """Whether it is a name, a public IP address or one of this machine."""
        address = self.address
        return address is None or _is_loopback(address) or is_public(address)


def read_host(text: str, *, port: int = 443) -> Host:
    """Read ``host[:port]``; ``port`` is the default. Raises ``ValueError`` where it is none.

    A name is of ASCII letters; one that some readers would take for a number in disguise, as ``0x7f.1``,
    is none.
    """
    # Some signs that are not ASCII have an ASCII one as their lower case.
    found = _PLACE.fullmatch(text.lower()) if text.isascii() else None
    if found is None:
        raise ValueError("no host")
    host, port = found["host"], int(found["port"] or port)
    if not 1 <= port <= 65535:
        raise ValueError("no port")
    if host.startswith("["):
        return Host(str(IPv6Address(host[1:-1])), port)
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return Host(str(IPv4Address(host)), port)
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("no name")
    return Host(host, port)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an IP address is one of the public internet, and not another one in disguise."""
    if isinstance(address, IPv4Address):
        odd = address.is_multicast or any(address in net for net in _PROTOCOLS_4)
        return address.is_global and not odd
    return address in _PUBLIC_6 and not any(address in net for net in _TUNNELS_6)


def check_address(url: str, hosts: Collection[str]) -> Host:
    """Return the host of an address that a file may be downloaded from.

    ``hosts`` are what :class:`Host` is as a text. Only https, and for a loopback IP address http too.
    Raises :class:`~bot.errors.MediaError` (REFUSED) for every other address.
    """
    found = _URL.fullmatch(url) if len(url) <= _MOST else None
    if found is None:
        raise MediaError(MediaReason.REFUSED)
    scheme = found["scheme"].lower()
    try:
        host = read_host(found["place"], port=_PORTS[scheme])
    except ValueError:
        raise MediaError(MediaReason.REFUSED) from None
    reachable = host.may_be_listed and (scheme == "https" or host.is_loopback)
    if not reachable or str(host) not in hosts:
        raise MediaError(MediaReason.REFUSED)
    return host


def _is_loopback(address: IPv4Address | IPv6Address) -> bool:
    # An IPv4 address within an IPv6 one is another way to write what is not to be reached.
    return address.is_loopback and not (isinstance(address, IPv6Address) and address.ipv4_mapped)
