"""Ports of 127.0.0.1 for servers that must be told theirs before they start."""

import os
import random
import socket
from itertools import cycle

# Below what the system hands out by itself, above what Asterisks commonly take for RTP
RANGE = range(20_000, 32_700)
WORKERS = 10


def _mine() -> range:
    """Workers of one session have ranges of their own: two must not find the same port free."""
    each = len(RANGE) // WORKERS
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    return RANGE[number * each : (number + 1) * each]


_ports = list(_mine())
_begin = random.randrange(len(_ports))  # another session may be going on
_next = cycle(_ports[_begin:] + _ports[:_begin])


def free_port() -> int:
    """A port that is free for TCP and UDP just now, and that this process was not given lately."""
    return next(port for port in _next if _can_bind(port))


def _can_bind(port: int) -> bool:
    return _bindable(port, socket.SOCK_STREAM) and _bindable(port, socket.SOCK_DGRAM)


def _bindable(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
