"""The door of the messengers: a platform tells us what has happened. It is verified by its raw bytes, read,
kept, and only then answered; whatever else comes is refused without a word about why.

It knows no sessions and sets no cookies. What is refused is not kept, and what is not kept is told again by
the platform: all of them repeat what was not answered with 2xx.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import wraps

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from intake.channels.messengers.base import Hook, Parsed, Reply
from intake.errors import Deferred, Rejected
from intake.letters.plain import storable
from intake.model.chats import BotKeys, ChatsHeard
from storage.columns import now
from storage.trouble import ANYBODYS, is_trouble
from web.access import public
from web.keys import DATABASE, RECEPTION
from web.known_bots import AT_ONCE, BOTS, KnownBot, KnownBots
from web.readable import reads_itself
from web.remembered import GOOD_FOR
from web.security import for_visitors

ADDRESS = "/hooks/{platform:[a-z0-9-]{1,20}}/{key:[A-Za-z0-9]{1,32}}"
MOST_BODY = 1024 * 1024  # bytes; the largest that a platform sends is a tenth of it
SECONDS = 15.0  # for a whole body
PAUSE = 5.0  # … and without a single byte of it
RETRY_AFTER = "5"
HIDDEN = "***"

routes = web.RouteTableDef()
log = structlog.get_logger()


def register(app: web.Application) -> None:
    app[BOTS] = KnownBots(app[DATABASE])
    app.cleanup_ctx.append(_following)


async def _following(app: web.Application) -> AsyncIterator[None]:
    async with app[BOTS].followed():
        yield


Handler = Callable[[web.Request, KnownBot], Awaitable[Reply]]


def told(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The bot of the address; errors are numbers, without a body that could tell anything."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.Response:
        try:
            reply = await handler(request, await _bot(request))
        except web.HTTPException as error:
            return _refused(request, error.status)
        except (HttpProcessingError, web.RequestPayloadError):  # compressed badly, cut into odd pieces
            return _refused(request, 400)
        except Exception as error:
            if not isinstance(error, Deferred) and not is_trouble(error):
                if isinstance(error, ANYBODYS):  # the platform left
                    raise
                log.exception("a webhook failed", path=request.path)
            return _refused(request, 503)
        return web.Response(
            text=reply.text, status=reply.status, content_type=reply.content_type, charset="utf-8"
        )

    reads_itself(answer)
    return for_visitors(public(answer))


@routes.get(ADDRESS, allow_head=False, name="hook")
@told
async def challenge(request: web.Request, bot: KnownBot) -> Reply:
    """Some platforms ask once whether we are who was meant."""
    hook = _hook(request, b"")
    bot = await _verified(request, bot, hook)
    return bot.adapter.answer(hook, bot.keys)


@routes.post(ADDRESS)
@told
async def hear(request: web.Request, bot: KnownBot) -> Reply:
    """Answered once it is committed."""
    hook = _hook(request, await _body(request))
    bot = await _verified(request, bot, hook)
    parsed = _hear(bot, hook)
    raw = _text(hook.body, bot.keys)
    heard = ChatsHeard(bot.keys.bot_id, hook.at, parsed.events, parsed.ignored, raw)
    try:
        await request.app[RECEPTION].receive(heard)
    except Rejected as error:  # it never can be kept: told again it would only stand in others' way
        log.error("a webhook's request could not be kept", bot=bot.keys.bot_id, code=error.code)
    return bot.adapter.answer(hook, bot.keys)


async def _bot(request: web.Request) -> KnownBot:
    bot = await _known(request) or await _known(request, AT_ONCE)
    if bot is None:
        raise web.HTTPNotFound
    if not bot.enabled:
        raise web.HTTPGone
    return bot


async def _known(request: web.Request, good_for: float = GOOD_FOR) -> KnownBot | None:
    parts = request.match_info
    return await request.app[BOTS].find(parts["platform"], parts["key"], good_for)


def _hook(request: web.Request, body: bytes) -> Hook:
    """Of a header or parameter that stands there twice the first counts."""
    headers = {name.lower(): value for name, value in [*request.headers.items()][::-1]}
    query = dict([*request.query.items()][::-1])
    return Hook(request.method, headers, query, body, now())


async def _verified(request: web.Request, bot: KnownBot, hook: Hook) -> KnownBot:
    """The bot with the keys that fit. Raises HTTPUnauthorized."""
    if _is_signed(bot, hook):
        return bot
    anew = await _known(request, AT_ONCE)  # it may have got another secret just now
    if anew is not None and anew.keys != bot.keys and _is_signed(anew, hook):
        return anew
    request.app[BOTS].note_refused(bot.keys.bot_id, hook.at)
    raise web.HTTPUnauthorized


def _is_signed(bot: KnownBot, hook: Hook) -> bool:
    """What the adapter stumbles over has proved nothing."""
    try:
        bot.adapter.verify(hook, bot.keys)
    except Rejected:
        return False
    except Exception:
        log.exception("a signature could not be looked at", bot=bot.keys.bot_id)
        return False
    return True


def _hear(bot: KnownBot, hook: Hook) -> Parsed:
    """What the adapter stumbles over is kept as it came, and those behind it go on."""
    try:
        return bot.adapter.hear(hook, bot.keys)
    except Exception as error:
        log.exception("a webhook's request could not be read", bot=bot.keys.bot_id)
        return Parsed(ignored=f"malformed: {type(error).__name__}")


def _text(body: bytes, keys: BotKeys) -> str:
    """What came, as it is kept: any bytes at all, and none of our secrets (VK sends it inside)."""
    raw = storable(body.decode("utf-8", "backslashreplace"))
    for secret in filter(None, (*keys.secrets, keys.token)):
        raw = raw.replace(secret, HIDDEN)
    return raw


async def _body(request: web.Request) -> bytes:
    """Raises HTTPRequestEntityTooLarge before more than that is read, and HTTPRequestTimeout."""
    if (request.content_length or 0) > MOST_BODY:
        raise web.HTTPRequestEntityTooLarge(MOST_BODY, request.content_length or 0)
    try:
        async with asyncio.timeout(SECONDS):
            return await _whole(request)
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error


async def _whole(request: web.Request) -> bytes:
    body = bytearray()
    while piece := await _soon(request):
        body += piece
        if len(body) > MOST_BODY:
            raise web.HTTPRequestEntityTooLarge(MOST_BODY, len(body))
    return bytes(body)


async def _soon(request: web.Request) -> bytes:
    """Raises TimeoutError when there is a pause."""
    async with asyncio.timeout(PAUSE):
        return await request.content.readany()


def _refused(request: web.Request, status: int) -> web.Response:
    """What was not read of its body is not waited for."""
    response = web.Response(status=status)
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    if request.can_read_body and not request.content.is_eof():
        response.force_close()
    return response
