"""PBXs as the administrator set them up -> connections as the Asterisk channel takes them."""

import re

import structlog
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from intake.channels.asterisk.cdr_sources import source
from intake.channels.asterisk.connection import Connection
from intake.channels.asterisk.numbers import Correction, Lines
from intake.errors import Rejected
from storage.tables.calls import NumberRule, Pbx, PhoneLine
from storage.tables.people import User

log = structlog.get_logger()


async def connections(session: AsyncSession) -> dict[str, Connection]:
    """Every enabled PBX by its channel's name; one that cannot be read is left out and logged."""
    found: dict[str, Connection] = {}
    for pbx in await session.exec(select(Pbx).where(col(Pbx.enabled)).order_by(col(Pbx.id))):
        try:
            found[f"asterisk:{pbx.id}"] = await connection(session, pbx)
        except Rejected as error:
            log.error("a PBX cannot be used as it is set up", pbx=pbx.name, code=error.code, **error.params)
    return found


async def connection(session: AsyncSession, pbx: Pbx) -> Connection:
    """Raises Rejected when a part of it makes no sense (number corrections, CDR source)."""
    return Connection(
        channel=f"asterisk:{pbx.id}",
        host=pbx.host,
        port=pbx.port,
        username=pbx.username,
        secret=pbx.secret,
        lines=await _lines(session, pbx),
        context=pbx.context,
        dial_prefix=pbx.dial_prefix,
        technology=pbx.technology,
        cdr=source(pbx.cdr),
    )


async def _lines(session: AsyncSession, pbx: Pbx) -> Lines:
    lines = await session.exec(select(PhoneLine).where(PhoneLine.pbx_id == pbx.id))
    rules = await session.exec(
        select(NumberRule).where(NumberRule.pbx_id == pbx.id).order_by(col(NumberRule.position))
    )
    people = await session.exec(select(User).where(col(User.mobile).is_not(None), col(User.active)))
    return Lines(
        trunks=frozenset(pbx.trunks),
        twins=tuple(pbx.twins),
        area_codes={line.did: line.area_code for line in lines if line.area_code},
        area_code=pbx.area_code,
        corrections=tuple(_correction(rule) for rule in rules),
        mobiles={user.mobile: user.extension for user in people if user.mobile and user.extension},
    )


def _correction(rule: NumberRule) -> Correction:
    """«8495 → +7495», in front of the number; what is to be put there is text, not a pattern."""
    replacement = rule.replacement.replace("\\", r"\\")
    return Correction(f"^{re.escape(rule.prefix)}", replacement, rule.did or rule.trunk or "")
