"""`intake inspect`: how the service reads what it hears. Needs no database, takes any bytes."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from intake.channels.asterisk.calls import CallTracker
from intake.channels.asterisk.messages import made_at, stamped_at
from intake.channels.asterisk.numbers import Lines
from intake.channels.asterisk.wire import Decoder, Message
from intake.letters.about import said_of_sender
from intake.letters.charsets import decode
from intake.letters.plain import lines
from intake.letters.read import read_letter
from intake.letters.reply import new_text
from intake.model.calls import Call, CallEvent, Outcome, Step
from intake.model.letters import Found, Letter, LetterKind

PIECE = 1 << 16  # bytes read at once

app = typer.Typer(help="Show how the service reads a recording; nothing is stored.")


@app.command()
def calls(
    files: Annotated[
        list[Path],
        typer.Argument(exists=True, dir_okay=False, help="what an AMI connection carried, byte for byte"),
    ],
    trunk: Annotated[list[str] | None, typer.Option(help="an outside line, as in channel names")] = None,
) -> None:
    """The calls in recorded AMI streams, one JSON object a file."""
    outside = Lines(trunks=frozenset(trunk or ()))
    for file in files:
        found = [described(call) for call in calls_in(_pieces(file), outside)]
        typer.echo(_one_line({"file": str(file), "calls": found}))


@app.command()
def letters(
    files: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="a letter's raw bytes (RFC 5322)")
    ],
    own: Annotated[list[str] | None, typer.Option(help="an address of ours")] = None,
) -> None:
    """What letters say and who is really asking, one JSON object a file."""
    for file in files:
        letter = read_letter(file.read_bytes(), own=own or ())
        typer.echo(_one_line({"file": str(file), **described_letter(letter)}))


@app.command()
def replies(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="a letter's plain text")],
) -> None:
    """What is new in letters' texts, one JSON object a file."""
    for file in files:
        text = lines(decode(file.read_bytes(), "utf-8")[0])
        typer.echo(_one_line({"file": str(file), "text": new_text(text)}))


@app.command()
def webhook(
    platform: Annotated[str, typer.Argument(help="telegram, vk, max, whatsapp, viber, generic …")],
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="bodies as they came")],
    option: Annotated[list[str] | None, typer.Option(help="a setting of the bot: NAME=VALUE")] = None,
    groups: Annotated[bool, typer.Option(help="what is written in groups counts")] = False,
) -> None:
    """What a messenger's platform tells, one JSON object a file."""
    # Both bring an HTTP client
    from intake.channels.messengers.registry import ADAPTERS  # noqa: PLC0415
    from intake.inspect_webhooks import described_webhook  # noqa: PLC0415

    if platform not in ADAPTERS:
        raise typer.BadParameter(f"nobody knows it; there are: {', '.join(ADAPTERS) or 'none'}")
    options = dict(text.partition("=")[::2] for text in option or [])
    for file in files:
        told = described_webhook(platform, file.read_bytes(), options, groups=groups)
        typer.echo(_one_line({"file": str(file), **told}))


def described_letter(letter: Letter) -> dict[str, Any]:
    """A letter as `inspect letters` prints it."""
    return {
        "message_id": letter.message_id,
        "from": asdict(letter.sent_from),
        "sender": asdict(letter.sender),
        "to": [asdict(address) for address in letter.to],
        "cc": [asdict(address) for address in letter.cc],
        "reply_to": [asdict(address) for address in letter.reply_to],
        "subject": letter.subject,
        "date": _iso(letter.date),
        "text": letter.text,
        "reply_text": letter.reply_text,
        "attachments": [
            {"filename": each.filename, "content_type": each.content_type, "size": each.size}
            for each in letter.attachments
        ],
        "in_reply_to": letter.in_reply_to,
        "references": letter.references,
        "kind": letter.kind,
        "kind_reason": letter.kind_reason,
        "spam": letter.spam,
        "fields": letter.fields,
        "found": asdict(_found(letter)),
        "problems": letter.problems,
    }


def _found(letter: Letter) -> Found:
    if letter.kind is not LetterKind.LETTER:
        return Found()
    return said_of_sender(letter.text, letter.html, letter.subject, letter.sender.why)


def calls_in(pieces: Iterable[bytes], lines: Lines) -> list[Call]:
    """Every call that a stream tells of, in order; one not over yet is judged as it stands."""
    tracker, decoder = CallTracker("file", lines), Decoder()
    at = datetime(1970, 1, 1, tzinfo=UTC)
    heard: dict[str, Call] = {}
    for message in (message for piece in pieces for message in decoder.feed(piece)):
        at = max(at, _moment(message) or at)
        for event in tracker.hear(message, at):
            _note(heard, event)
    heard |= {call.linkedid: _unfinished(call) for call in tracker.open_calls()}
    return list(heard.values())


def described(call: Call) -> dict[str, Any]:
    """A call as `inspect calls` prints it."""
    raw = call.number_raw or ""
    return {
        "linkedid": call.linkedid,
        "direction": call.direction,
        "number": call.number or (raw if any(map(str.isdigit, raw)) else None),
        "number_raw": call.number_raw,
        "name": call.name,
        "did": call.did,
        "queue": call.queue,
        "rang": call.rang,
        "answered_by": call.answered_by,
        "transfers": [{"kind": t.kind, "from": t.source, "to": t.target} for t in call.transfers],
        "outcome": call.outcome,
        "started": _iso(call.started),
        "answered": _iso(call.answered),
        "ended": _iso(call.ended),
        "partial": call.partial,
    }


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def _one_line(answer: dict[str, Any]) -> str:
    """JSON leaves some line ends as they are, and a caller's name may hold one."""
    text = json.dumps(answer, ensure_ascii=False)
    return "".join(f"\\u{ord(letter):04x}" if letter in "\x85\u2028\u2029" else letter for letter in text)


def _note(heard: dict[str, Call], event: CallEvent) -> None:
    if event.step is Step.MERGED:
        heard.pop(event.call.linkedid, None)
    else:
        heard[event.call.linkedid] = event.call


def _unfinished(call: Call) -> Call:
    """Its end was not recorded."""
    return replace(call, outcome=Outcome.ANSWERED if call.answered_by else Outcome.MISSED, partial=True)


def _moment(message: Message) -> datetime | None:
    """A recording has no clock but the PBX's own stamps, or else the second each channel was made."""
    if "Timestamp" in message:
        return stamped_at(message)
    return made_at(message["Uniqueid"])


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
