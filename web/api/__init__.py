"""The REST API: `/api/v1/…`. Pages, rules and programs walk the same two functions of the wizard.

web/app.py mounts `routes` and calls `register`.
"""

from functools import cache
from importlib.metadata import version
from typing import Any

from aiohttp import web

from intake.model.hits import Found
from intake.model.wizard import Accepted
from web.access import public
from web.api import finding, forms, inquiries, letters, schema
from web.api.endpoint import Endpoint, add_limiter
from web.api.openapi import document

ONE = r"/api/v1/inquiries/{id:\d+}"

ENDPOINTS = (
    Endpoint("GET", "/api/v1/search", finding.search_all, "Search data", Found, query=schema.Search),
    Endpoint(
        "POST", "/api/v1/search", finding.search_all,
        "Search data, with names and numbers in the body and so in nobody's log", Found, body=schema.Search,
    ),
    Endpoint(
        "GET", "/api/v1/inquiries", inquiries.list_inquiries, "List inquiries, the newest first",
        schema.Inquiries, query=schema.InquiryList,
    ),
    Endpoint(
        "POST", "/api/v1/inquiries", inquiries.create_inquiry, "Write an inquiry down, or accept it at once",
        schema.Opened | Accepted, body=schema.NewInquiry, status=201, errors=(404, 409), keyed=True,
    ),
    Endpoint("GET", ONE, inquiries.get_inquiry, "Get an inquiry", schema.WholeInquiry, errors=(404,)),
    Endpoint(
        "GET", f"{ONE}/letters", letters.list_letters, "List an inquiry's letters, the oldest first",
        schema.Letters, errors=(404,),
    ),
    Endpoint(
        "POST", f"{ONE}/accept", inquiries.accept_inquiry, "Accept: create or link an interest",
        Accepted, body=schema.Accept, errors=(404, 409), keyed=True,
    ),
    Endpoint(
        "POST", f"{ONE}/decline", inquiries.decline_inquiry, "Decline with a reason",
        schema.Decided, body=schema.Decline, errors=(404, 409),
    ),
    Endpoint(
        "POST", f"{ONE}/no-answer", inquiries.pass_over_inquiry, "Say that a reply needs no answer",
        schema.Decided, errors=(404, 409),
    ),
    Endpoint(
        "POST", f"{ONE}/undo", inquiries.undo_inquiry, "Undo the decision that stands",
        schema.Undone, errors=(403, 404, 409),
    ),
    Endpoint("GET", "/api/v1/forms", forms.list_forms, "List the web forms", forms.Forms),
    Endpoint(
        "GET", r"/api/v1/interests/{id:\d+}", finding.get_interest, "Get an interest",
        schema.Interest, errors=(404,),
    ),
)  # fmt: skip


@public
async def openapi(request: web.Request) -> web.Response:
    return web.json_response(described())


@cache
def described() -> dict[str, Any]:
    return document(ENDPOINTS, version("intake"))


routes = [*(endpoint.route() for endpoint in ENDPOINTS), web.get("/api/v1/openapi.json", openapi)]


def register(app: web.Application) -> None:
    add_limiter(app)
