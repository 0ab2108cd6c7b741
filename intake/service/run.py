"""The whole service: database, reception, telephony, mail, outbox, web; heavy work in a process beside it."""

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import structlog
from aiohttp import web

from intake.reception import Reception
from intake.service.answers import SENDERS, TIME, letter_handlers
from intake.service.background import keep_working
from intake.service.bot_apis import Apis
from intake.service.chat_works import chat_works
from intake.service.garbage import look_no_more_at_what_stays
from intake.service.jobs import DECIDERS, TOGETHER, decide_handlers, handlers
from intake.service.mailboxes import Mailboxes
from intake.service.messengers import Messengers
from intake.service.notices import notice_handlers
from intake.service.polled_bots import PolledBots
from intake.service.smtp import receiving
from intake.service.telephony import Telephony
from intake.service.webhooks import SENDERS as WEBHOOK_SENDERS
from intake.service.webhooks import webhook_handlers
from intake.settings import Settings
from intake.wizard.holding import keep_releasing
from storage import schema
from storage.database import Database
from storage.files import Files
from storage.notify import relaying
from storage.outbox import run_outbox
from storage.retention import keep_tidying
from storage.secrets import use_keys
from web.app import make_app

Work = Coroutine[Any, Any, None]
SHUTDOWN_SECONDS = 5.0  # for requests that are under way

log = structlog.get_logger()


@asynccontextmanager
async def service(settings: Settings) -> AsyncIterator[str]:
    """Everything running; yields the address it answers on.

    An empty database gets its tables; one of another version is refused (Rejected).
    """
    database = await _opened(settings)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await stack.enter_async_context(relaying(database.url, database.hub))
        files = Files(settings.files_path)
        reception = Reception(database, files)
        stack.push_async_callback(reception.bots.close)
        telephony, mailboxes = Telephony(database, reception), Mailboxes(database, reception)
        apis = await stack.enter_async_context(Apis())
        messengers = Messengers(database, apis, settings.public_url)
        app = make_app(
            database, settings, telephony, mailboxes=mailboxes, reception=reception, messengers=messengers
        )
        address = await stack.enter_async_context(_answering(app, settings, not database.is_sqlite))
        works = _works(settings, database, files, reception)
        for work in (*works, *chat_works(database, files, apis, messengers)):
            await stack.enter_async_context(_beside(work))
        await stack.enter_async_context(telephony.running())
        await stack.enter_async_context(mailboxes.running())
        await stack.enter_async_context(PolledBots(database, reception, apis).running())
        await stack.enter_async_context(receiving(settings, database, reception))
        yield address


async def serve(settings: Settings) -> None:
    """Until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with service(settings) as address:
        log.info("service started", address=address)
        look_no_more_at_what_stays()
        await stop.wait()
        log.info("service stops")


async def _opened(settings: Settings) -> Database:
    url = settings.database_url.get_secret_value()
    use_keys(settings.secret_keys())
    if await schema.is_empty(url):
        await schema.upgrade(url)
    await schema.check(url)
    return Database(url)


@asynccontextmanager
async def _answering(app: web.Application, settings: Settings, reuse_port: bool) -> AsyncIterator[str]:
    """On which address."""
    runner = web.AppRunner(app, shutdown_timeout=SHUTDOWN_SECONDS)
    try:
        await runner.setup()
        await web.TCPSite(runner, settings.host, settings.port, reuse_port=reuse_port).start()
        yield _address(runner)
    finally:
        await runner.cleanup()


def _works(settings: Settings, database: Database, files: Files, reception: Reception) -> Iterator[Work]:
    """What goes on beside everything else for as long as the service runs."""
    yield run_outbox(database, handlers(database))
    for _ in range(DECIDERS):
        yield run_outbox(database, decide_handlers(database), most=TOGETHER, is_busy=reception.is_busy)
    for _ in range(SENDERS):
        yield run_outbox(database, letter_handlers(database, files), longest=TIME)
    yield run_outbox(database, notice_handlers(database, settings.public_url))
    for _ in range(WEBHOOK_SENDERS):
        yield run_outbox(database, webhook_handlers(database))
    yield keep_releasing(database)
    yield keep_tidying(database, files)
    yield keep_working(settings, database)


@asynccontextmanager
async def _beside(work: Work) -> AsyncIterator[None]:
    """Have it running while inside."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


def _address(runner: web.AppRunner) -> str:
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"
