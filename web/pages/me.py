"""My own settings, my state, my browsers."""

from typing import Any
from zoneinfo import available_timezones

from aiohttp import web
from sqlmodel import col, update

from intake.errors import Rejected
from storage.columns import now
from storage.database import announce
from storage.history import note
from storage.live import Announcement
from storage.sessions import end_other_sessions, end_session, sessions_of
from storage.tables.people import Presence, User
from web import nav
from web.access import Viewer
from web.i18n import LANGUAGES, gettext, pgettext
from web.keys import DATABASE, LIVE, PASSWORDS, VIEWER
from web.messages import sentence
from web.pages import notifications as notices
from web.pages.absences import my_absences
from web.pages.settings_choices import search_modes
from web.passwords import MAX_LENGTH
from web.preferences import Preferences, Theme, WizardOpens, preferences_of
from web.render import fragment, is_partial, live_context, page, render
from web.say import say
from web.signing import GATE

SHORTEST_PASSWORD = 10
# People look for their city's offset, not through 600 names: Russia's zones and its neighbours' first.
NEAR = (
    "Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Omsk",
    "Asia/Novosibirsk", "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk", "Asia/Vladivostok",
    "Asia/Magadan", "Asia/Kamchatka", "Europe/Minsk", "Asia/Almaty", "Asia/Tashkent", "Asia/Tbilisi", "UTC",
)  # fmt: skip

routes = web.RouteTableDef()


@routes.get("/me", name="me")
async def mine(request: web.Request) -> web.Response:
    return await _settings(request)


@routes.post("/me")
async def change(request: web.Request) -> web.Response:
    """Language, zone and how calls announce themselves."""
    viewer, data = request[VIEWER], await request.post()
    values = _settings_from({name: str(value) for name, value in data.items()}, viewer)
    async with request.app[DATABASE].transaction() as session:
        await session.exec(update(User).where(col(User.id) == viewer.id).values(**values))
        announce(session, "user", id=viewer.id)
    say(request, gettext("Saved"))
    raise web.HTTPSeeOther("/me")


@routes.post("/me/password", name="me.password")
async def change_password(request: web.Request) -> web.Response:
    """Signs every other browser out: whoever knew the old password is gone."""
    viewer, data = request[VIEWER], await request.post()
    old, new = str(data.get("old", "")), str(data.get("new", ""))
    await request.app[GATE].knock(
        viewer.user.login, request.remote or ""
    )  # whoever sits here may be a guesser
    try:
        await _check_passwords(request, viewer, old, new)
    except Rejected as error:
        return await _settings(request, {str(error.params["field"]): sentence(error)}, 422)
    new_hash = await request.app[PASSWORDS].hash(new)
    async with request.app[DATABASE].transaction() as session:
        await session.exec(update(User).where(col(User.id) == viewer.id).values(password_hash=new_hash))
        await note(session, "change-password", viewer.actor(request.remote))
        for ended in await end_other_sessions(session, viewer.id, viewer.session):
            announce(session, "session", id=ended)
    say(request, gettext("The password is changed; other browsers are signed out"))
    raise web.HTTPSeeOther("/me")


@routes.post("/me/presence", name="presence")
async def set_presence(request: web.Request) -> web.Response:
    """Ready, on a break, or not to be disturbed."""
    viewer, data = request[VIEWER], await request.post()
    try:
        wanted = Presence(str(data.get("state", "")))
    except ValueError:
        raise Rejected("no-such-choice") from None
    async with request.app[DATABASE].transaction() as session:
        await session.exec(
            update(User).where(col(User.id) == viewer.id).values(presence=wanted, presence_since=now())
        )
        announce(session, "presence", user=viewer.id, state=wanted.value)
    viewer.user.presence = wanted
    if not is_partial(request):
        raise web.HTTPSeeOther("/")
    return fragment(request, "frame/state.html", state_words=nav.state_words())


@routes.get("/me/sessions", name="me.sessions")
async def my_sessions(request: web.Request) -> web.Response:
    viewer = request[VIEWER]
    async with request.app[DATABASE].reading() as session:
        found = await sessions_of(session, viewer.id)
    return await page(request, "sessions.html", sessions=found)


@routes.post("/me/sessions/{digest}/end", name="me.sessions.end")
async def end(request: web.Request) -> web.Response:
    viewer, digest = request[VIEWER], request.match_info["digest"]
    async with request.app[DATABASE].transaction() as session:
        if await end_session(session, viewer.id, digest):
            await note(session, "end-session", viewer.actor(request.remote))
            announce(session, "session", id=digest)
    say(request, gettext("That browser is signed out"))
    raise web.HTTPSeeOther("/me/sessions")


def register(app: web.Application) -> None:
    """My state changes in all my tabs, and on my other machines."""

    async def state(announcement: Announcement, viewer: Viewer) -> str | None:
        if announcement.data["user"] != viewer.id:
            return None
        viewer.user.presence = Presence(announcement.data["state"])
        return render(app, "frame/state.html", **live_context(app, viewer), state_words=nav.state_words())

    app[LIVE].register("presence", state)


async def _settings(
    request: web.Request, errors: dict[str, str] | None = None, status: int = 200
) -> web.Response:
    chosen = preferences_of(request[VIEWER].user.preferences)
    async with request.app[DATABASE].reading() as session:
        away = await my_absences(session, request[VIEWER])
    return await page(
        request, "me.html", status=status, chosen=chosen, choices=_choices(), errors=errors or {},
        notices=notices.choices(request[VIEWER]), **away,
    )  # fmt: skip


def zones() -> list[tuple[str, str]]:
    """To choose from."""
    others = sorted(available_timezones() - set(NEAR))
    return [(zone, zone.replace("_", " ")) for zone in (*NEAR, *others) if "/" in zone or zone == "UTC"]


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "locale": [("ru", "Русский"), ("en", "English")],
        "timezone": zones(),
        "wizard": [
            (WizardOpens.RING.value, gettext("when it rings")),
            (WizardOpens.ANSWER.value, gettext("when I answer")),
            (WizardOpens.BY_HAND.value, gettext("by hand")),
        ],
        "search_mode": search_modes(),
        "theme": [
            (Theme.SYSTEM.value, gettext("as the system")),
            (Theme.LIGHT.value, pgettext("theme", "light")),
            (Theme.DARK.value, pgettext("theme", "dark")),
        ],
    }


def _settings_from(data: dict[str, str], viewer: Viewer) -> dict[str, Any]:
    """The columns to set; what is not among the choices stays as it was."""
    locale, zone = data.get("locale", ""), data.get("timezone", "")
    told: dict[str, Any] = {
        **data,
        "sound": data.get("sound") == "yes",
        "notifications": data.get("notifications") == "yes",
    }
    chosen: Preferences = preferences_of(told)
    return {
        "locale": locale if locale in LANGUAGES else viewer.user.locale,
        "timezone": zone if zone in available_timezones() else viewer.user.timezone,
        "preferences": viewer.user.preferences | chosen.as_json(),
    }


async def _check_passwords(request: web.Request, viewer: Viewer, old: str, new: str) -> None:
    if len(new) < SHORTEST_PASSWORD:
        raise Rejected("password-too-short", field="new", least=SHORTEST_PASSWORD)
    if len(new) > MAX_LENGTH:
        raise Rejected("too-long", field="new", limit=MAX_LENGTH)
    if not await request.app[PASSWORDS].matches(viewer.user.password_hash, old):
        raise Rejected("wrong-password", field="old")
