"""What is sent to VK as a file, and what it keeps: photos and documents, in three steps each."""

import json

from aiohttp import web

from tests.platforms.vk_people import Json, VkPeople

WORDS = {
    5: "User authorization failed: invalid access_token (4).",
    6: "Too many requests per second",
    10: "Internal server error",
    15: "Access denied",
    100: "One of the parameters specified was missing or invalid",
    901: "Can't send messages for users without permission",
    914: "Message is too long",
    2000: "Servers number limit is reached",
}


class Fault(Exception):
    """An error of the API: its number."""


class VkUploads(VkPeople):
    """`uploads` are files by the name that messages.send has for them."""

    def __init__(self, token: str, group_id: int, name: str) -> None:
        super().__init__(token, group_id, name)
        self.uploads: dict[str, Json] = {}

    def routes(self, app: web.Application) -> None:
        app.router.add_post("/upload/{kind}/{number}", self._upload)
        app.router.add_get("/file/{number}", self._file)
        app.router.add_get("/moved/{number}", self._moved)

    async def _photos_getMessagesUploadServer(self, given: Json) -> Json:  # noqa: N802
        return {"upload_url": f"{self.base}/upload/photo/{next(self._numbers)}?act=x"}

    async def _docs_getMessagesUploadServer(self, given: Json) -> Json:  # noqa: N802
        return {"upload_url": f"{self.base}/upload/{given['type']}/{next(self._numbers)}?act=x"}

    async def _photos_saveMessagesPhoto(self, given: Json) -> list[Json]:  # noqa: N802
        number = json.loads(given["photo"])[0]["photo"]
        if given["hash"] != "h" or given["server"] != "77":
            raise Fault(100)
        return [{"id": int(number), "owner_id": 12, "access_key": "k"}]

    async def _docs_save(self, given: Json) -> Json:
        kind, _, number = given["file"].partition("|")
        return {"type": kind, kind: {"id": int(number), "owner_id": 12, "access_key": "k"}}

    async def _upload(self, request: web.Request) -> web.Response:
        """Answers JSON that is called HTML, as the real one does."""
        kind, number = request.match_info["kind"], request.match_info["number"]
        file = (await request.post()).get("photo" if kind == "photo" else "file")
        if not isinstance(file, web.FileField):
            return web.Response(text='{"error":"no_file"}', content_type="text/html")
        name = f"{'photo' if kind == 'photo' else 'doc'}12_{number}_k"
        self.uploads[name] = {
            "filename": file.filename,
            "content_type": file.content_type,
            "content": file.file.read(),
            "kind": kind,
        }
        told: Json = {"file": f"{kind}|{number}"}
        if kind == "photo":
            told = {"server": 77, "photo": json.dumps([{"photo": number}]), "hash": "h"}
        return web.Response(text=json.dumps(told), content_type="text/html")

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["number"])
        return web.Response(body=content) if content is not None else web.Response(status=404)

    async def _moved(self, request: web.Request) -> web.Response:
        """As documents are: the address that is told leads to the one that has it."""
        raise web.HTTPFound(f"/file/{request.match_info['number']}")


def answer_of(error: int) -> web.Response:
    """As VK has it: with the status 200."""
    told = {"error_code": error, "error_msg": WORDS.get(error, f"error {error}"), "request_params": []}
    return web.json_response({"error": told})
