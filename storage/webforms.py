"""The web forms as they are drawn: found by visitors and by us, kept, put away."""

import secrets
from dataclasses import asdict
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.errors import Conflict
from intake.model.forms import FieldKind, FormField
from storage import setup
from storage.access import Actor
from storage.database import announce
from storage.history import journal
from storage.tables.forms import Submission, WebForm
from storage.tables.work import ConsentText

TOPIC = "forms"
CHANNEL = "form:"


def new_key() -> str:
    """What a form is called in addresses: nobody guesses it, and it is copied by one double click."""
    return secrets.token_hex(12)


async def web_form_by_key(session: AsyncSession, key: str) -> WebForm | None:
    """Also one that is switched off: the door says so to whoever opens it."""
    return (await session.exec(select(WebForm).where(WebForm.key == key[:64]))).first()


async def form_of_channel(session: AsyncSession, channel: str) -> WebForm | None:
    """The form behind `form:{id}`; None for any other channel and for a form that is gone."""
    number = channel.removeprefix(CHANNEL)
    if number == channel or not number.isdecimal() or len(number) > 9:
        return None
    return await session.get(WebForm, int(number))


async def every_form(session: AsyncSession) -> list[WebForm]:
    """All of them by name, those that are switched off last."""
    return await setup.every(session, WebForm, col(WebForm.enabled).desc(), col(WebForm.name))


async def consent_texts(session: AsyncSession) -> dict[str, ConsentText]:
    """The newest wording of each purpose: what a form shows beside its tick."""
    rows = await session.exec(select(ConsentText).order_by(col(ConsentText.version), col(ConsentText.id)))
    return {row.purpose: row for row in rows}


async def wordings(session: AsyncSession) -> dict[str, list[ConsentText]]:
    """All wordings of each purpose, the newest first: a form may have been open since before a change."""
    newest_first = col(ConsentText.version).desc(), col(ConsentText.id).desc()
    found: dict[str, list[ConsentText]] = {}
    for row in await session.exec(select(ConsentText).order_by(*newest_first)):
        found.setdefault(row.purpose, []).append(row)
    return found


async def keep_form(
    session: AsyncSession, form_id: int | None, values: dict[str, Any], who: Actor, seen: str = ""
) -> WebForm:
    """Draw a new form, with a key and a secret of its own, or change one; both stay what they were then.

    `seen`: its `updated_at` (ISO) when it was looked at; empty: whatever it is now.
    Raises Conflict("name-taken"), Conflict("form-changed") or NotFound("no-such-record").
    """
    if form_id is None:
        values = values | {"key": new_key(), "secret": secrets.token_urlsafe(32)}
    elif seen and seen != await _last_change(session, form_id):
        raise Conflict("form-changed")
    form = await setup.keep(session, WebForm, form_id, values, who)
    announce(session, TOPIC)
    return form


async def remove_form(session: AsyncSession, form_id: int, who: Actor) -> bool:
    """True when it is gone; one that visitors have filled in is only switched off, for what they sent
    stays theirs. Raises NotFound."""
    form = await setup.one(session, WebForm, form_id)
    used = (await session.exec(select(Submission.id).where(Submission.form_id == form_id).limit(1))).first()
    if used is None:
        await setup.remove(session, WebForm, form_id, who)
    else:
        async with journal(session, "switch-off-web_form", who) as log:
            await log.change(form, enabled=False)
    announce(session, TOPIC)
    return used is None


async def _last_change(session: AsyncSession, form_id: int) -> str:
    row = await session.get(WebForm, form_id, with_for_update=True, populate_existing=True)
    return row.updated_at.isoformat() if row else ""


def fields_of(form: WebForm) -> tuple[FormField, ...]:
    """The fields in their order; what a later version of ours has added to them is left out."""
    return tuple(_field(each) for each in form.fields)


def kept_fields(fields: tuple[FormField, ...]) -> list[dict[str, Any]]:
    """The fields as `WebForm.fields` keeps them."""
    return [asdict(each) | {"options": list(each.options)} for each in fields]


def _field(kept: dict[str, Any]) -> FormField:
    known = {name: kept[name] for name in FormField.__dataclass_fields__ if name in kept}
    known["kind"] = FieldKind(kept.get("kind", FieldKind.TEXT))
    known["options"] = tuple(kept.get("options", ()))
    return FormField(**known)
