"""An outgoing letter as bytes: RFC 5322, headers in ASCII (RFC 2047), file names by RFC 2231.

The header is written here, since `email` of Python 3.11 turns long message ids into encoded words and takes
the quotes off encoded names with commas; the body's MIME is `email`'s. Text is not format=flowed: it goes
quoted-printable or base64, where a line may be as long as it is, and every reader breaks it by itself.
"""

import re
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from intake.errors import Rejected
from intake.letters.outgoing.addresses import written
from intake.letters.outgoing.letter import (
    LONGEST_ID,
    LONGEST_NAME,
    LONGEST_SUBJECT,
    MOST_RECIPIENTS,
    MOST_REFERENCES,
    Enclosed,
    Outgoing,
)
from intake.model.letters import Address

NEXT = "\r\n "  # a header goes on

_BODY = SMTP.clone(cte_type="7bit")
_ID = re.compile(rf"[!-;=?-~]{{1,{LONGEST_ID}}}")  # printable ASCII without space and <>
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}")
_KIND = re.compile(r"(?!message/|multipart/)[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}")
_PLAIN = re.compile(r"[A-Za-z0-9 !#$%&'*+/^_`{|}~-]*")  # needs no quotes in front of an address


def build(letter: Outgoing) -> bytes:
    """Lines end in CRLF. Nothing in any field can become a header or a line of its own.

    Raises Rejected: "bad-address", "no-recipients", "too-many-recipients" or "bad-message-id" (ours).
    Ids of others that cannot be written are left out: they came from strangers' letters.
    """
    if not letter.to:
        raise Rejected("no-recipients")
    if len(letter.recipients) > MOST_RECIPIENTS:
        raise Rejected("too-many-recipients", most=MOST_RECIPIENTS)
    if not _ID.fullmatch(letter.message_id) or not _TOKEN.fullmatch(letter.token):
        raise Rejected("bad-message-id")
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(letter) if value)
    return head.encode() + _body(letter).as_bytes()


def one_line(text: str, most: int) -> str:
    """Control characters, line ends of all kinds and halves of characters become blanks."""
    clean = "".join(each if each.isprintable() else " " for each in text[: most * 4])
    return re.sub(r"\s+", " ", clean).strip()[:most].strip()


def _headers(letter: Outgoing) -> list[tuple[str, str]]:
    thread = [each for each in letter.references if _ID.fullmatch(each)]
    if len(thread) > MOST_REFERENCES:
        thread = [thread[0], *thread[1 - MOST_REFERENCES :]]
    return [
        ("Date", format_datetime(letter.date)),
        ("From", _addresses((letter.sender,))),
        ("To", _addresses(letter.to)),
        ("Cc", _addresses(letter.cc)),
        ("Subject", _encoded(one_line(letter.subject, LONGEST_SUBJECT), "Subject")),
        ("Message-ID", f"<{letter.message_id}>"),
        ("In-Reply-To", f"<{letter.in_reply_to}>" if _ID.fullmatch(letter.in_reply_to) else ""),
        ("References", NEXT.join(f"<{each}>" for each in thread)),
        ("X-Intake-Id", letter.token),
        ("Auto-Submitted", "no"),
    ]


def _addresses(addresses: tuple[Address, ...]) -> str:
    return f",{NEXT}".join(_mailbox(each) for each in addresses)


def _mailbox(address: Address) -> str:
    email, name = written(address.email), one_line(address.name, LONGEST_NAME)
    if not name:
        return email
    if not name.isascii() or "=?" in name:
        return f"{_encoded(name, 'From')}{NEXT}<{email}>"
    if not _PLAIN.fullmatch(name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{name}{NEXT}<{email}>"


def _encoded(text: str, header: str) -> str:
    """What already looks like an encoded word is encoded as well, or readers would decode it."""
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, header_name=header).encode(linesep="\r\n")


def _body(letter: Outgoing) -> EmailMessage:
    body = EmailMessage(policy=_BODY)
    body.set_content(_clean(letter.text))
    for each in letter.attachments:
        _enclose(body, each)
    if (
        body.is_multipart()
    ):  # not by chance, so that a letter which is tried again is the same to the last byte
        body.set_boundary(f"=_{letter.token}")
    return body


def _enclose(body: EmailMessage, file: Enclosed) -> None:
    kind = file.content_type.lower()
    maintype, _, subtype = (kind if _KIND.fullmatch(kind) else "application/octet-stream").partition("/")
    name = one_line(re.sub(r"[/\\]|(?<==)\?", "_", file.filename), LONGEST_NAME) or "file"
    body.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=name)


def _clean(text: str) -> str:
    """Line ends of one kind, nothing that a terminal or a mail reader would obey."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(each for each in lines if each in "\n\t" or not _is_control(each))
    return kept.encode("utf-8", "replace").decode()


def _is_control(letter: str) -> bool:
    return letter < " " or "\x7f" <= letter <= "\x9f"
