"""Static files, read once at start-up and served from memory with addresses that change with them.

The digest is of the whole tree and stands in front (`/static/<digest>/css/frame.css`), so relative
addresses inside stylesheets and between JavaScript modules stay right without a build step.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
SQUEEZED = {".css", ".js", ".svg", ".json"}  # fonts are compressed already

# In the order of the cascade layers; what a screen adds is found by itself.
FRAME_STYLES = ("tokens", "base", "controls", "frame", "pop")

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    squeezed: bytes | None
    type: str


class Assets:
    """Every file under one folder."""

    def __init__(self, root: Path = STATIC) -> None:
        self._files = {
            str(path.relative_to(root)): _read(path) for path in sorted(root.rglob("*")) if path.is_file()
        }
        digest = hashlib.sha256()
        for name, asset in self._files.items():
            digest.update(name.encode() + b"\0" + asset.content)
        self.digest = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """The address of `css/frame.css`; a name that does not exist is a mistake in a template."""
        if name not in self._files:
            raise KeyError(f"no static file {name}")
        return f"/static/{self.digest}/{name}"

    def styles(self) -> list[str]:
        """Addresses of all stylesheets, the frame's own first."""
        frame = [f"css/{name}.css" for name in FRAME_STYLES]
        more = [name for name in self._files if name.startswith("css/") and name not in frame]
        return [self.url(name) for name in frame + more]

    def scripts(self) -> list[str]:
        """Addresses of the frame's module and of every screen's own in js/pages."""
        pages = [name for name in self._files if name.startswith("js/pages/") and name.endswith(".js")]
        return [self.url(name) for name in ["js/main.js", *pages]]

    def text(self, name: str) -> str:
        """What stands in it, for what is sent on within something else."""
        return self._files[name].content.decode()

    async def serve(self, request: web.Request) -> web.Response:
        if request.match_info["name"] not in self._files:
            raise web.HTTPNotFound
        return self.serve_named(request, request.match_info["name"])

    def serve_named(self, request: web.Request, name: str) -> web.Response:
        """Squeezed where the browser takes it so."""
        asset = self._files[name]
        headers = {"Cache-Control": FOREVER, "Content-Type": asset.type, "Vary": "Accept-Encoding"}
        if asset.squeezed and "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=asset.squeezed, headers=headers)
        return web.Response(body=asset.content, headers=headers)


@cache
def assets() -> Assets:
    """The files as they are when the process starts."""
    return Assets()


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    squeezed = gzip.compress(content, 9, mtime=0) if path.suffix in SQUEEZED else None
    kind = mimetypes.guess_type(path.name)[0] or "text/plain"
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    return Asset(content, squeezed, kind + charset)
