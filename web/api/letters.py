"""The letters of an inquiry, in and out: what they say, what was found in them, what is attached."""

import asyncio
from dataclasses import asdict

from storage.history import stored_id
from storage.inquiries import inquiry_row
from storage.letters import attachments_of, found_in, letters_of_inquiry
from storage.tables.letters import Attachment, LetterRecord
from web.api import schema
from web.api.endpoint import Call
from web.looked import with_senders


async def list_letters(call: Call) -> schema.Letters:
    """The oldest first."""
    async with call.database.reading() as session:
        row = await inquiry_row(session, call.who, call.id)
        letters = await letters_of_inquiry(session, stored_id(row.inquiry))
        files = await attachments_of(session, [stored_id(letter) for letter in letters])
    call.onlookers.saw(call.who, "inquiries", with_senders([row]))
    return await asyncio.to_thread(_letters, letters, files)


def _letters(letters: list[LetterRecord], files: dict[int, list[Attachment]]) -> schema.Letters:
    """In a thread: they are read once more for what they say of their senders."""
    return schema.Letters(letters=[_letter(one, files.get(stored_id(one), [])) for one in letters])


def _letter(letter: LetterRecord, files: list[Attachment]) -> schema.Letter:
    return schema.Letter(
        id=stored_id(letter),
        way=letter.way,
        kind=letter.kind,
        at=letter.at,
        sent_at=letter.sent_at,
        message_id=letter.message_id,
        in_reply_to=letter.in_reply_to,
        sender=schema.Sender(
            email=letter.sender_email,
            name=letter.sender_name,
            phone=letter.sender_phone,
            why=letter.sender_why,
            header_from=letter.from_email,
        ),
        recipients=[schema.Recipient.model_validate(one) for one in letter.recipients],
        subject=letter.subject,
        text=letter.text,
        reply_text=letter.reply_text,
        fields={str(name): str(value) for name, value in letter.fields.items()},
        found=schema.FoundInLetter.model_validate(asdict(found_in(letter))),
        problems=letter.problems,
        spam=letter.spam,
        quarantined=letter.quarantined,
        sending=letter.sending,
        attachments=[schema.AttachmentShown.model_validate(one) for one in files],
    )
