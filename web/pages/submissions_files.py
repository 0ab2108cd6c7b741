"""The files of a request: downloaded, and looked at where that is safe, as letters' are."""

from aiohttp import web

from storage.submitted import submission_file, submission_seen_by
from storage.tables.forms import SubmissionFile
from web.keys import DATABASE
from web.pages.cards import actor
from web.pages.cards_edit import card_id
from web.pages.letters_files import to_be_saved, to_be_shown

routes = web.RouteTableDef()


@routes.get("/submissions/{id:\\d+}/files/{file:\\d+}", name="submission.file")
async def download(request: web.Request) -> web.StreamResponse:
    """Always to be saved, never to be shown, whatever it is."""
    return await to_be_saved(request, await _file(request))


@routes.get("/submissions/{id:\\d+}/files/{file:\\d+}/shown", name="submission.file.shown")
async def shown(request: web.Request) -> web.StreamResponse:
    """A raster picture or a PDF, by its own bytes. Raises Rejected("no-preview") for anything else."""
    return await to_be_shown(request, await _file(request))


async def _file(request: web.Request) -> SubmissionFile:
    """Raises NotFound for a request one may not see, and for a file of another one."""
    async with request.app[DATABASE].reading() as session:
        record = await submission_seen_by(session, actor(request), card_id(request))
        return await submission_file(session, record.id or 0, int(request.match_info["file"]))
