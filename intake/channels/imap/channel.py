"""A mailbox as a channel: brings every letter of its folders, in order, and says how it is.

One connection goes round the folders and then waits at the first of them: servers allow few connections an
account (Mail.ru, Gmail), a round has one order and one state, and whoever needs a second folder within
seconds may wait at it as a mailbox of its own. Letters wait on the server, so there are no Gaps.
"""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise

from intake.channels.base import Deliver
from intake.channels.imap.batches import TRIES, batches
from intake.channels.imap.connection import Connection, Patience, Places
from intake.channels.imap.faults import Denied
from intake.channels.imap.fetching import Fetching
from intake.channels.imap.own_thread import OwnThread
from intake.channels.imap.session import Folder, Session, Told
from intake.channels.oauth2 import Tokens
from intake.channels.surely import surely
from intake.channels.telling import Telling
from intake.errors import Deferred, IntakeError, Rejected
from intake.model import calls
from intake.model.calls import Health
from intake.model.letters import LetterEvent

PATIENCE = Patience()
CHUNK = 500  # letters whose sizes are asked for at once

log = logging.getLogger(__name__)


class ImapChannel:
    """One mailbox; `renewed` keeps a refresh token that its server has replaced by another."""

    def __init__(
        self,
        connection: Connection,
        places: Places,
        renewed: Callable[[str], Awaitable[None]],
        patience: Patience = PATIENCE,
    ) -> None:
        self._connection = connection
        self._places = places
        self._patience = patience
        self._tokens = Tokens(connection.grant, renewed) if connection.grant else None
        self._seen: dict[tuple[str, int], int] = {}  # folder and UIDVALIDITY -> the last UID looked at
        self._fetching = Fetching(connection)
        self._notes: dict[str, str] = {}  # what does not go well, though we hear
        self._unmarked = 0  # how often in a row marking broke the connection
        self._failures = 0
        self._telling = Telling(patience.heartbeat)

    async def listen(self, deliver: Deliver) -> None:
        """Bring letters until cancelled, then be gone at once. A letter is brought again until it is taken.

        One that is `Rejected` is left out: it stays on the server as it is, and Health's detail says so.
        """
        await self._tell(deliver, calls.Link.CONNECTING)
        while True:
            pause = await self._once(deliver)
            await asyncio.sleep(pause)

    async def _once(self, deliver: Deliver) -> float:
        """One connection from beginning to end; returns the seconds to wait before the next."""
        thread = OwnThread(self._connection.channel)
        session = Session(self._connection, self._patience)
        try:
            await thread.do(partial(session.open, await self._token()))
            await self._attend(thread, session, deliver)
        except Rejected as refusal:
            if self._tokens is not None:
                self._tokens.forget()
            await self._tell(deliver, calls.Link.REFUSED, _why(refusal))
            return self._patience.refused
        except Deferred as trouble:
            self._failures += 1
            if self._failures > 1 or not self._was_up():
                await self._tell(deliver, calls.Link.DOWN, _why(trouble))
        finally:
            session.hang_up()
            thread.end(session.close)
        return self._patience.again.after(self._failures)

    def _was_up(self) -> bool:
        """Then breaking off is nothing to tell: servers do so every few minutes. Not coming back is."""
        told = self._telling.told
        return told is not None and told.link is calls.Link.UP

    async def _token(self) -> str:
        return await self._tokens.token() if self._tokens is not None else ""

    async def _attend(self, thread: OwnThread, session: Session, deliver: Deliver) -> None:
        """Look into the folders, wait, look again, until the connection is down (`Deferred`)."""
        can_wait = await thread.do(session.can_wait)
        slices = self._slices()
        while True:
            await self._tell(deliver, calls.Link.UP)
            came = [await self._look(thread, session, name, deliver) for name in self._round()]
            self._failures = 0
            await self._tell(deliver, calls.Link.UP)
            slices = self._slices() if any(came) else slices
            if can_wait:
                await thread.do(partial(session.wait, next(slices)))
            else:
                await asyncio.sleep(self._patience.poll)

    def _round(self) -> tuple[str, ...]:
        """The folder that is waited at comes last: what came to it meanwhile is announced at once."""
        return (*self._connection.folders[1:], self._connection.folders[0])

    def _slices(self) -> Iterator[float]:
        longest = self._patience.elsewhere if len(self._connection.folders) > 1 else float("inf")
        *first, last = (min(each, longest) for each in self._patience.slices)
        return itertools.chain(first, itertools.repeat(last))

    async def _look(self, thread: OwnThread, session: Session, name: str, deliver: Deliver) -> bool:
        """Bring what is new in a folder; whether anything was. One that is not there holds up no other."""
        try:
            folder = await thread.do(partial(session.select, name))
        except Denied as denied:
            self._note(name, f"{name}: {_why(denied)}")
            return False
        self._notes.pop(name, None)
        came = False
        after = await self._place(folder)
        while uids := await thread.do(partial(session.uids, folder, after)):
            for begin in range(0, len(uids), CHUNK):
                chunk = await thread.do(partial(session.told, uids[begin : begin + CHUNK]))
                await self._bring(thread, session, folder, chunk, deliver)
            after = self._seen[folder.name, folder.uidvalidity] = uids[-1]
            came = True
        return came

    async def _place(self, folder: Folder) -> int:
        """The last UID that is done with. Under another UIDVALIDITY the letters have other UIDs: all come
        again, and whoever stores them recognises them."""
        uidvalidity, uid = await surely(partial(self._places.place, folder.name))
        stored = uid if uidvalidity == folder.uidvalidity else 0
        return max(stored, self._seen.get((folder.name, folder.uidvalidity), 0))

    async def _bring(
        self, thread: OwnThread, session: Session, folder: Folder, letters: list[Told], deliver: Deliver
    ) -> None:
        since = self._connection.scan_from
        wanted = [one for one in letters if since is None or one.at >= since]
        fetch = partial(self._fetching.fetch, session, folder)
        coming: asyncio.Future[dict[int, LetterEvent]] | None = None
        for batch, following in pairwise([*batches(wanted, self._fetching.lonely(folder, wanted)), []]):
            events = await (coming or thread.begin(partial(fetch, batch)))
            coming = thread.begin(partial(fetch, following)) if following and self._looks_ahead else None
            stored = await self._store(events, deliver)
            await self._mark(thread, session, stored)
            place = partial(self._places.keep_place, folder.name, folder.uidvalidity, batch[-1].uid)
            await surely(place)
            await self._tell(deliver, calls.Link.UP)

    @property
    def _looks_ahead(self) -> bool:
        """Whether letters may be fetched while those before them are stored. Not where these are marked: the
        letter that breaks a connection would be mistaken for a mark that does."""
        return self._connection.after == "keep"

    async def _store(self, events: dict[int, LetterEvent], deliver: Deliver) -> list[int]:
        """UIDs of those that are stored now. They are brought together, for whoever writes them down, then
        those that were not taken one after another."""
        came = await asyncio.gather(*map(deliver, events.values()), return_exceptions=True)
        taken = zip(events.items(), came, strict=True)
        return [uid for (uid, event), error in taken if error is None or await self._deliver(event, deliver)]

    async def _deliver(self, event: LetterEvent, deliver: Deliver) -> bool:
        """Whether it is stored now; if not, it can never be, and those behind it go on."""
        try:
            await surely(partial(deliver, event))
        except Rejected as rejected:
            log.exception("a letter was rejected and is left out: %s %s", event.channel, event.external_id)
            self._note("rejected", f"{event.external_id}: {_why(rejected)}")
            return False
        return True

    async def _mark(self, thread: OwnThread, session: Session, uids: list[int]) -> None:
        """Before the place is kept, so that after a crash it is done yet; what the server denies is noted."""
        if self._connection.after == "keep" or not uids or self._unmarked >= TRIES:
            return
        try:
            await thread.do(partial(session.mark, uids))
        except Denied as denied:
            self._note("marking", f"{self._connection.after}: {_why(denied)}")
        except Deferred as trouble:  # perhaps it is the very command that breaks the connection
            self._unmarked += 1
            self._note("marking", f"{self._connection.after}: {_why(trouble)}")
            raise
        else:
            self._unmarked = 0
            self._notes.pop("marking", None)

    def _note(self, about: str, words: str) -> None:
        if self._notes.get(about) != words:
            log.warning("%s: %s", self._connection.channel, words)
        self._notes[about] = words

    async def _tell(self, deliver: Deliver, state: calls.Link, detail: str = "") -> None:
        if state is calls.Link.UP:
            detail = "; ".join(self._notes.values())
        health = Health(self._connection.channel, state, datetime.now(UTC), detail)
        await self._telling.tell(deliver, health)


def _why(error: IntakeError) -> str:
    return str(error.params.get("reason") or error.params.get("words") or error.code)
