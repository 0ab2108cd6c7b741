"""What goes on for messengers beside everything else, as long as the service runs."""

from collections.abc import Coroutine, Iterator
from typing import Any

from intake.service import chat_files, chat_profiles, chat_sending
from intake.service.bot_apis import Apis
from intake.service.messengers import Messengers
from intake.service.pace import Pace
from storage.database import Database
from storage.files import Files
from storage.outbox import run_outbox


def chat_works(
    database: Database, files: Files, apis: Apis, messengers: Messengers
) -> Iterator[Coroutine[Any, Any, None]]:
    """Outboxes of their own, so that neither a silent platform nor a large file holds anything else up."""
    sending = chat_sending.chat_handlers(database, files, apis, Pace(), messengers.public_url)
    for _ in range(chat_sending.SENDERS):
        yield run_outbox(database, sending, longest=chat_sending.TIME)
    fetching = {
        **chat_files.file_handlers(database, files, apis),
        **chat_profiles.profile_handlers(database, apis),
    }
    for _ in range(chat_files.FETCHERS):
        yield run_outbox(database, fetching, longest=chat_files.TIME)
    yield messengers.keep_checking()
