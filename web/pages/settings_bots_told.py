"""What a bot's platform is told of us, and what it says: connected, looked at, given another secret; its
address for those that are told it by hand, and what came that made no sense. For administrators."""

from aiohttp import web

from intake.channels.messengers.base import Adapter
from intake.channels.messengers.registry import ADAPTERS
from intake.errors import IntakeError, NotFound
from intake.model.chats import Connected
from storage import setup
from storage.bots import hook_address
from storage.bots_set_up import PAGE, unreadable_of
from storage.history import note
from storage.tables.chats import Bot
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext
from web.keys import DATABASE, SETTINGS, VIEWER
from web.messages import sentence
from web.messengers import MESSENGERS
from web.pages import settings_choices as choices
from web.pages.settings_bots_words import told_of
from web.render import page
from web.say import say

PATH = "/settings/bots"
ONE = PATH + "/{id:\\d+}"

routes = web.RouteTableDef()


@routes.post(ONE + "/connect", name="settings.bot.connect")
@allow(Role.ADMINISTRATOR)
async def connect(request: web.Request) -> web.Response:
    """Give the platform our address and a secret, and look whether it has them."""
    await connected(request, await stored(request))
    raise web.HTTPSeeOther(PATH)


@routes.post(ONE + "/check", name="settings.bot.check")
@allow(Role.ADMINISTRATOR)
async def check(request: web.Request) -> web.Response:
    bot = await stored(request)
    try:
        _say_how_it_is(request, bot, await request.app[MESSENGERS].check(bot.id or 0))
    except IntakeError as error:
        _say_why_not(request, bot, error)
    raise web.HTTPSeeOther(PATH)


@routes.get(ONE + "/address", name="settings.bot.address")
@allow(Role.ADMINISTRATOR)
async def address(request: web.Request) -> web.Response:
    bot = await stored(request)
    return await address_page(request, bot, adapter_of(bot))


@routes.post(ONE + "/secret", name="settings.bot.secret")
@allow(Role.ADMINISTRATOR)
async def renew(request: web.Request) -> web.Response:
    """Another secret: given to the platform, or shown once on the page that answers. The former one counts
    until this one is used."""
    bot = await stored(request)
    adapter = adapter_of(bot)
    try:
        found = await request.app[MESSENGERS].renew_secret(bot.id or 0)
    except IntakeError as error:
        _say_why_not(request, bot, error)
        raise web.HTTPSeeOther(f"{PATH}/{bot.id}/address") from error
    await _note_renewed(request, bot)
    if adapter.registers and found.registered:
        say(request, gettext("The platform has the new secret"))
        raise web.HTTPSeeOther(PATH)
    return await address_page(request, bot, adapter, fresh_secret=(await stored(request)).secret)


@routes.get(ONE + "/unreadable", name="settings.bot.unreadable")
@allow(Role.ADMINISTRATOR)
async def unreadable(request: web.Request) -> web.Response:
    """What came and made no sense, as it came."""
    bot, before = await stored(request), request.query.get("before", "")
    async with request.app[DATABASE].reading() as session:
        found = await unreadable_of(
            session, bot.id or 0, int(before) if before.isdecimal() and len(before) < 10 else None
        )
    return await page(
        request, "settings/bot_unreadable.html", bot=bot, found=found, more=len(found) == PAGE,
        tabs=choices.tabs(), here="settings.bots",
    )  # fmt: skip


async def stored(request: web.Request) -> Bot:
    """The bot that is asked for. Raises NotFound."""
    async with request.app[DATABASE].reading() as session:
        return await setup.one(session, Bot, int(request.match_info["id"]))


def adapter_of(bot: Bot) -> Adapter:
    """Raises NotFound for a platform of another version."""
    adapter = ADAPTERS.get(bot.platform)
    if adapter is None:
        raise NotFound("no-such-record")
    return adapter


async def connected(request: web.Request, bot: Bot) -> Connected | None:
    """What the platform says is told to whoever asked; None when it could not be connected."""
    try:
        found = await request.app[MESSENGERS].connect(bot.id or 0)
    except IntakeError as error:
        _say_why_not(request, bot, error)
        return None
    _say_how_it_is(request, bot, found)
    return found


async def disconnected(request: web.Request, bot: Bot) -> None:
    """A platform that cannot be told hears it from our door."""
    try:
        await request.app[MESSENGERS].disconnect(bot.id or 0)
    except IntakeError:
        return


async def address_page(
    request: web.Request, bot: Bot, adapter: Adapter, fresh_secret: str = ""
) -> web.Response:
    """`fresh_secret` is shown this once."""
    public = request.app[SETTINGS].public_url
    return await page(
        request, "settings/bot_address.html", bot=bot, adapter=adapter, told=told_of(adapter),
        address=hook_address(bot, public) if public else "", fresh_secret=fresh_secret,
    )  # fmt: skip


async def _note_renewed(request: web.Request, bot: Bot) -> None:
    async with request.app[DATABASE].transaction() as session:
        await note(session, "renew-bot-secret", request[VIEWER].actor(request.remote), bot=bot.id)


def _say_how_it_is(request: web.Request, bot: Bot, found: Connected) -> None:
    name = f"@{found.username}" if found.username.isidentifier() else found.username or found.name
    if found.problem:
        text, kind = gettext("%(name)s: %(why)s", name=bot.name, why=found.problem), "bad"
    elif not found.registered and not bot.polling:
        text = gettext("%(name)s answers, but does not know our address yet", name=bot.name)
        kind = "bad"
    else:
        text, kind = gettext("%(bot)s is connected: %(name)s", bot=bot.name, name=name), ""
    say(request, text, kind=kind)


def _say_why_not(request: web.Request, bot: Bot, error: IntakeError) -> None:
    words = str(error.params.get("words", ""))
    why = f"{sentence(error)} «{words}»" if words else sentence(error)
    text = gettext("%(name)s: %(why)s", name=bot.name, why=why)
    say(request, text, kind="bad")
