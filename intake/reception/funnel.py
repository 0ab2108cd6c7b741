"""The one funnel: whatever a channel hears goes through `Reception.receive`."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar, overload

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from intake import metrics
from intake.errors import Deferred, Rejected
from intake.model.calls import CallEvent, Gap, Health
from intake.model.chats import ChatsHeard
from intake.model.forms import FormEvent, Taken
from intake.model.letters import LetterEvent
from intake.reception.bot_notes import BotNotes
from intake.reception.calls import take, write_down
from intake.reception.chat_tidy import Brought, reason_of, tidy_chats
from intake.reception.chat_tidy import as_it_came as chats_as_they_came
from intake.reception.chats import take_chats
from intake.reception.form_rows import Sent, as_it_was_sent, tidy_form
from intake.reception.forms import take_forms
from intake.reception.gaps import take_gap, take_health
from intake.reception.house import Doorman, House, Houses
from intake.reception.letter_rows import tidy_letter
from intake.reception.letters import take_letters
from intake.reception.opening import Opened, Opener, as_it_came
from intake.reception.persistently import Persistently
from intake.reception.placing import Became
from intake.reception.tidy import tidy_event, tidy_health
from intake.reception.together import Together
from storage.at_once import Work
from storage.columns import now
from storage.database import Database
from storage.files import Files

Whole = TypeVar("Whole")
Result = TypeVar("Result")

log = logging.getLogger(__name__)


class Reception:
    """Writes facts down, joins them to inquiries or opens new ones, and announces that. Letters need `files`,
    where what is large in them is kept."""

    def __init__(self, database: Database, files: Files | None = None) -> None:
        self._write = Persistently(database)
        self._opener = Opener(files) if files is not None else None
        self._houses = Houses(database)
        self._letters = Together(self._write_letters)
        self._forms = Together(self._write_forms)
        self._chats = Together(self._write_chats)
        self.bots = BotNotes(database)
        self._going_on: set[tuple[str, str]] = set()  # calls, for the number of them that is exported

    def is_busy(self) -> bool:
        """Something is written just now, one after another: what can wait a little lets it pass."""
        return self._letters.is_busy() or self._forms.is_busy() or self._chats.is_busy()

    @overload
    async def receive(self, fact: FormEvent) -> Taken: ...

    @overload
    async def receive(self, fact: CallEvent | LetterEvent | Gap | Health | ChatsHeard) -> None: ...

    async def receive(
        self, fact: CallEvent | LetterEvent | FormEvent | Gap | Health | ChatsHeard
    ) -> Taken | None:
        """Returns once the fact is committed; one that was received before changes nothing. A visitor is told
        the same number then.

        Raises Deferred when nothing was taken and the fact shall be brought again, Rejected when it never
        can be. A call's step, a letter or a form that we stumble over is written down all the same: those
        behind it must go on.
        """
        match fact:
            case FormEvent():
                return await self._receive_form(fact)
            case ChatsHeard():
                await self._receive_chats(fact)
            case CallEvent():
                await self._receive_call(tidy_event(fact))
            case LetterEvent():
                await self._receive_letter(tidy_letter(fact))
            case Gap():
                await self._write.surely(lambda session: take_gap(session, fact))
            case Health():
                await self._write.surely(lambda session: take_health(session, tidy_health(fact)))
        return None

    async def _receive_call(self, event: CallEvent) -> None:
        metrics.EVENTS_HEARD.labels(event.channel).inc()
        house = await self._house()
        whole: Work[bool] = partial(take, event=event, house=house)
        fresh = await _taken(
            self._write.surely, whole, lambda _: partial(_alone, event=event), event.external_id
        )
        if not fresh:
            metrics.EVENTS_DEDUPLICATED.labels(event.channel).inc()
            return
        self._count(event)
        metrics.EVENTS_STORED.labels(event.channel).inc()
        metrics.EVENT_LAG.labels(event.channel).observe(max(0.0, (now() - event.at).total_seconds()))

    async def _receive_letter(self, event: LetterEvent) -> None:
        if self._opener is None:
            raise Deferred("files-unavailable")
        metrics.EVENTS_HEARD.labels(event.channel).inc()
        with metrics.LETTER_TAKING.labels(event.channel).time():
            opened = await self._opener.open(event, await self._house())
            became = await _taken(
                self._letters.take,
                opened,
                lambda error: as_it_came(opened, type(error).__name__),
                event.external_id,
            )
        if became is Became.HEARD:
            metrics.EVENTS_DEDUPLICATED.labels(event.channel).inc()
            return
        metrics.EVENTS_STORED.labels(event.channel).inc()
        metrics.LETTERS.labels(became.value).inc()

    async def _write_letters(self, opened: Sequence[Opened]) -> list[Became]:
        return await self._write.at_once(lambda session: take_letters(session, opened))

    async def _receive_form(self, event: FormEvent) -> Taken:
        metrics.EVENTS_HEARD.labels(event.channel).inc()
        with metrics.FORM_TAKING.labels(event.channel).time():
            sent = tidy_form(event, (await self._house()).own)
            taken = await _taken(self._forms.take, sent, lambda _: as_it_was_sent(sent), event.external_id)
        (metrics.EVENTS_STORED if taken.fresh else metrics.EVENTS_DEDUPLICATED).labels(event.channel).inc()
        became = "again" if not taken.fresh else "aside" if taken.inquiry_id is None else "taken"
        metrics.FORMS.labels(became).inc()
        return taken

    async def _write_forms(self, sent: Sequence[Sent]) -> list[Taken]:
        house = await self._house()
        return await self._write.at_once(lambda session: take_forms(session, sent, house))

    async def _receive_chats(self, heard: ChatsHeard) -> None:
        bot = await self._bot(heard.bot_id)
        brought = tidy_chats(heard, bot)
        came = len(brought.told) + (brought.malformed is not None)
        if came:
            metrics.EVENTS_HEARD.labels(heard.channel).inc(came)
            with metrics.CHAT_TAKING.labels(heard.channel).time():
                stored = await _taken(
                    self._chats.take, brought, lambda _: chats_as_they_came(heard), heard.channel
                )
            metrics.EVENTS_STORED.labels(heard.channel).inc(stored)
            metrics.EVENTS_DEDUPLICATED.labels(heard.channel).inc(max(0, came - stored))
        self.bots.heard(bot.id, heard.at, reason_of(heard, bot))

    async def _bot(self, bot_id: int) -> Doorman:
        """One that was made a moment ago is looked for once more."""
        bot = (await self._house()).bots.get(bot_id) or (await self._house(anew=True)).bots.get(bot_id)
        if bot is not None:
            return bot
        raise Rejected("no-bot", id=bot_id)

    async def _write_chats(self, brought: Sequence[Brought]) -> list[int]:
        house = await self._house()
        return await self._write.at_once(lambda session: take_chats(session, brought, house))

    async def _house(self, *, anew: bool = False) -> House:
        try:
            return await self._houses.now(anew=anew)
        except (SQLAlchemyError, OSError) as error:
            raise Deferred("database-unavailable", reason=type(error).__name__) from error

    def _count(self, event: CallEvent) -> None:
        key = (event.channel, event.call.linkedid)
        if event.call.ended is None and event.call.merged_into is None:
            self._going_on.add(key)
        else:
            self._going_on.discard(key)
        metrics.CALLS_OPEN.set(len(self._going_on))


async def _alone(session: AsyncSession, event: CallEvent) -> bool:
    return await write_down(session, event, None) is not None


async def _taken(
    take: Callable[[Whole], Awaitable[Result]],
    whole: Whole,
    bare: Callable[[Exception], Whole],
    name: str,
) -> Result:
    """As it was understood; what we stumble over so is written down as it came, and a person looks at it."""
    try:
        return await take(whole)
    except Deferred:
        raise
    except Exception as error:
        log.exception("it was written down, and nothing made of it: %s", name)
        alone = bare(error)
    try:
        return await take(alone)
    except Deferred:
        raise
    except Exception as error:
        raise Rejected("unstorable-fact", external_id=name) from error
