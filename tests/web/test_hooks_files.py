"""Files that we have sent, fetched by the platform that was told where they are, and by nobody else."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from intake.channels.messengers.links import GOOD_FOR, link_of
from intake.channels.messengers.registry import ADAPTERS
from intake.model.chats import AttachmentKind, BotKeys
from storage.columns import now
from storage.tables.chats import Bot, ChatFile, ChatMessage, ChatWay, Dialogue, FileState
from tests.databases import store
from tests.site import Site
from tests.web.hooked import KEY, PLATFORM, TOKEN, Plain, plug_in
from web.keys import FILES

pytestmark = pytest.mark.slow

PDF = b"%PDF-1.7 words"


class Linking(Plain):
    links = True


@pytest.fixture
async def bot(site: Site, monkeypatch: pytest.MonkeyPatch) -> Bot:
    monkeypatch.setitem(ADAPTERS, PLATFORM, Linking())
    return await plug_in(site)


async def sent(site: Site, bot: Bot, content: bytes = PDF, **about: Any) -> int:
    """A file of a message of ours; `about` is otherwise."""
    digest = site.app[FILES].keep(content)
    way, at = about.pop("way", ChatWay.OUT), about.pop("at", now())
    known = {"filename": "Счёт № 5.pdf", "state": FileState.KEPT, "digest": digest, **about}
    dialogue = Dialogue(bot_id=bot.id or 0, chat_id="7", identity="chat:plain:7")
    (dialogue_id,) = await store(site.database, dialogue)
    (message_id,) = await store(site.database, ChatMessage(dialogue_id=dialogue_id, way=way, at=at))
    (file_id,) = await store(
        site.database, ChatFile(message_id=message_id, kind=AttachmentKind.FILE, **known)
    )
    return file_id


def told(bot: Bot, file_id: int, token: str = TOKEN, name: str = "Счёт № 5.pdf") -> str:
    return link_of(f"/hooks/{PLATFORM}/{KEY}", BotKeys(bot.id or 0, token), file_id, name)


async def asked(site: Site, path: str, method: str = "GET", **how: Any) -> tuple[int, bytes, Any]:
    async with (await site.browser()).request(method, path, allow_redirects=False, **how) as answer:
        return answer.status, await answer.read(), answer.headers


async def test_whoever_was_told_the_address_has_the_file(site: Site, bot: Bot) -> None:
    status, content, headers = await asked(site, told(bot, await sent(site, bot)))

    assert (status, content) == (200, PDF)
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "no-store" in headers["Cache-Control"]
    assert "Set-Cookie" not in headers


async def test_it_may_ask_how_large_it_is_and_for_a_part(site: Site, bot: Bot) -> None:
    path = told(bot, await sent(site, bot))
    head, _, headers = await asked(site, path, "HEAD")
    part, content, _ = await asked(site, path, headers={"Range": "bytes=0-3"})

    assert (head, headers["Content-Length"]) == (200, str(len(PDF)))
    assert (part, content) == (206, b"%PDF")


async def test_what_could_run_in_a_browser_is_only_bytes(site: Site, bot: Bot) -> None:
    file_id = await sent(site, bot, b"<svg onload=alert(1)>", filename="a.svg", content_type="image/svg+xml")
    _, _, headers = await asked(site, told(bot, file_id, name="a.svg"))

    assert headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    "about",
    [
        {"way": ChatWay.IN},
        {"state": FileState.WAITING},
        {"removed_at": now()},
        {"at": now() - GOOD_FOR - timedelta(minutes=1)},
        {"digest": ""},
        {"digest": "0" * 64},
    ],
    ids=["theirs", "not here", "removed", "old", "never kept", "lost"],
)
async def test_what_is_not_ours_to_give_is_not_there(site: Site, bot: Bot, about: Any) -> None:
    assert (await asked(site, told(bot, await sent(site, bot, **about))))[0] == 404


async def test_a_proof_is_of_one_file_of_one_bot_with_one_token(site: Site, bot: Bot) -> None:
    path = told(bot, await sent(site, bot))
    proof = urlsplit(path).path.split("/")[-2]
    (other,) = await store(
        site.database, Bot(key="other", platform=PLATFORM, name="Другой", token=TOKEN, secret="s")
    )
    forged = [
        path.replace(proof, "0" * 40),
        path.replace(proof, proof.upper()),
        path.replace(proof, proof[:-1]),
        path.replace("/files/1/", "/files/2/"),
        path.replace("/files/1/", "/files/999999999999999/"),
        path.replace("/files/1/", "/files/-1/"),
        path.replace(KEY, "other"),
        path.replace(PLATFORM, "telegram"),
        told(bot, 1, token="former token"),
        link_of(f"/hooks/{PLATFORM}/other", BotKeys(other, TOKEN), 1, "a.pdf"),
    ]

    assert [(await asked(site, one))[0] for one in forged] == [404] * len(forged)


async def test_a_platform_that_takes_uploads_fetches_nothing(
    site: Site, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = told(bot, await sent(site, bot))
    monkeypatch.setattr(Linking, "links", False)

    assert (await asked(site, path))[0] == 404
