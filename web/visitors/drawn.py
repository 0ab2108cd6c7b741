"""The forms as visitors see them, kept in memory: a post asks the database for nothing before it is taken."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import structlog
from aiohttp import web
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.model.forms import FormField
from storage.database import Database
from storage.mailboxes import own_addresses
from storage.tables.forms import WebForm
from storage.webforms import every_form, fields_of, wordings
from web.i18n import speaking
from web.remembered import Remembered
from web.render import environment
from web.visitors.look import Look, look_of

log = structlog.get_logger()

TOPICS = frozenset({"forms", "consents", "mailboxes", "resync"})

Consents = Mapping[str, tuple[int, str]]


@dataclass(frozen=True)
class Drawn:
    """A form, and everything that showing and understanding it needs."""

    form: WebForm
    fields: tuple[FormField, ...]
    consents: Consents  # purpose -> the newest text and its id
    versions: Mapping[str, tuple[int, ...]]  # purpose -> ids of all its texts, the newest first

    @cached_property
    def look(self) -> Look:
        return look_of(self.form.theme)

    @cached_property
    def html(self) -> str:
        """What stands inside the form before anybody has typed."""
        return self.inside({}, {})

    def inside(self, values: Mapping[str, list[str]], errors: Mapping[str, str], **more: Any) -> str:
        template = environment().get_template("visitors/fields.html")
        with speaking(self.form.language):
            return template.render(
                form=self.form,
                fields=self.fields,
                consents=self.consents,
                values=values,
                errors=errors,
                **more,
            )


@dataclass(frozen=True, slots=True)
class Known:
    """All forms by their keys, and which addresses are ours."""

    forms: Mapping[str, Drawn]
    addresses: frozenset[str] = frozenset()


class Forms:
    """As they are drawn now."""

    def __init__(self, database: Database) -> None:
        self._known = Remembered(database, TOPICS, _read, Known({}), "web forms")

    async def now(self) -> Known:
        return await self._known.now()

    def followed(self) -> AbstractAsyncContextManager[None]:
        return self._known.followed()


async def _read(session: AsyncSession) -> Known:
    rows, texts = await every_form(session), await wordings(session)
    newest = {purpose: (found[0].id or 0, found[0].text) for purpose, found in texts.items()}
    ids = {purpose: tuple(row.id or 0 for row in found) for purpose, found in texts.items()}
    drawn = {row.key: Drawn(row, _fields(row), newest, ids) for row in rows}
    return Known(drawn, frozenset(await own_addresses(session)))


def _fields(form: WebForm) -> tuple[FormField, ...]:
    """Fields that make no sense any more are not asked for; what they would have said is kept as unknown."""
    found: list[FormField] = []
    for kept in form.fields:
        try:
            found += fields_of(WebForm(key=form.key, name=form.name, secret=form.secret, fields=[kept]))
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            log.error("a field of a form makes no sense", form=form.id, why=str(error)[:200])
    return tuple(found)


FORMS = web.AppKey("forms", Forms)
