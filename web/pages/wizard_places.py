"""The wizard's addresses: those of one inquiry, or those by hand."""

from dataclasses import dataclass

from aiohttp import web

from web.render import urls_of


@dataclass(frozen=True, slots=True)
class Places:
    """`here` is page 1; everything else stands behind it."""

    here: str
    by_hand: bool

    def __getattr__(self, part: str) -> str:
        if part not in PARTS:
            raise AttributeError(part)
        return f"{self.here}/{part}"

    @property
    def draft(self) -> str:
        """By hand there is none: the browser's tab keeps it."""
        return "" if self.by_hand else f"{self.here}/draft"


PARTS = frozenset(
    {"results", "accept", "on", "back", "check", "later", "choose", "take", "over", "decline", "head", "keep"}
)


def places(request: web.Request) -> Places:
    inquiry_id = inquiry_id_of(request)
    url = urls_of(request.app)
    here = url("wizard.new") if inquiry_id is None else url("wizard", id=inquiry_id)
    return Places(here, inquiry_id is None)


def inquiry_id_of(request: web.Request) -> int | None:
    text = request.match_info.get("id")
    return int(text) if text is not None else None
