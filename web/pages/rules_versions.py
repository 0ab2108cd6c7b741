"""What a rule said before: each wording as a sentence, and which clauses came and went."""

from dataclasses import dataclass

from aiohttp import web

from intake.automation.bodies import rule_of
from storage import rules as kept
from storage.rule_names import RuleNames, rule_names
from storage.rules import Wording
from storage.tables.people import Role
from web.access import allow
from web.i18n import gettext
from web.keys import DATABASE, VIEWER
from web.pages.rules import PATH
from web.render import page, urls_of
from web.rule_words import Sentence, clauses_of, sentence_of
from web.say import say

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Shown:
    """`gone` and `came`: clauses that the version before had, and that it had not."""

    wording: Wording
    sentence: Sentence
    gone: list[str]
    came: list[str]


@routes.get(PATH + "/{id:\\d+}/versions", name="settings.rule.versions")
@allow(Role.MANAGER)
async def show(request: web.Request) -> web.Response:
    rule_id = int(request.match_info["id"])
    async with request.app[DATABASE].reading() as session:
        row = await kept.rule(session, rule_id)
        wordings = await kept.versions(session, rule_id)
        names = await rule_names(session)
    shown = _shown(wordings, rule_id, names)
    edits = request[VIEWER].may(Role.ADMINISTRATOR)
    return await page(request, "rules/versions.html", row=row, versions=shown, edits=edits)


@routes.post(PATH + "/{id:\\d+}/versions/{version:\\d+}", name="settings.rule.back")
@allow(Role.ADMINISTRATOR)
async def bring_back(request: web.Request) -> web.Response:
    """«Вернуть эту»: the former wording as a new version."""
    rule_id, version = int(request.match_info["id"]), int(request.match_info["version"])
    async with request.app[DATABASE].transaction() as session:
        who = request[VIEWER].actor(request.remote)
        row = await kept.bring_back(session, rule_id, version, who)
    say(request, gettext("Version %(old)s is back, as version %(new)s", old=version, new=row.version))
    raise web.HTTPSeeOther(urls_of(request.app)("settings.rule.versions", id=rule_id))


def _shown(wordings: list[Wording], rule_id: int, names: RuleNames) -> list[Shown]:
    """The newest first, each beside the one before it."""
    clauses = [clauses_of(rule_of(one.row, rule_id), names) for one in wordings]
    shown = []
    for one, mine, before in zip(wordings, clauses, [*clauses[1:], None], strict=True):
        gone = [] if before is None else [clause for clause in before if clause not in mine]
        came = [] if before is None else [clause for clause in mine if clause not in before]
        shown.append(Shown(one, sentence_of(rule_of(one.row, rule_id), names), gone, came))
    return shown
