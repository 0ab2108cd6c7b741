"""The editor of a rule: a form that reads as a sentence, and the sentence above it while it is written."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from intake.automation.bodies import body_of, rule_of
from intake.errors import IntakeError
from storage import rules as kept
from storage.history import stored_id
from storage.rule_names import RuleNames, rule_names
from storage.tables.automation import AutoRule
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.messages import sentence
from web.pages import rules_choices
from web.pages.rules import PATH
from web.pages.rules_form import NEW, Draft, complaints, meanwhile, tidied, typed_draft, warnings
from web.pages.rules_rehearsal import begin, blank, shown
from web.render import fragment, is_partial, page, urls_of
from web.rule_words import sentence_of
from web.say import say

routes = web.RouteTableDef()


@routes.get(PATH + "/new", name="settings.rule.new")
@allow(Role.ADMINISTRATOR)
async def show_new(request: web.Request) -> web.Response:
    return await _page(request, Draft(NEW))


@routes.get(PATH + "/{id:\\d+}", name="settings.rule")
@allow(Role.MANAGER)
async def show(request: web.Request) -> web.Response:
    row = await _stored(request)
    return await _page(request, stored_draft(row), row)


@routes.post(PATH + "/new")
@routes.post(PATH + "/{id:\\d+}")
@allow(Role.ADMINISTRATOR)
async def keep(request: web.Request) -> web.Response:
    """«do»: save, rehearse, or what only changes the form: add, drop-2, look."""
    data = await request.post()
    draft, row = typed_draft(data), await _stored(request) if "id" in request.match_info else None
    async with request.app[DATABASE].reading() as session:
        names = await rule_names(session)
    match str(data.get("do", "save")):
        case "save":
            return await _save(request, draft, row, names)
        case "rehearse":
            return await _rehearse(request, draft, row, names)
        case "say":
            return fragment(request, "rules/said.html", sentence=sentence_of(draft.rule, names))
    return await _page(request, draft, row, errors=meanwhile(draft, names))


def stored_draft(row: AutoRule) -> Draft:
    rule = rule_of(row, stored_id(row))
    return Draft(rule, version=row.version)


async def _save(request: web.Request, draft: Draft, row: AutoRule | None, names: RuleNames) -> web.Response:
    if wrong := complaints(draft, names):
        return await _page(request, draft, row, 422, errors=wrong)
    if row is not None and draft.version != row.version:
        refusal = gettext("Somebody has written another version meanwhile. Yours is still here, not saved.")
        return await _page(request, draft, row, 409, refusal=refusal)
    try:
        async with request.app[DATABASE].transaction() as session:
            saved = await kept.keep_rule(
                session,
                stored_id(row) if row else None,
                draft.rule.name,
                body_of(tidied(draft.rule)),
                row.enabled if row else False,
                request[VIEWER].actor(request.remote),
            )
    except IntakeError as error:
        return await _page(request, draft, row, 409, refusal=sentence(error))
    if row is not None:
        say(request, gettext("Saved as version %(number)s", number=saved.version))
        raise web.HTTPSeeOther(PATH)
    say(request, gettext("Saved. It is off: rehearse it on the past, then switch it on."))
    raise web.HTTPSeeOther(urls_of(request.app)("settings.rule", id=stored_id(saved)) + "#rehearsal")


async def _rehearse(
    request: web.Request, draft: Draft, row: AutoRule | None, names: RuleNames
) -> web.Response:
    """The draft as it stands in the form; with scripts only the section below it is drawn again."""
    if wrong := complaints(draft, names):
        if not is_partial(request):
            return await _page(request, draft, row, 422, errors=wrong)
        told = {**blank(), "rehearsal_error": " ".join(wrong.values())}
        return fragment(request, "rules/rehearsal.html", status=422, at=request.path, **told)
    rule = replace(tidied(draft.rule), id=stored_id(row) if row else 0, version=row.version if row else 0)
    running = begin(request, rule, await request.post())
    context = await shown(request, running)
    if is_partial(request):
        return fragment(request, "rules/rehearsal.html", **context)
    return await _page(request, draft, **context)


async def _stored(request: web.Request) -> AutoRule:
    async with request.app[DATABASE].reading() as session:
        return await kept.rule(session, int(request.match_info["id"]))


async def _page(
    request: web.Request, draft: Draft, row: AutoRule | None = None, status: int = 200, **context: Any
) -> web.Response:
    async with request.app[DATABASE].reading() as session:
        names = await rule_names(session)
    parts: dict[str, Any] = {
        "row": row,
        "draft": draft,
        "rule": draft.rule,
        "names": names,
        "sentence": sentence_of(draft.rule, names),
        "choices": rules_choices,
        "errors": {},
        "warnings": warnings(draft.rule, names),
        "refusal": "",
        **blank(),
        "edits": request[VIEWER].may(Role.ADMINISTRATOR),
        "at": request.path,
    }
    made = parts | context
    if is_partial(request):
        return fragment(request, "rules/editor.html", status=status, **made)
    return await page(request, "rules/edit.html", status=status, **made)
