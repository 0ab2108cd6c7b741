"""The addresses that visitors' browsers and other sites' servers post forms to, as openapi.json tells them.

They take anything that can be posted and know no tokens; so they are described by hand."""

from typing import Any

FORM = "/f/{key}"
SCHEMA = "#/components/schemas/"
PUBLIC: dict[str, Any] = {"tags": ["forms"], "security": []}
KEY: dict[str, Any] = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "Of the form: it stands in the settings beside it",
    "schema": {"type": "string", "pattern": "^[0-9A-Za-z_-]{1,64}$"},
}
ONCE: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same content is the same request, however often it is sent",
    "schema": {"type": "string"},
}
TEXT: dict[str, Any] = {"schema": {"type": "string"}}
ANYTHING: dict[str, Any] = {"type": "object", "additionalProperties": True}
REFUSALS = {
    400: "The body is no JSON, or broke off; what came is kept",
    404: "There is no such form",
    408: "The body came too slowly",
    410: "The form is closed",
    413: "More than can be taken at once",
    422: "Some fields are wrong: what is right and what is wrong is kept, correct it and send again",
    429: "Too many from this address: `Retry-After` says when to come again",
    503: "Nothing could be taken just now: send the same again in a minute",
}
EVERYWHERE = (404, 410, 429, 503)

SCHEMAS: dict[str, Any] = {
    "FormErrors": {
        "type": "object",
        "required": ["errors"],
        "properties": {
            "errors": {"type": "object", "additionalProperties": {"type": "string"}},
            "codes": {"type": "object", "additionalProperties": {"type": "string"}},
            "challenge": {"type": ["object", "null"]},
        },
    },
    "FormShown": {
        "type": "object",
        "required": ["html", "css", "look", "words", "most_file_mb", "token", "challenge"],
        "properties": {
            "html": {"type": "string"},
            "css": {"type": "string"},
            "look": {"type": "string", "enum": ["auto", "light", "dark"]},
            "words": {"type": "object", "additionalProperties": {"type": "string"}},
            "most_file_mb": {"type": "integer"},
            "token": {"type": "string"},
            "challenge": {"type": ["object", "null"]},
        },
    },
    "FormTaken": {
        "type": "object",
        "required": ["number", "thanks", "text"],
        "properties": {
            "number": {"type": "integer"},
            "thanks": {"type": "string"},
            "text": {"type": "string"},
        },
    },
}


def paths(words: dict[str, str]) -> dict[str, Any]:
    """`words` describe the operations."""
    return {
        FORM: {
            "get": _operation(words, "show_form", "Show the form as a page", {200: _page("The form")}),
            "post": _operation(words, "send_form", "Send the form", _sent(), (400, 408, 413, 422), _bodies()),
        },
        f"{FORM}/form.json": {
            "get": _operation(
                words,
                "form_for_script",
                "Get what a script draws the form of",
                {200: _json("The form", "FormShown")},
            ),
        },
        f"{FORM}/tilda": {
            "post": _operation(
                words, "send_from_tilda", "Send a form of Tilda's", _ok(), (400, 408, 413, 422), _bodies()
            ),
        },
    }


def _operation(
    words: dict[str, str],
    name: str,
    summary: str,
    answers: dict[int, Any],
    refusals: tuple[int, ...] = (),
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    codes = sorted({*EVERYWHERE, *refusals})
    described = PUBLIC | {
        "operationId": name,
        "summary": summary,
        "description": words[name],
        "parameters": [KEY, ONCE] if name == "send_form" else [KEY],
        "responses": {str(code): answer for code, answer in answers.items()}
        | {str(code): _refusal(code) for code in codes},
    }
    return described | ({"requestBody": body} if body else {})


def _bodies() -> dict[str, Any]:
    kinds = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
    return {"required": True, "content": {kind: {"schema": ANYTHING} for kind in kinds}}


def _sent() -> dict[int, Any]:
    """A program is answered; a browser is led on to the page of thanks."""
    led_on = {"Location": {"required": True, "schema": {"type": "string"}}}
    thanked = {"description": "To the page of thanks, for browsers", "headers": led_on}
    return {200: _json("Taken: the visitor is told this number", "FormTaken"), 303: thanked}


def _ok() -> dict[int, Any]:
    return {200: {"description": "«ok»", "content": {"text/plain": {"schema": {"const": "ok"}}}}}


def _page(description: str) -> dict[str, Any]:
    return {"description": description, "content": {"text/html": TEXT}}


def _json(description: str, schema: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": SCHEMA + schema}}},
    }


def _refusal(code: int) -> dict[str, Any]:
    """As a page for people, as JSON for programs."""
    kinds = {"text/html": TEXT, "text/plain": TEXT} if code == 429 else {"text/html": TEXT}
    return {"description": REFUSALS[code], "content": _json("", "FormErrors")["content"] | kinds}
