"""What the repeat-touch window has joined, in words."""

from intake.model.chats import is_identity
from storage.touched import Joined
from web.i18n import gettext, ngettext
from web.platforms import sender


def said(one: Joined) -> str:
    """«Объединено: тот же телефон, в пределах 30 минут»."""
    touch = one.touch
    if touch.by_key.startswith("rendering:"):
        return gettext("Joined: the same page of a form, corrected")
    within = ngettext("within %(num)s minute", "within %(num)s minutes", touch.minutes)
    if is_identity(touch.by_key):
        return gettext(
            "Joined: the same person in %(messenger)s, %(within)s",
            messenger=sender(touch.by_key),
            within=within,
        )
    if "@" in touch.by_key:
        return gettext("Joined: the same address, %(within)s", within=within)
    return gettext("Joined: the same phone, %(within)s", within=within)
