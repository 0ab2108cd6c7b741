"""From a post to the fact that reception takes: who asks for what, from where, and what is odd about it."""

import asyncio
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from aiohttp import web

from intake.channels.forms.bodies import Pairs
from intake.channels.forms.challenge import Solved, solved
from intake.channels.forms.controls import MOST_ADDRESS, Controls, apart
from intake.channels.forms.fingerprint import Identity, content_of, identity
from intake.channels.forms.suspicion import Seen, suspicions
from intake.channels.forms.tokens import Rendering, brought_back
from intake.channels.forms.understanding import Understood, understood
from intake.letters.plain import storable
from intake.model.forms import FormEvent
from storage.challenges import forget_old, use_up
from storage.columns import now
from web.keys import DATABASE, SETTINGS
from web.visitors.door import may_ask, origin_of, wants_json
from web.visitors.drawn import FORMS, Drawn
from web.visitors.reading import Sent, is_json
from web.visitors.turnstile import TURNSTILE

MOST_AGENT = 300


@dataclass(frozen=True, slots=True)
class Post:
    """What was sent, understood."""

    at: datetime
    via: str
    sent: Sent
    typed: Pairs
    came: Controls
    meant: Understood
    rendering: Rendering | None = None  # which showing of the form it was typed into


@dataclass(frozen=True, slots=True)
class Judged:
    event: FormEvent
    work: Solved | None = None  # the challenge that was used up for it


def posted(request: web.Request, drawn: Drawn, sent: Sent) -> Post:
    typed, came = apart(sent.pairs, {field.name for field in drawn.fields})
    meant = understood(typed, drawn.fields, drawn.versions, {file.field for file in sent.files})
    rendering = brought_back(drawn.form.secret, came.token)
    return Post(now(), _via(request), sent, typed, _completed(request, came), meant, rendering)


async def judged(request: web.Request, drawn: Drawn, post: Post) -> Judged:
    work = await _work(request, drawn, post)
    known = await request.app[FORMS].now()
    seen = await _seen(request, drawn, post, unsolved=drawn.form.challenge and work is None)
    held = suspicions(seen, known.addresses, own_hosts(request))
    return Judged(replace(_event(request, drawn, post), held=held), work)


def own_hosts(request: web.Request) -> frozenset[str]:
    public = urlsplit(request.app[SETTINGS].public_url).netloc
    return frozenset(filter(None, {public.casefold(), request.host.casefold()}))


def _completed(request: web.Request, came: Controls) -> Controls:
    """A form of somebody's own says nothing of its page; their browser does."""
    return replace(
        came,
        key=came.key or request.headers.get("Idempotency-Key", "").strip(),
        page=came.page or storable(request.headers.get("Referer", ""))[:MOST_ADDRESS],
    )


async def _work(request: web.Request, drawn: Drawn, post: Post) -> Solved | None:
    """Solved and not used before; from now on it is."""
    if not drawn.form.challenge:
        return None
    work = await asyncio.to_thread(solved, drawn.form.secret, post.came.solution)
    if work is None:
        return None
    async with request.app[DATABASE].transaction() as session:
        await forget_old(session, post.at)
        return work if await use_up(session, work.signature, work.until) else None


async def _seen(request: web.Request, drawn: Drawn, post: Post, unsolved: bool) -> Seen:
    form, address = drawn.form, request.remote or ""
    return Seen(
        at=post.at,
        trap=post.came.trap,
        token=post.came.token,
        rendering=post.rendering,
        must_be_shown=bool(form.origins) and not may_ask(origin_of(request), drawn),
        least_seconds=form.least_seconds,
        texts=tuple(value for _, _, value in post.meant.values),
        emails=tuple(value for target, value in post.meant.said if target == "email"),
        page=post.came.page,
        too_many=await request.app[TURNSTILE].is_too_many(form.id or 0, form.per_hour, address),
        unsolved=unsolved,
    )


def _identity(drawn: Drawn, post: Post) -> Identity:
    content = content_of(post.typed, tuple(file.digest for file in post.sent.files))
    nonce = post.rendering.nonce if post.rendering else ""
    window, once = drawn.form.same_minutes, secrets.token_hex(16)
    return identity(content, post.at, window, post.came.key, nonce, once)


def _event(request: web.Request, drawn: Drawn, post: Post) -> FormEvent:
    named = _identity(drawn, post)
    return FormEvent(
        channel=f"form:{drawn.form.id}",
        external_id=named.external_id,
        earlier=named.earlier,
        same_minutes=drawn.form.same_minutes,
        at=post.at,
        form_id=drawn.form.id or 0,
        form_name=drawn.form.name,
        values=post.meant.values,
        said=post.meant.said,
        ticks=post.meant.ticks,
        files=post.sent.files,
        problems=problems_of(post),
        via=post.via,
        address=request.remote or "",
        agent=storable(request.headers.get("User-Agent", ""))[:MOST_AGENT],
        page=post.came.page,
        referrer=post.came.referrer,
        utm=post.came.utm,
        raw=post.sent.raw,
        rendering=post.rendering.nonce if post.rendering else "",
    )


def problems_of(post: Post) -> tuple[tuple[str, str], ...]:
    """Why a file could not be kept is a better reason than that it is missing."""
    return tuple((dict(post.meant.problems) | dict(post.sent.problems)).items())


def _via(request: web.Request) -> str:
    if is_json(request):
        return "json"
    return "script" if wants_json(request) else "html"
