"""«Test connection»: sign in and look into the folders, change nothing."""

import asyncio
from dataclasses import replace
from functools import partial

from intake.channels.imap.connection import Connection, Patience
from intake.channels.imap.faults import Denied
from intake.channels.imap.own_thread import OwnThread
from intake.channels.imap.session import Session
from intake.channels.oauth2 import Renewed, Tokens
from intake.errors import Deferred, Rejected

LONGEST = 45.0  # seconds; somebody sits before the page


async def try_out(connection: Connection, renewed: Renewed, patience: Patience) -> int:
    """How many letters are in the folders. Raises Rejected where a person must correct something (a wrong
    password, a folder that is not there), Deferred when the server is not there; with its own words."""
    thread = OwnThread(f"{connection.channel} tried")
    session = Session(replace(connection, after="keep"), patience)
    try:
        async with asyncio.timeout(LONGEST):
            token = await Tokens(connection.grant, renewed).token() if connection.grant else ""
            await thread.do(partial(session.open, token))
            return await thread.do(lambda: sum(_letters(session, folder) for folder in connection.folders))
    except TimeoutError:
        raise Deferred("mail-offline", reason="timed out") from None
    finally:
        session.hang_up()
        thread.end(session.close)


def _letters(session: Session, folder: str) -> int:
    try:
        return session.select(folder).letters
    except Denied as denied:
        raise Rejected("mail-folder", folder=folder, words=denied.params["words"]) from None
