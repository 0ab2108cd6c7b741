"""What the repeat-touch window has joined, in words."""

from storage.touched import Joined
from web.i18n import gettext, ngettext


def said(one: Joined) -> str:
    """«Объединено: тот же телефон, в пределах 30 минут»."""
    touch = one.touch
    if touch.by_key.startswith("rendering:"):
        return gettext("Joined: the same page of a form, corrected")
    within = ngettext("within %(num)s minute", "within %(num)s minutes", touch.minutes)
    if "@" in touch.by_key:
        return gettext("Joined: the same address, %(within)s", within=within)
    return gettext("Joined: the same phone, %(within)s", within=within)
