"""Letters as templates show them: in the pane of an inquiry and on a page of their own."""

from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from storage.files import SHOWN
from storage.history import stored_id
from storage.letter_rows import one_line
from storage.letters import attachments_of
from storage.tables.forms import SubmissionFile
from storage.tables.letters import Attachment, LetterRecord, LetterWay
from web.i18n import gettext
from web.letter_files import icon_of, safe_name
from web.letter_text import Text, parted
from web.pages import letters_words as words

SNIPPET = 160  # characters of a folded letter
MOST_NAMED = 30  # addresses of one line that are written out


@dataclass(frozen=True, slots=True)
class ShownFile:
    """`looked_at`: it may be shown here; whether it is what it says is found out then. `removed`: its bytes
    are not here, or no more; `unkept`: they are in the letter's source only."""

    id: int
    name: str
    size: int
    icon: str
    looked_at: bool
    removed: bool
    unkept: bool = False


@dataclass(frozen=True, slots=True)
class Addressee:
    """`whole` is for the eye that doubts the name."""

    text: str
    whole: str


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """`open`: not folded; `within`: pictures that stand in its HTML."""

    record: LetterRecord
    id: int
    ours: bool
    name: str
    snippet: str
    text: Text
    to: list[Addressee]
    cc: list[Addressee]
    kind: tuple[str, str] | None
    origin: words.Origin | None
    sending: tuple[str, str] | None
    problems: list[str]
    files: list[ShownFile]
    within: list[ShownFile]
    open: bool = False

    @property
    def as_html(self) -> bool:
        """How it is shown at first: as text where there is any."""
        return bool(self.record.html) and not self.text.new


async def shown_letters(session: AsyncSession, letters: list[LetterRecord]) -> list[ShownLetter]:
    """In their order; the newest that came in is open."""
    files = await attachments_of(session, [stored_id(letter) for letter in letters])
    incoming = [letter.id for letter in letters if letter.way is LetterWay.IN]
    newest = incoming[-1] if incoming else letters[-1].id if letters else None
    return [_shown(letter, files.get(stored_id(letter), []), letter.id == newest) for letter in letters]


def _shown(letter: LetterRecord, attachments: list[Attachment], is_open: bool) -> ShownLetter:
    files = [(shown_file(each), bool(letter.html) and each.inline) for each in attachments]
    return ShownLetter(
        record=letter,
        id=stored_id(letter),
        ours=letter.way is LetterWay.OUT,
        name=words.name_of(letter),
        snippet=one_line((letter.reply_text or letter.text)[: SNIPPET * 2])[:SNIPPET],
        text=parted(letter.text, letter.reply_text),
        to=_addressees(letter, "to"),
        cc=_addressees(letter, "cc"),
        kind=words.kind_of(letter),
        origin=words.origin_of(letter) if letter.way is LetterWay.IN else None,
        sending=words.sending_of(letter),
        problems=[words.problem_word(code) for code in letter.problems],
        files=[file for file, inline in files if not inline],
        within=[file for file, inline in files if inline],
        open=is_open,
    )


def shown_file(file: Attachment | SubmissionFile) -> ShownFile:
    """Of a letter, or of a visitor."""
    name = safe_name(file.filename) if file.filename else gettext("without a name")
    return ShownFile(
        id=stored_id(file),
        name=name,
        size=file.size,
        icon=icon_of(file.content_type, name),
        looked_at=file.removed_at is None and file.content_type in SHOWN - {"text/plain"},
        removed=file.removed_at is not None,
        unkept=not file.digest,
    )


def _addressees(letter: LetterRecord, role: str) -> list[Addressee]:
    return [
        Addressee(one.get("name") or one.get("email", ""), _whole(one))
        for one in letter.recipients[: MOST_NAMED * 3]
        if one.get("role") == role
    ][:MOST_NAMED]


def _whole(one: dict[str, str]) -> str:
    name, email = one.get("name", ""), one.get("email", "")
    return f"{name} <{email}>" if name and email else name or email
