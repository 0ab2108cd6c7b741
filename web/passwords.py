"""Passwords: argon2 in two threads of its own, because one check takes a third of a second and 64 MB."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

T = TypeVar("T")

AT_ONCE = 2  # checks at a time; more wait their turn
MAX_LENGTH = 1024  # hashing time must not be the sender's to choose


class Passwords:
    """Hashes and checks off the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")

    async def hash(self, password: str) -> str:
        return await self._run(self._hasher.hash, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Takes as long for an unknown user (`stored` is None) as for a known one."""
        if len(password) > MAX_LENGTH:
            password = password[:MAX_LENGTH] + "\0"  # nobody's password, at a bounded price
        return await self._run(self._check, stored, password)

    def outdated(self, stored: str) -> bool:
        """Made with weaker parameters than today's: hash again while the password is at hand."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    @cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash("nobody's password")

    def _check(self, stored: str | None, password: str) -> bool:
        try:
            return self._hasher.verify(stored or self._nobodys, password) and stored is not None
        except (Argon2Error, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
