"""The one timeline of a card as a person reads it: calls, letters, inquiries, comments, tasks, changes."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.chat_lines import Stretch
from storage.consents import Agreed
from storage.letter_lines import LetterTold
from storage.letter_rows import one_line
from storage.names import Names
from storage.submission_lines import RequestTold
from storage.tables.calls import CallRecord
from storage.tables.history import Action, Change, Operation
from storage.tables.inquiries import Inquiry
from storage.tables.letters import LetterWay, Sending
from storage.tables.work import Comment, Task, TaskKind
from storage.timeline import Deed, Entry
from storage.touched import Joined
from web.i18n import gettext, mark, ngettext, pgettext
from web.pages.cards_calls import CallTold, told
from web.pages.cards_changes import changed
from web.pages.inquiries_words import CHANNELS
from web.pages.letters_words import KINDS, SENDINGS
from web.pages.touches_words import said as joined_said
from web.platforms import platform
from web.rule_words import signed

STEP = 30  # entries shown at first, and more each time
FILTERS = {
    "": mark("Everything"),
    "talk": mark("Calls"),
    "letter": mark("Letters"),
    "form": mark("Requests"),
    "chat": mark("Chats"),
    "comment": mark("Comments"),
    "task": mark("Tasks"),
    "change": mark("Changes"),
}
# What is done with records, by the kind of the action; what is not here is nobody's business on a card
DEEDS = {
    "accept": ("circle-check", mark("Accepted the inquiry")),
    "link": ("link", mark("Linked the inquiry to an interest")),
    "decline": ("circle-slash", mark("Declined the inquiry")),
    "hand-over": ("arrow-right", mark("Handed the inquiry over")),
    "assign": ("users-round", mark("Given to %(name)s")),
    "unassign": ("users-round", mark("Whoever has it is away: now it is everybody's")),
    "escalate": ("clock-alert", mark("Not taken in time: given to %(name)s")),
    "pass-on": ("reply", mark("Gave it back: not theirs")),
    "choose": ("user", mark("Said who it is")),
    "ask-again": ("mail", mark("They came again: it waits for an answer")),
    "settle": ("circle-check", mark("Answered, nothing else to do")),
    "separate": ("git-merge", mark("Separated what had been joined")),
    "take-up-chat": ("message-circle", mark("Made an inquiry of messages in a chat")),
    "link-chat": ("link", mark("Linked a messenger's account")),
    "unlink-chat": ("circle-minus", mark("Took a messenger's account off")),
    "chat-answer": ("reply", mark("Answered in a chat")),
    "take-up-form": ("file-text", mark("Made an inquiry of a held request")),
    "withdraw": ("circle-slash", mark("Noted that a consent was withdrawn: %(name)s")),
    "no-answer": ("check", mark("Said that it needs no answer")),
    "take-over": ("user", mark("Took it over from a colleague")),
    "change-account": ("pencil", mark("Changed")),
    "change-contact": ("pencil", mark("Changed")),
    "change-lead": ("pencil", mark("Changed")),
    "change-interest": ("pencil", mark("Changed")),
    "change-status": ("activity", mark("Moved")),
    "add-account": ("plus", mark("Created")),
    "add-contact": ("plus", mark("Created")),
    "add-lead": ("plus", mark("Created")),
    "add-interest": ("plus", mark("Created")),
    "add-point": ("plus", mark("Added a way to reach them")),
    "change-point": ("pencil", mark("Changed a way to reach them")),
    "main-point": ("star", mark("Chose the main one")),
    "drop-point": ("trash-2", mark("Removed a way to reach them")),
    "merge-account": ("merge", mark("Merged with %(name)s")),
    "merge-contact": ("merge", mark("Merged with %(name)s")),
    "merge-lead": ("merge", mark("Merged with %(name)s")),
    "add-label": ("tag", mark("Added the label %(name)s")),
    "drop-label": ("tag", mark("Took the label %(name)s away")),
    "add-member": ("users", mark("Added %(name)s as a co-executor")),
    "drop-member": ("users", mark("Took a co-executor away")),
}
TASK_ICONS = {TaskKind.CALL: "phone-outgoing", TaskKind.LETTER: "mail", TaskKind.TASK: "square-check"}


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `part` is what the filter knows it by; `id` is unique on a page."""

    id: str
    part: str
    at: datetime
    icon: str
    title: str
    who: str = ""
    kind: str = ""  # live, missed, undone
    text: str = ""
    lines: tuple[tuple[str, str, str], ...] = ()  # label, before, after
    call: CallTold | None = None
    inquiry_id: int | None = None
    letter_id: int | None = None
    files: int = 0
    chips: tuple[tuple[str, str], ...] = ()  # class, words
    task_id: int | None = None
    request_id: int | None = None
    dialogue_id: int | None = None
    consent_id: int | None = None
    attached: tuple[tuple[int, str], ...] = ()  # files of a request: id, name
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What is shown of it, and whether there is more."""

    items: list[Item]
    more: bool


def tell(entries: Iterable[Entry], names: Names, recording_url: str, part: str, most: int) -> Told:
    entries = list(entries)
    told = LetterTold | RequestTold | Stretch
    written = {entry.what.inquiry_id for entry in entries if isinstance(entry.what, told)}
    items = [item for entry in entries if (item := _item(entry, names, recording_url, written))]
    wanted = [item for item in items if not part or item.part == part]
    return Told(wanted[:most], len(wanted) > most)


def _item(entry: Entry, names: Names, recording_url: str, written: Container[int | None]) -> Item | None:
    match entry.what:
        case CallRecord() as call:
            return _call(call, entry, told(call, names, recording_url))
        case Inquiry() as inquiry:
            return None if inquiry.id in written else _inquiry(inquiry, entry)
        case LetterTold() | RequestTold() | Stretch() as sent:
            return _written(sent, entry)
        case Task() | Joined() as one:
            return _task(one, entry) if isinstance(one, Task) else _joined(one, entry)
        case Deed() as deed:
            return _deed(deed, entry, names)
        case Comment() | Agreed() as said:
            return _said(said, entry)


def _call(call: CallRecord, entry: Entry, shown: CallTold) -> Item:
    return Item(
        f"call-{call.id}", "talk", entry.at, shown.icon, shown.title,
        kind=shown.kind, call=shown, inquiry_id=call.inquiry_id,
    )  # fmt: skip


def _written(sent: LetterTold | RequestTold | Stretch, entry: Entry) -> Item:
    match sent:
        case LetterTold():
            return _letter(sent, entry)
        case RequestTold():
            return _request(sent, entry)
        case Stretch():
            return _chat(sent, entry)


def _letter(letter: LetterTold, entry: Entry) -> Item:
    """One that came is by whom it came from, one of ours by who wrote it, with what became of it."""
    ours = letter.way is LetterWay.OUT
    icon, word = KINDS.get(letter.kind, ("mail", ""))
    became = [SENDINGS[letter.sending]] if letter.sending else []
    return Item(
        f"letter-{letter.id}", "letter", entry.at, "reply" if ours else icon,
        letter.subject or gettext("No subject"), entry.who if ours else letter.name or letter.email,
        kind="missed" if letter.sending is Sending.FAILED else "", text=one_line(letter.snippet),
        inquiry_id=letter.inquiry_id, letter_id=letter.id, files=letter.files,
        chips=tuple((kind, gettext(each)) for kind, each in [*became, ("", word)] if each),
    )  # fmt: skip


def _request(sent: RequestTold, entry: Entry) -> Item:
    """What a visitor sent by a form, with its files."""
    wrong = (("warn", gettext("a field has a mistake")),) if sent.wrong else ()
    return Item(
        f"request-{sent.id}", "form", entry.at, "file-text",
        gettext("Request № %(number)s", number=sent.id), sent.form,
        text=sent.snippet, inquiry_id=sent.inquiry_id, chips=wrong, request_id=sent.id, attached=sent.files,
    )  # fmt: skip


def _chat(chat: Stretch, entry: Entry) -> Item:
    """A stretch of a dialogue: what they said in it last, and how much of it there is."""
    known = platform(chat.platform)
    heard = ngettext("%(num)s message", "%(num)s messages", chat.heard) if chat.heard > 1 else ""
    answered = ngettext("%(num)s answer", "%(num)s answers", chat.answered) if chat.answered else ""
    return Item(
        f"chat-{chat.id}", "chat", entry.at, known.icon, known.title, chat.name,
        text=chat.snippet, inquiry_id=chat.inquiry_id, dialogue_id=chat.dialogue_id, files=chat.files,
        chips=tuple(("", text) for text in (heard, answered) if text),
    )  # fmt: skip


def _joined(joined: Joined, entry: Entry) -> Item:
    chips = (("", gettext("separated")),) if joined.separated else ()
    touch = joined.touch
    return Item(
        f"touch-{touch.id}-entry", "change", entry.at, "git-merge", joined_said(joined), entry.who,
        inquiry_id=touch.inquiry_id, chips=chips,
    )  # fmt: skip


def _said(said: Comment | Agreed, entry: Entry) -> Item:
    if isinstance(said, Agreed):
        title = gettext("Consent: %(purpose)s", purpose=said.text.purpose)
        gone = () if said.stands else (("bad", gettext("withdrawn")),)
        return Item(
            f"consent-{said.consent.id}", "change", entry.at, "shield-check", title, entry.who, chips=gone,
            consent_id=said.consent.id,
        )  # fmt: skip
    return Item(
        f"comment-{said.id}", "comment", entry.at, "message-square-text", gettext("Comment"), entry.who,
        text=said.text, inquiry_id=said.inquiry_id,
    )  # fmt: skip


def _inquiry(inquiry: Inquiry, entry: Entry) -> Item | None:
    """One that came by telephone is told by its calls, as one that came by mail is by its letters."""
    if inquiry.channel == "call" or inquiry.folded_into is not None:
        return None
    icon, _ = CHANNELS[inquiry.channel]
    title = inquiry.subject or gettext("Inquiry by hand")
    return Item(
        f"inquiry-{inquiry.id}-entry", "talk", entry.at, icon, title,
        text=inquiry.note or "", inquiry_id=inquiry.id,
    )  # fmt: skip


def _task(task: Task, entry: Entry) -> Item:
    done = task.done_at is not None
    title = pgettext("task", "%(title)s — done", title=task.title) if done else task.title
    return Item(
        f"task-{task.id}-entry", "task", entry.at, "circle-check" if done else TASK_ICONS[task.kind], title,
        entry.who, kind="done" if done else "", task_id=task.id, due=None if done else task.due,
    )  # fmt: skip


def _deed(deed: Deed, entry: Entry, names: Names) -> Item | None:
    action: Action = deed.action
    if action.kind not in DEEDS:
        return None
    icon, word = DEEDS[action.kind]
    name = str(action.details.get("name", ""))
    undone = action.undone_at is not None
    return Item(
        f"deed-{action.id}", "change", entry.at, "undo-2" if undone else icon,
        gettext(word, name=name) if "%(name)" in word else gettext(word),
        entry.who or signed(action.details, names.rules),
        kind="undone" if undone else "", lines=changed(_of_note(deed), names), inquiry_id=action.inquiry_id,
    )  # fmt: skip


def _of_note(deed: Deed) -> list[Change]:
    """What both cards had stands once after a merge: nothing was removed."""
    merged = deed.action.kind.startswith("merge-")
    return [one for one in deed.changes if not (merged and one.operation is Operation.DELETE)]
