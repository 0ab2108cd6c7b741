"""Our bots with the messengers: how each of them is, added, changed, connected. For administrators."""

from typing import Any

from aiohttp import web

from intake.channels.messengers.base import Adapter
from intake.channels.messengers.registry import ADAPTERS
from intake.errors import IntakeError, NotFound
from storage.bots import bots
from storage.bots_set_up import MALFORMED, ignored_by_bot, keep_bot, remove_bot, spoken_with
from storage.columns import now
from storage.desk import channels
from storage.preferences import settings as house_settings
from storage.tables.chats import Bot, BotIgnored
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext
from web.keys import DATABASE, SETTINGS, VIEWER
from web.known_bots import BOTS
from web.messages import sentence
from web.pages import settings_choices as choices
from web.pages.settings_bots_form import is_news_to_the_platform, shown, typed_bot
from web.pages.settings_bots_state import state_of
from web.pages.settings_bots_told import ONE, PATH, adapter_of, address_page, connected, disconnected, stored
from web.pages.settings_bots_words import asked_for, platforms, told_of, why_ignored
from web.pages.settings_forms import complaints
from web.render import fragment, page
from web.say import say

routes = web.RouteTableDef()


@routes.get(PATH, name="settings.bots")
@allow(Role.ADMINISTRATOR)
async def overview(request: web.Request) -> web.Response:
    listed = await _listed(request)
    return await page(request, "settings/bots.html", tabs=choices.tabs(), here="settings.bots", **listed)


@routes.get(PATH + "/list", name="settings.bots.list")
@allow(Role.ADMINISTRATOR)
async def listed_anew(request: web.Request) -> web.Response:
    """Something came, or a bot stands otherwise: the page draws its list again."""
    return fragment(request, "settings/bots_list.html", **await _listed(request))


@routes.get(PATH + "/new", name="settings.bot.new")
@allow(Role.ADMINISTRATOR)
async def show_new(request: web.Request) -> web.Response:
    """First which platform, then what it asks for. Where nobody can reach us we ask for messages."""
    adapter = ADAPTERS.get(request.query.get("platform", ""))
    if adapter is None:
        return await page(request, "settings/bot_new.html", platforms=platforms())
    polling = adapter.polls and not request.app[SETTINGS].secure
    values = {"name": await _free_name(request, adapter), "enabled": True, "answers": True}
    return await _form(request, adapter, values | {"polling": polling})


@routes.get(ONE, name="settings.bot")
@allow(Role.ADMINISTRATOR)
async def show(request: web.Request) -> web.Response:
    bot = await stored(request)
    adapter = adapter_of(bot)
    return await _form(request, adapter, shown(bot, adapter.settings), bot)


@routes.post(PATH + "/new")
@routes.post(ONE)
@allow(Role.ADMINISTRATOR)
async def keep(request: web.Request) -> web.Response:
    typed = {name: str(value) for name, value in (await request.post()).items()}
    before = await stored(request) if "id" in request.match_info else None
    adapter = adapter_of(before) if before else _asked_adapter(typed)
    values, wrong = typed_bot(typed, adapter, before)
    if wrong:
        again = _again(typed, adapter)
        return await _form(request, adapter, again, before, 422, errors=complaints(wrong))
    try:
        kept = await _keep(request, before, {"platform": adapter.name} | values)
    except IntakeError as error:
        again, errors = _again(typed, adapter), {"name": sentence(error)}
        return await _form(request, adapter, again, before, 409, errors=errors)
    return await _tell_the_platform(request, kept, adapter, before, values)


@routes.post(ONE + "/remove", name="settings.bot.remove")
@allow(Role.ADMINISTRATOR)
async def remove(request: web.Request) -> web.Response:
    """Only one that nobody has written to: dialogues are not thrown away with it."""
    bot = await stored(request)
    who = request[VIEWER].actor(request.remote)
    async with request.app[DATABASE].reading() as session:
        spoken = (await spoken_with(session)).get(bot.id or 0, 0)
    if not spoken:
        await disconnected(request, bot)
    async with request.app[DATABASE].transaction() as session:
        await remove_bot(session, bot.id or 0, who)
    say(request, gettext("Removed"))
    raise web.HTTPSeeOther(PATH)


async def _keep(request: web.Request, before: Bot | None, values: dict[str, Any]) -> Bot:
    who = request[VIEWER].actor(request.remote)
    async with request.app[DATABASE].transaction() as session:
        return await keep_bot(session, before.id if before else None, values | {"updated_at": now()}, who)


async def _tell_the_platform(
    request: web.Request, bot: Bot, adapter: Adapter, before: Bot | None, values: dict[str, Any]
) -> web.Response:
    """A bot whose platform must be told our address by hand is shown it at once, with its secret."""
    say(request, gettext("Saved"))
    if is_news_to_the_platform(before, values):
        if not bot.enabled:
            await disconnected(request, bot)
        elif not await _is_connected(request, bot, adapter) and before is None:
            return await address_page(request, bot, adapter, fresh_secret=bot.secret)
    raise web.HTTPSeeOther(PATH)


async def _is_connected(request: web.Request, bot: Bot, adapter: Adapter) -> bool:
    """False where the administrator has to give the platform our address."""
    found = await connected(request, bot)
    return bot.polling or (adapter.registers and (found is None or found.registered))


def _asked_adapter(typed: dict[str, str]) -> Adapter:
    adapter = ADAPTERS.get(typed.get("platform", ""))
    if adapter is None:
        raise NotFound("no-such-record")
    return adapter


def _again(typed: dict[str, str], adapter: Adapter) -> dict[str, Any]:
    """What was typed, but no secret: it would stand in the page."""
    secret = {f"option-{one.name}" for one in adapter.settings if one.secret} | {"proxy"}
    return {name: value for name, value in typed.items() if name not in secret}


async def _free_name(request: web.Request, adapter: Adapter) -> str:
    async with request.app[DATABASE].reading() as session:
        taken = {one.name for one in await bots(session)}
    numbered = (f"{adapter.title} {number}" for number in range(2, len(taken) + 3))
    return next(name for name in (adapter.title, *numbered) if name not in taken)


async def _listed(request: web.Request) -> dict[str, Any]:
    public = request.app[SETTINGS].public_url
    async with request.app[DATABASE].reading() as session:
        rows = await bots(session)
        healths = {one.health.channel: one.health for one in await channels(session)}
        ignored, spoken = await ignored_by_bot(session), await spoken_with(session)
    states = {
        row.id: state_of(row, ADAPTERS.get(row.platform), healths.get(f"chat:{row.id}"), public)
        for row in rows
    }
    return {
        "bots": rows, "adapters": ADAPTERS, "states": states, "healths": healths,
        "ignored": {key: [one for one in of if one.reason != MALFORMED] for key, of in ignored.items()},
        "unreadable": {one.bot_id: one.count for one in _all(ignored) if one.reason == MALFORMED},
        "reasons": why_ignored, "spoken": spoken, "refused": request.app[BOTS].refused(),
        "platforms": platforms(),
    }  # fmt: skip


def _all(ignored: dict[int, list[BotIgnored]]) -> list[BotIgnored]:
    return [one for of in ignored.values() for one in of]


async def _form(
    request: web.Request,
    adapter: Adapter,
    values: dict[str, Any],
    bot: Bot | None = None,
    status: int = 200,
    errors: dict[str, str] | None = None,
) -> web.Response:
    public = request.app[SETTINGS].public_url
    async with request.app[DATABASE].reading() as session:
        spoken = (await spoken_with(session)).get(bot.id or 0, 0) if bot else 0
        always = (await house_settings(session)).calendar_id is None
    return await page(
        request,
        "settings/bot_form.html",
        status=status,
        adapter=adapter,
        bot=bot,
        values=values,
        errors=errors or {},
        asked={one.name: asked_for(adapter.name, one) for one in adapter.settings},
        told=told_of(adapter),
        public_url=public,
        spoken=spoken,
        always=always,
    )
