"""How much the receiver bears."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, times in seconds. What meets one is told 4xx wherever trying later can help."""

    letter: int = 40_000_000  # of one letter; files of 29 MB, since base64 makes them a third longer
    together: int = 400_000_000  # of all letters that are being taken in at one moment
    connections: int = 200
    connections_each: int = 20  # of one address (of one /64 in IPv6)
    letters_a_minute: int = 120  # of one address
    recipients: int = 100  # of one letter (RFC 5321, 4.5.3.1.8: no fewer)
    strangers: int = 20  # recipients of one connection whom we do not know; then it is guessing
    commands: int = 2000  # of one kind in one connection; a relay brings many letters in one
    hops: int = 50  # Received headers; a letter that has more goes in circles (RFC 5321, 6.3)
    idle: float = 300  # between commands (RFC 5321, 4.5.3.2.7: no less) …
    idle_crowded: float = 20  # … unless more than half of the connections are taken
    data: float = 900  # for the text of one letter: 40 MB in that time are 45 kB a second
    commit: float = 120  # for writing it down
    free: tuple[Network, ...] = LOOPBACK  # a relay on this machine brings everybody's: counted in all only


def origin(peer: object) -> str:
    """Who counts as one: an IPv4 address, or a /64, which is what one IPv6 customer has.

    `peer` is what a transport calls «peername».
    """
    if not isinstance(peer, tuple) or not peer:
        return "unknown"
    try:
        address = ip_address(str(peer[0]).partition("%")[0])
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address) if address.is_loopback else str(ip_network((address, 64), strict=False))


def is_free(who: str, limits: Limits) -> bool:
    """Whether limits for each address leave this `origin` out."""
    try:
        address = ip_network(who)
    except ValueError:
        return False
    return any(address.version == each.version and address.subnet_of(each) for each in limits.free)  # type: ignore[arg-type]
