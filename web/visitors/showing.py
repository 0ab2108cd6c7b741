"""What a form hands out: the page of its own, and what the script needs to draw it in other pages."""

import secrets
from typing import Any

from aiohttp import web

from intake.channels.forms.challenge import challenge
from intake.channels.forms.tokens import Rendering, handed_out, is_receipt
from intake.letters.plain import storable
from storage.columns import now
from web.assets import assets
from web.visitors import words
from web.visitors.door import page, visitors
from web.visitors.drawn import Drawn
from web.visitors.turnstile import TURNSTILE

KEY = "{key:[0-9A-Za-z_-]{1,64}}"
NONCE = 12  # bytes
LONGEST = 2000  # letters of an address
STYLE = "css/visitors.css"

routes = web.RouteTableDef()


@routes.get(f"/f/{KEY}", name="form")
@visitors
async def show(request: web.Request, drawn: Drawn) -> web.Response:
    """The form as a page that works without any script."""
    await _not_staring(request)
    return form_page(request, drawn, token(drawn), came_by(request))


@routes.get(f"/f/{KEY}/thanks", name="form.thanks")
@visitors
async def thanks(request: web.Request, drawn: Drawn) -> web.Response:
    """Where a sent form leads: looking at it again sends nothing again."""
    number, receipt = request.query.get("n", ""), request.query.get("s", "")
    if not is_receipt(drawn.form.secret, number, receipt):
        raise web.HTTPNotFound
    return page(
        request, "visitors/thanks.html", text=words.thanks(drawn.form.thanks, int(number)), number=number
    )


@routes.get(f"/f/{KEY}/form.json", name="form.json")
@visitors
async def form_json(request: web.Request, drawn: Drawn) -> web.Response:
    """For the script: how the form looks, and what is signed for this one showing of it."""
    await _not_staring(request)
    most = drawn.form.most_file_mb
    return web.json_response(
        {
            "html": drawn.html,
            "css": assets().text(STYLE) + drawn.look.css,
            "look": drawn.look.look,
            "words": words.script_words(most),
            "most_file_mb": most,
            **signed(drawn),
        }
    )


@routes.options(f"/f/{KEY}")
@routes.options(f"/f/{KEY}/form.json")
@visitors
async def preflight(request: web.Request, drawn: Drawn) -> web.Response:
    headers = {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Accept, Content-Type, Idempotency-Key",
        "Access-Control-Max-Age": "7200",
    }
    return web.Response(status=204, headers=headers)


def form_page(
    request: web.Request,
    drawn: Drawn,
    signed_token: str,
    came: dict[str, str],
    values: dict[str, list[str]] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> web.Response:
    """`came` is where the visitor came from; then what they typed, if they did, and what is wrong with it."""
    inside = drawn.inside(values or {}, errors or {}, heading="h1")
    hidden = {"_token": signed_token, **came}
    return page(request, "visitors/form.html", status, inside=inside, hidden=hidden, wrong=bool(errors))


def came_by(request: web.Request) -> dict[str, str]:
    """The page with what is asked of it, UTM included, and what led there."""
    here = f"{request.scheme}://{request.host}{request.path_qs}"
    return {
        "_page": storable(here)[:LONGEST],
        "_referrer": storable(request.headers.get("Referer", ""))[:LONGEST],
    }


def token(drawn: Drawn) -> str:
    return handed_out(drawn.form.secret, Rendering(now(), secrets.token_hex(NONCE)))


def signed(drawn: Drawn) -> dict[str, Any]:
    """A token, and a challenge where the form asks for one."""
    work = challenge(drawn.form.secret, now()) if drawn.form.challenge else None
    return {"token": token(drawn), "challenge": work}


async def _not_staring(request: web.Request) -> None:
    if await request.app[TURNSTILE].is_staring(request.remote or ""):
        raise web.HTTPTooManyRequests
