"""The application: its keys, its middlewares in order, and the route table in one place."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web
from aiohttp.typedefs import Middleware
from aiohttp_remotes import XForwardedStrict
from aiohttp_session import session_middleware

from intake.reception import Reception
from intake.settings import Settings
from storage.database import Database
from storage.files import Files
from web import doors, faults, frame, house, readable, render, requests, say, security
from web.afterwards import AFTERWARDS, Afterwards
from web.assets import assets
from web.broadcast import Broadcaster
from web.keys import ASSETS, DATABASE, FILES, LIVE, PASSWORDS, RECEPTION, SETTINGS, TEMPLATES
from web.looked import ONLOOKERS, Onlookers
from web.mailboxes import MAILBOXES, Mailboxes, NoMailboxes
from web.messengers import MESSENGERS, Messengers, NoMessengers
from web.passwords import Passwords
from web.screens import SCREENS
from web.session import SESSIONS, SessionTable
from web.signing import GATE, Gate
from web.telephony import TELEPHONY, NoTelephony, Telephony

LARGEST_FORM = 2 * 1024 * 1024
PROBES = ("/healthz", "/readyz", "/metrics")  # asked by machines beside us, not through the proxy


def make_app(
    database: Database,
    settings: Settings,
    telephony: Telephony | None = None,
    passwords: Passwords | None = None,
    mailboxes: Mailboxes | None = None,
    reception: Reception | None = None,
    messengers: Messengers | None = None,
) -> web.Application:
    """The whole web side over an open database; it listens to `database.hub` while it runs."""
    table = SessionTable(database, settings)
    app = web.Application(middlewares=_middlewares(settings, table), client_max_size=LARGEST_FORM)
    app[DATABASE] = database
    app[FILES] = Files(settings.files_path)
    app[RECEPTION] = reception or Reception(database, app[FILES])
    app[SETTINGS] = settings
    app[SESSIONS] = table
    app[PASSWORDS] = passwords or Passwords()
    app[TELEPHONY] = telephony or NoTelephony()
    app[MAILBOXES] = mailboxes or NoMailboxes()
    app[MESSENGERS] = messengers or NoMessengers()
    app[GATE] = Gate()
    app[ASSETS] = assets()
    app[TEMPLATES] = render.environment()
    app[LIVE] = Broadcaster(database.hub)
    app[AFTERWARDS] = Afterwards()
    app[ONLOOKERS] = Onlookers(database, app[AFTERWARDS])
    app[render.FRAME] = frame.surroundings
    app.on_response_prepare.append(security.add_security_headers)
    _add_routes(app)
    frame.register(app)
    app.cleanup_ctx.append(_knowing_the_house)
    app.cleanup_ctx.append(_broadcasting)
    app.on_shutdown.append(_let_streams_end)
    app.on_cleanup.append(_let_writes_end)
    return app


def _middlewares(settings: Settings, table: SessionTable) -> list[Middleware]:
    trusted = [XForwardedStrict([list(settings.trusted_proxies)], white_paths=PROBES).middleware]
    return [
        *(trusted if settings.trusted_proxies else []),
        requests.log_requests,
        doors.greet,
        faults.answer_errors,
        readable.refuse_unreadable_address,
        security.refuse_cross_site,
        session_middleware(table),
        say.deliver_toasts,
        doors.recognise,
        readable.refuse_unreadable_form,
    ]


def _add_routes(app: web.Application) -> None:
    app.router.add_get("/static/{digest}/{name:.+}", render.static_file, name="static")
    for screen in SCREENS:
        app.router.add_routes(screen.routes)
        register = getattr(screen, "register", None)
        if register is not None:
            register(app)


async def _knowing_the_house(app: web.Application) -> AsyncIterator[None]:
    async with house.followed(app[DATABASE]):
        yield


async def _broadcasting(app: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(app[LIVE].run(), name="live updates")
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    app[PASSWORDS].close()


async def _let_streams_end(app: web.Application) -> None:
    app[LIVE].stop()


async def _let_writes_end(app: web.Application) -> None:
    app[ONLOOKERS].write_down_all()
    await app[AFTERWARDS].finish()
