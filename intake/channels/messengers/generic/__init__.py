"""Any system that can post JSON and sign it: a chat of a web site, a market place, a system of one's own.

What it posts is a message, or several: a list, or `{"messages": [...]}`. Of a message the first of these that
is there counts, and `paths` among the bot's options says where else to look (`paths.py`):

    id              id, message_id, external_id
    chat_id         chat_id, chat.id, dialog_id, dialogue_id, conversation_id, thread_id; else the sender's id
    kind            kind, event, type: message (the default), edit, delete, status, button, started, blocked,
                    unblocked, command
    sender          sender, from, user, author: {"id", "name", "username", "phone"}, or a text: the id
    text            text, message, body, content; of any of them an object has it as «text»
    attachments     attachments, files, media: [{"kind", "filename", "size", "url", "content_type"}]
                    kind is photo, video, voice, audio, file, sticker, location, contact or link
    location        {"latitude", "longitude", "title"}
    contact         {"name", "phone"}
    reply_to        reply_to, reply_to_id, reply_to.id
    forwarded_from  a name
    album           the same for all messages that are one
    sent_at         sent_at, timestamp, date, created_at: ISO 8601, or seconds or milliseconds since 1970
    source          source, ref: what they came by
    payload         of a button: what we had given it
    status          of a message of ours: sent, delivered, read or failed; `error` says why it failed
    group           true where several people write; `chat.title` is its name
    direction       «out», or `from_me: true`: our own, left alone

It is signed either way:

    X-Intake-Timestamp: seconds since 1970, at most five minutes ago
    X-Intake-Signature: HMAC-SHA256 of `{timestamp}.{body}` with the bot's secret, in hex

or as Standard Webhooks has it (webhook-id, webhook-timestamp, webhook-signature). `Idempotency-Key`, or else
webhook-id, is the key by which the same request told again is known; without either it is the message's id.
It is answered with 202 once it is kept; 503 says to try again.

Our answers are posted to `answer_url`, signed in both ways, with Idempotency-Key:

    {"kind": "message", "id", "chat_id", "text", "reply_to", "buttons": [{"label", "payload"}],
     "files": [{"filename", "content_type", "size", "content": base64}]}

A 2xx takes it, and `{"id": …}` in its body says how later statuses and replies will call it (else the `id`
that we gave). 429 and 5xx are tried again, 410 says that the person does not want to hear of us.
`{"kind": "check"}` is posted when somebody asks how the bot is: any answer but 401, 403 and 5xx will do.
"""
