"""Tilda's webhook: what was sent on Tilda's pages, by its servers."""

import hmac
from dataclasses import replace

from aiohttp import web

from intake.channels.forms import tilda
from intake.channels.forms.bodies import Pairs
from intake.channels.forms.controls import Controls
from intake.channels.forms.understanding import understood
from intake.errors import Deferred
from intake.model.forms import Suspicion
from storage.columns import now
from web.keys import FILES
from web.visitors.door import told, visitors
from web.visitors.drawn import Drawn
from web.visitors.judging import Judged, Post, judged
from web.visitors.reading import Sent, read
from web.visitors.sending import let_in, take
from web.visitors.showing import KEY

OK = "ok"
HIDDEN = "***"
OF_OUR_FORM = frozenset(
    {Suspicion.NO_CHALLENGE, Suspicion.TOO_MANY, Suspicion.UNSIGNED}
)  # Tilda asks for none

routes = web.RouteTableDef()


@routes.post(f"/f/{KEY}/tilda", name="form.tilda")
@visitors
async def receive(request: web.Request, drawn: Drawn) -> web.Response:
    """Answered «ok» once it is kept: otherwise Tilda tries again."""
    await let_in(request, drawn)
    sent = await read(request, request.app[FILES], drawn.form.most_file_mb)
    if tilda.is_trial(sent.pairs):
        return web.Response(text=OK)
    if not sent.pairs:
        return told(request, 422)
    post = _posted(drawn, sent)
    made = _of_tilda(await judged(request, drawn, post), is_known=_is_known(request, drawn, sent))
    try:
        await take(request, made)
    except Deferred:
        return told(request, 503)
    return web.Response(text=OK)


def _posted(drawn: Drawn, sent: Sent) -> Post:
    sent = _without_secret(sent, drawn.form.tilda_secret)
    typed = tilda.typed(sent.pairs)
    meant = understood(typed, tilda.fields_for(typed, drawn.fields), drawn.versions)
    page, utm = tilda.came_from(sent.pairs)
    number = tilda.request_id(sent.pairs)
    came = Controls(key=f"tilda:{number}" if number else "", page=page, utm=utm)
    return Post(now(), "tilda", sent, typed, came, meant)


def _of_tilda(made: Judged, is_known: bool) -> Judged:
    """All of its visitors come from its few servers, and saw no form of ours; without the secret that was
    agreed on somebody else may have sent it."""
    held = tuple(reason for reason in made.event.held if reason not in OF_OUR_FORM)
    return replace(made, event=replace(made.event, held=held if is_known else (*held, Suspicion.UNSIGNED)))


def _is_known(request: web.Request, drawn: Drawn, sent: Sent) -> bool:
    """The secret may come as a field, in the address or as a header, by a name that Tilda lets one choose."""
    secret = drawn.form.tilda_secret.encode()
    if not secret:
        return True
    said = [value for _, value in (*sent.pairs, *request.query.items(), *request.headers.items())]
    return any(hmac.compare_digest(value.encode(errors="replace"), secret) for value in said)


def _without_secret(sent: Sent, secret: str) -> Sent:
    if not secret:
        return sent
    kept: Pairs = tuple(pair for pair in sent.pairs if pair[1] != secret)
    return replace(sent, pairs=kept, raw=sent.raw.replace(secret, HIDDEN))
