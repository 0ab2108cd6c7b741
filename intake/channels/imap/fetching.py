"""Letters as facts: whole where that is possible, their heads where it is not. For the session's thread."""

from intake.channels.imap.batches import Stumbles
from intake.channels.imap.connection import Connection
from intake.channels.imap.session import Folder, Session, Told
from intake.errors import Deferred
from intake.model.letters import LetterEvent

TOO_LARGE = "too-large"  # the letter was larger than the mailbox takes: only its head is there
NOT_GIVEN = "not-given"  # the server does not give the letter, try as we might


class Fetching:
    """Remembers over all connections which letters it has stumbled over."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stumbles = Stumbles()

    def lonely(self, folder: Folder, letters: list[Told]) -> frozenset[int]:
        """UIDs that must be asked for by themselves."""
        return frozenset(
            one.uid for one in letters if self._is_large(one) or self._stumbles.alone(_key(folder, one))
        )

    def fetch(self, session: Session, folder: Folder, batch: list[Told]) -> dict[int, LetterEvent]:
        """By UID; a letter that is gone meanwhile is left out. Raises what the session raises, at most a few
        times in a row: after that one has to do with the head of a letter, or with nothing but the fact."""
        keys = [_key(folder, one) for one in batch]
        try:
            found = self._odd(session, folder, batch[0]) if len(batch) == 1 else None
            found = self._whole(session, folder, batch) if found is None else found
        except Deferred:
            self._stumbles.over(keys)
            raise
        self._stumbles.past(keys)
        return found

    def _odd(self, session: Session, folder: Folder, one: Told) -> dict[int, LetterEvent] | None:
        """None for an ordinary letter."""
        key = _key(folder, one)
        if self._stumbles.given_up(key):
            return {one.uid: self._event(folder, one, b"", NOT_GIVEN)}
        if self._is_large(one) or self._stumbles.only_head(key):
            return self._head(session, folder, one)
        return None

    def _whole(self, session: Session, folder: Folder, batch: list[Told]) -> dict[int, LetterEvent]:
        raws = session.whole([one.uid for one in batch])
        found: dict[int, LetterEvent] = {}
        for one in batch:
            if (raw := raws.get(one.uid)) is not None:
                found[one.uid] = self._event(folder, one, raw)
            elif session.has(folder, one.uid):  # without its text
                found |= self._head(session, folder, one)
        return found

    def _head(self, session: Session, folder: Folder, one: Told) -> dict[int, LetterEvent]:
        problem = TOO_LARGE if self._is_large(one) else NOT_GIVEN
        return {one.uid: self._event(folder, one, session.head(one.uid) or b"", problem)}

    def _is_large(self, one: Told) -> bool:
        return one.size > self._connection.most_bytes

    def _event(self, folder: Folder, one: Told, raw: bytes, problem: str = "") -> LetterEvent:
        return LetterEvent(
            channel=self._connection.channel,
            external_id=f"{folder.name}/{folder.uidvalidity}/{one.uid}",
            at=one.at,
            raw=raw,
            mailbox=self._connection.address,
            problems=(problem,) if problem else (),
        )


def _key(folder: Folder, one: Told) -> tuple[str, int, int]:
    return folder.name, folder.uidvalidity, one.uid
