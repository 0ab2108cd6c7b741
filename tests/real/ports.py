"""Ports of 127.0.0.1 for servers that must be told theirs before they start."""

import random
import socket

# Below what the system hands out by itself, above what Asterisks commonly take for RTP
RANGE = (30_000, 32_700)
_given: set[int] = set()


def free_port() -> int:
    """A port that is free for TCP and UDP just now, and that this process was not given before."""
    while True:
        port = random.randint(*RANGE)
        if port not in _given and _can_bind(port):
            _given.add(port)
            return port


def can_bind_udp(port: int) -> bool:
    """Whether nobody listens there; asked again and again, it tells when SIPp is ready."""
    return _bindable(port, socket.SOCK_DGRAM)


def _can_bind(port: int) -> bool:
    return _bindable(port, socket.SOCK_STREAM) and can_bind_udp(port)


def _bindable(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
