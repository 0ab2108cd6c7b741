"""What the reader of openapi.json is told: of the whole, of each operation, of each schema.

Docstrings are for whoever reads the code; these are for whoever writes a program against the API.
"""

WHOLE = """\
Everything that the wizard's pages do, for programs: search for whoever has got in touch, write an inquiry
down, accept it into an interest, decline it, take a decision back.

**Signing in.** `Authorization: Bearer TOKEN`. An administrator makes tokens in the settings; a program sees
and may do what the person in whose name its token is made may.

**Errors** are `{"error": {"code", "message", "fields"}}`. Go by `code`, which stays the same; `message` is
for people, in the language of `Accept-Language` (ru, en). 4xx: do not send the same again before something
has changed. 429 and 503: send it again in a minute.

**Twice is once.** Where `Idempotency-Key` is offered, send a fresh one for each thing to be done and the same
one whenever you try it again: the answer is that of the first time and nothing is done twice.

Times are ISO 8601 with their zone. Texts that are too long and fields that are not known are refused, never
cut or ignored."""

OPERATIONS = {
    "search_all": """\
Clients (accounts and leads), contacts and interests that match what is known of somebody. All fields that are
filled count at once; each hit says why it was found and how sure that is. Numbers may be in any notation.
What is shown is written to the audit log as looked at.""",
    "search_all_by_body": """\
The same search with its fields in the body: names and numbers then stand in no proxy's log of addresses.""",
    "list_inquiries": """\
Fifty a page, the newest first. Go on with `after` = `next` of the page before until `next` is empty.
Inquiries that were joined into another one are left out.""",
    "create_inquiry": """\
Without `accept` it waits in the queue with what is said in it, and the answer is its id. With `accept` it is
accepted at once: a client, a contact and an interest are made or found as said there.""",
    "get_inquiry": """\
One inquiry: who it is from, where it stands, what became of it; what came by forms, with what was agreed to
there; and what was said in chats. Files are named, not sent.""",
    "list_forms": """\
The forms with their fields, for programs that send to them: under which names, and what is required.""",
    "list_letters": """\
What came by mail and what was answered, without HTML: `reply_text` is what is new in a letter, `found` what
text and signature seem to say of the sender, which is never sure. `sender` is who really asks, and its `why`
tells where that was found, for a Reply-To can lie. Attachments are named, not sent.""",
    "accept_inquiry": """\
Makes an interest, or links the inquiry to one that exists, and closes it. Whoever is first wins: the second
gets 409 with `already-accepted`, by whom and when. `warnings` are doubts that stopped nothing.""",
    "decline_inquiry": """\
Closes it without an interest, for a reason. Nothing is deleted, and it can be undone.""",
    "pass_over_inquiry": """\
They wrote again after an answer or a decision of ours, and what they wrote needs no answer: the inquiry is
decided as it was before, or closed. 409 with `nothing-waits` for any other. It can be undone.""",
    "undo_inquiry": """\
Puts everything back that the accepting, linking or declining made or moved; nothing at all where that is no
longer possible because it was changed or used since. Decisions of others need a manager's rights.""",
    "show_form": """\
The hosted page of a form, which works without any script. UTM parameters of its address are kept with the
request.""",
    "send_form": """\
Fields by the names that stand in the settings, as a plain HTML form, with files as multipart, or as JSON.
Whatever comes is kept: fields that the form does not have, and those that are wrong, too. `Accept:
application/json`, or a JSON body, is answered in JSON; a browser is led on to a page of thanks. What looks
like spam is answered just so and waits for somebody to look at it.""",
    "form_for_script": """\
What `embed.js` draws the form of in other sites' pages, with a token for this one showing of it and, where
the form asks for one, a challenge that the browser works for. Pages that the form does not list may not read
it.""",
    "send_from_tilda": """\
Tilda's webhook: its trial call `test=test` and its requests are answered «ok»; `tranid` tells a repeated one.
The secret may come as a field, in the address or as a header.""",
    "get_interest": "One interest: what is wanted, by whom, how it stands, who is responsible.",
}

SCHEMAS = {
    "Accept": "What is decided: whose the interest is, which one, and what is to be kept of what was said.",
    "AttachmentShown": "A file of a letter. `removed_at`: its bytes are gone by the rules of retention.",
    "Accepted": """\
What came of it. `created`: a new interest, not a link. `repeated`: it had been done before with this key.
`warnings`: codes of doubts that stopped nothing (`bad-inn` …). `action_id`: its number in the audit log.""",
    "AttachmentKind": "What is sent along with a message of a chat.",
    "Channel": "How they came.",
    "ChatFile": "Something that was sent along in a chat.",
    "ChatMessage": "Something that was said in a chat; an album is one message.",
    "ChatStatus": """\
How far a message of ours has come: queued, sending, sent, delivered, read; failed, or cancelled by us.""",
    "ChatWay": "in: they said it; out: we did.",
    "Choice": "What becomes of a stored value that differs: keep it, add the new one beside it, replace it.",
    "Chosen": "Whom you named as chosen, as they are now: a card merged into another is that other one.",
    "ClientHit": """\
A client that was found: an account (`kind` = account) or a lead, who is a potential client.""",
    "ConsentGiven": "Consent to the keeping of personal data: to which text, and how it was given.",
    "ContactHit": "A contact person that was found, and whose they are.",
    "ConsentShown": "A consent: to which version of which text, and when it was taken back, if it was.",
    "Decided": "The inquiry, and the decision's number in the audit log.",
    "Decline": "Why it is declined; the note is for colleagues.",
    "DeclineReason": "Why an inquiry came to nothing.",
    "Error": "What every refusal looks like.",
    "ErrorText": "A word for programs, a sentence for people, and which fields it is about.",
    "Existing": "A client or contact that is stored.",
    "FieldChoice": "What becomes of a field of the card (`inn`, `last_name` …) that differs.",
    "FieldDrawn": "A field of a form, as it was drawn in the settings.",
    "FieldKind": "What a field holds; of a choice one of its options, of choices any.",
    "FormDrawn": "A web form as it was drawn in the settings.",
    "Forms": "All forms; those that are switched off stand last.",
    "Found": """\
Three lists, best first. `best_client` and `best_contact_id` may be taken as chosen: the only sure hit, never
one of several people on a number. `more`: there are others further down; say more of whom you look for.""",
    "FileSent": "A file that came with a form. `removed_at`: its bytes are gone by the rules of retention.",
    "FormErrors": """\
What is wrong, a sentence by field; under an empty name what is wrong with the whole. `codes` are the stable
words. `challenge`: a fresh one, for the next try.""",
    "FormRequest": """\
What a visitor sent by a form, complete or not: fields with `problems` are kept as they came.""",
    "FormShown": "A form as the script draws it.",
    "FormTaken": "The number of the request, and how to thank for it.",
    "FoundInLetter": "What text and signature seem to say of the sender: to be offered, the likeliest first.",
    "Ignore": """\
Whom to put on the ignore list: the sender or everybody of their domain, for so many days (0: for ever).""",
    "Inquiries": "A page of the list.",
    "Inquiry": """\
Somebody who has got in touch. `sender`: their number or address as it came, or the key by which a messenger
knows them (`chat:telegram:501`). `line`: the number of ours that was called, the mailbox, the bot.
`holder_id`: who has it open just now. `misses`: calls that nobody answered.""",
    "InquiryList": "Which inquiries are wanted.",
    "InquiryState": """\
new: nobody has taken it; in-work: somebody has it open; accepted, linked, declined: decided; closed: a missed
call after which somebody has talked with them, or a letter that needs no more.""",
    "Interest": "What somebody wants: the record that everything leads to.",
    "InterestHit": "An interest of whoever was found.",
    "Letter": """\
A letter in or out. `kind` other than letter: a machine wrote it, or we did. `problems`: codes of what was
broken in it; `quarantined`: it could not be read at all, and only its source is kept.""",
    "LetterKind": """\
letter: a person wrote it; auto-reply, bounce (a delivery report), list (a mailing list or bulk mail),
calendar (an invitation), own (we sent it ourselves).""",
    "LetterWay": "in: it came to us; out: we wrote it.",
    "Letters": "All letters of an inquiry.",
    "Level": """\
How sure a hit is: exact (a number, an address or an ИНН that belongs to nobody else), probable, possible; or
related, which did not match itself and stands there because of a hit beside it.""",
    "LinkedInterest": "An interest that exists already.",
    "Mode": """\
How words are compared. inexact, the default: as people spell them, with slips, in the other alphabet or
keyboard layout, by a diminutive, glued or parted; or literally: as beginnings of words, as parts, whole.""",
    "NewContact": "A person to be added to the client.",
    "NewInquiry": "Who has got in touch and about what; with `accept` it is accepted at once.",
    "NewInterest": "An interest to be made.",
    "NewParty": "A client or a potential client to be made.",
    "NextStep": "What is to be done next: it becomes a task of the responsible person.",
    "Opened": "The inquiry that now waits in the queue.",
    "PartyKind": "account: a client; lead: a potential client; contact: a person of a client's.",
    "Point": "A way to reach somebody. `shared`: a number or address of many people, not theirs alone.",
    "PointChoice": "What becomes of a number or address that the card does not have.",
    "PointShown": """\
A number or address on a card. `matched`: it is why the hit was found. `former`: it is not on the card any
more, and has no `id`.""",
    "Reason": """\
Why a hit was found: a stable word, with what fills in its sentence; `value` is the stored value that matched.
phone, phone-tail, phone-part, email, email-part, messenger, messenger-part, site, inn, inn-kpp, inn-part,
former-phone, former-email (it was theirs once), mentioned-phone, mentioned-email, mentioned-inn (it stands in
the description or in a note), name-exact, name-beginning, name-part, and what only inexact finds: name-words
(every word is there), name-typo (how many `mistakes`), name-translit, name-layout, name-other (a diminutive),
name-glued, name-sound, name-initial; the same with `contact-` in front where a client was found by its
contact; shared-number (how many `people`), other-extension, of-account, of-contact. There may be more: go by
`level` where you do not know one.""",
    "Recipient": "To whom else it went. `role`: to, cc, reply-to.",
    "Said": "What is known of somebody. All that is filled counts at once.",
    "Search": "What is known of somebody, and how to look for it.",
    "Sender": "Who is really asking; of a letter that goes out, whom it goes to.",
    "Sending": "queued: it waits to be sent; sent; failed: given up or refused; cancelled: taken back.",
    "Shown": "Which interests to list: active, closed or all.",
    "StoredContact": "A contact that exists already.",
    "StoredParty": "A client or lead that exists already.",
    "Undone": "The inquiry, which is open again.",
    "ValueSent": "One field of a form as it was sent.",
    "WholeInquiry": "An inquiry with the requests that came by forms, and with what was said in chats.",
}
