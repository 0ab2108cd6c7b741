"""Times as people say them, in the time zone of whoever looks."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, format_timedelta

from intake.model.moments import is_sensible
from web.house import targets
from web.i18n import gettext, language, locale, pgettext

DEFAULT_ZONE: tzinfo = ZoneInfo("Europe/Moscow")
_zone: ContextVar[tzinfo] = ContextVar("zone", default=DEFAULT_ZONE)


def use_zone(zone: tzinfo) -> None:
    """For the rest of this request."""
    _zone.set(zone)


@contextmanager
def in_zone(zone: tzinfo) -> Iterator[None]:
    before = _zone.get()
    _zone.set(zone)
    try:
        yield
    finally:
        _zone.set(before)


def now() -> datetime:
    return datetime.now(UTC)


def here(moment: datetime) -> datetime:
    """The same moment on the viewer's clock."""
    return moment.astimezone(_zone.get())


def today() -> date:
    return here(now()).date()


def when(moment: datetime | None) -> str:
    """«сегодня, 14:07», «вчера, 9:12», «12 ноября, 10:00», «12 ноября 2024, 10:00»."""
    if moment is None:
        return ""
    return f"{day(moment)}, {clock(moment)}"


def day(value: date | datetime | None) -> str:
    """«сегодня», «завтра», «12 ноября», with the year when it is another one."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = here(value).date()
    named = {-1: gettext("yesterday"), 0: gettext("today"), 1: gettext("tomorrow")}
    apart = (value - today()).days
    if apart in named:
        return named[apart]
    if value.year == today().year:
        return format_date(value, "d MMMM" if language() == "ru" else "MMMM d", locale=locale())
    return format_date(value, "d MMMM y" if language() == "ru" else "MMMM d, y", locale=locale())


def clock(moment: datetime | None) -> str:
    """«14:07»."""
    return "" if moment is None else format_time(here(moment), "H:mm", locale=locale())


def clock_seconds(moment: datetime | None) -> str:
    """«14:07:32», where seconds matter."""
    return "" if moment is None else format_time(here(moment), "H:mm:ss", locale=locale())


def exactly(moment: datetime | None) -> str:
    """For a tooltip: everything, with the zone."""
    return "" if moment is None else format_datetime(here(moment), "d MMMM y, H:mm:ss z", locale=locale())


def ago(moment: datetime | None) -> str:
    """«3 дня назад», «только что»."""
    if moment is None:
        return ""
    apart = now() - moment
    if abs(apart) < timedelta(minutes=1):
        return gettext("just now")
    return _ago(round(apart.total_seconds() / 60), language())


@lru_cache(maxsize=10_000)
def _ago(minutes: int, language: str) -> str:
    """A screen is full of these."""
    return format_timedelta(timedelta(minutes=-minutes), add_direction=True, threshold=1, locale=language)


def waiting(since: datetime | None) -> str:
    """How long somebody has waited: «40 с», «18 мин», «2 ч 5 мин», «3 дн.»."""
    return "" if since is None else length((now() - since).total_seconds())


def length(seconds: float | None) -> str:
    """«40 с», «18 мин», «2 ч 5 мин», «3 дн.»."""
    if seconds is None:
        return ""
    whole = max(0, int(seconds))
    if whole < 60:
        return pgettext("duration", "%(n)s s", n=whole)
    if whole < 3600:
        return pgettext("duration", "%(n)s min", n=whole // 60)
    if whole < 86_400:
        hours = pgettext("duration", "%(n)s h", n=whole // 3600)
        minutes = whole % 3600 // 60
        return f"{hours} {pgettext('duration', '%(n)s min', n=minutes)}" if minutes else hours
    return pgettext("duration", "%(n)s d", n=whole // 86_400)


def timer(seconds: float | None) -> str:
    """«1:42», «1:02:03»: as it ticks on a call."""
    whole = max(0, int(seconds or 0))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def warms(since: datetime, channel: str) -> tuple[datetime | None, datetime | None]:
    """When a waiting time turns amber, and red."""
    return targets().warn_at(channel, since), targets().late_at(channel, since)


def warmth(turns: tuple[datetime | None, datetime | None]) -> str:
    """The class of a waiting time now: nothing, «warn», «late»."""
    warn, late = (moment is not None and moment <= now() for moment in turns)
    return "late" if late else "warn" if warn else ""


def iso(moment: datetime | None) -> str:
    """For `datetime` attributes and scripts."""
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


def for_input(moment: datetime | None) -> str:
    """For <input type="datetime-local">, on the viewer's clock."""
    return "" if moment is None else here(moment).strftime("%Y-%m-%dT%H:%M")


def from_input(text: str) -> datetime | None:
    """What <input type="datetime-local"> sent, as aware UTC; None for nothing or nonsense."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read.replace(tzinfo=_zone.get()).astimezone(UTC) if is_sensible(read) else None
