"""Real calls through a real PBX, as they are stored and as people see them in real browsers."""

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from intake.model.calls import Direction, Outcome
from storage.tables.inquiries import OPEN_STATES
from tests.pbx.office import Office
from tests.real.asterisk import Asterisk

pytestmark = pytest.mark.real

# Long enough for a page on a busy machine to be seen in each state
RING_MS, TALK_MS = 6000, 6000
CALLER, SHOWN = "+79161234567", "+7 916 123-45-67"


@pytest.mark.parametrize("database_url", ["sqlite_url", "postgres_url"], indirect=True)
async def test_a_direct_call_pops_up_for_one_and_is_seen_by_all(asterisk: Asterisk, office: Office) -> None:
    anna, boris = await office.sign_in("anna"), await office.sign_in("boris")
    asterisk.phone(101, ring_ms=RING_MS)
    asterisk.call("74951000101", CALLER, talk_ms=TALK_MS)

    await expect(anna.locator(".pop.ringing h2")).to_have_text(SHOWN)
    await expect(boris.locator("#desk-now .waiting")).to_contain_text(SHOWN)
    await expect(boris.locator(".pop")).to_have_count(0)
    await expect(anna.get_by_role("dialog", name=SHOWN)).to_contain_text("разговор")
    await expect(boris.locator("#desk-now .talks")).to_contain_text(SHOWN)
    call = await office.ended(CALLER)
    await expect(anna.locator(".pop")).to_have_count(0)
    assert (call.direction, call.outcome, call.answered_by) == (Direction.IN, Outcome.ANSWERED, ["101"])
    inquiry = await office.inquiry(call, callback=None)
    assert inquiry.sender == CALLER
    assert inquiry.state in OPEN_STATES
    assert inquiry.answered_at is not None


async def test_a_ring_groups_cards_go_when_one_answers(asterisk: Asterisk, office: Office) -> None:
    anna, boris = await office.sign_in("anna"), await office.sign_in("boris")
    asterisk.phone(101, ring_ms=None)
    asterisk.phone(102, ring_ms=RING_MS)
    asterisk.call("74951000200", CALLER, talk_ms=TALK_MS)

    await expect(anna.locator(".pop.ringing")).to_be_visible()
    await expect(boris.locator(".pop.ringing")).to_be_visible()
    await anna.locator(".pop", has_text="Отвечает Борис Климов").wait_for()
    await expect(boris.locator(".pop.talking")).to_be_attached()
    await expect(anna.locator(".pop")).to_have_count(0)
    call = await office.ended(CALLER)
    assert (sorted(call.rang), call.answered_by) == (["101", "102"], ["102"])
    assert (await office.inquiry(call)).misses == 0


async def test_a_queues_caller_waits_on_every_desk(asterisk: Asterisk, office: Office) -> None:
    vera = await office.sign_in("vera")
    anna = await office.sign_in("anna")
    asterisk.phone(101, ring_ms=RING_MS)
    asterisk.phone(102, ring_ms=None)
    asterisk.call("74951000300", CALLER, talk_ms=RING_MS + TALK_MS)

    await expect(vera.locator("#desk-now .waiting")).to_contain_text("sales")
    await expect(anna.locator(".pop.talking")).to_contain_text("sales")
    await expect(vera.locator("#desk-now .waiting")).not_to_contain_text(SHOWN)
    call = await office.ended(CALLER)
    assert (call.queue, call.answered_by, call.outcome) == ("sales", ["101"], Outcome.ANSWERED)


async def test_a_caller_who_gives_up_leaves_one_call_back(asterisk: Asterisk, office: Office) -> None:
    anna = await office.sign_in("anna")
    asterisk.phone(101, ring_ms=None)
    asterisk.call("74951000101", CALLER, end="cancel", ring_ms=RING_MS)

    await expect(anna.locator(".pop.ringing")).to_be_visible()
    await expect(anna.locator(".pop")).to_have_count(0)
    call = await office.ended(CALLER)
    inquiry = await office.inquiry(call, misses=1)
    assert call.outcome is Outcome.MISSED
    assert inquiry.state in OPEN_STATES
    assert inquiry.callback == CALLER


async def test_a_blind_transfer_takes_the_card_to_the_other_screen(
    asterisk: Asterisk, office: Office
) -> None:
    anna, boris = await office.sign_in("anna"), await office.sign_in("boris")
    asterisk.phone(101, talk_ms=TALK_MS, transfer_to=102)
    asterisk.phone(102, ring_ms=RING_MS, talk_ms=TALK_MS)
    asterisk.call("74951000101", CALLER, end="waits")

    await expect(anna.locator(".pop.talking")).to_be_attached()
    await expect(boris.locator(".pop.ringing")).to_be_visible()
    await expect(boris.locator(".pop.talking")).to_be_attached()
    await expect(anna.locator(".pop")).to_have_count(0)
    call = await office.ended(CALLER)
    assert [(move["source"], move["target"]) for move in call.transfers] == [("101", "102")]
    assert call.answered_by == ["101", "102"]
    await office.inquiry(call)


async def test_click_to_call_rings_both_and_is_stored_as_outgoing(asterisk: Asterisk, office: Office) -> None:
    anna = await office.sign_in("anna")
    asterisk.phone(101, talk_ms=RING_MS + TALK_MS)
    asterisk.outside(ring_ms=RING_MS)
    await anna.evaluate(f"htmx.ajax('POST', '/dial', {{values: {{number: '{CALLER}'}}, swap: 'none'}})")

    await expect(anna.locator(".pop")).to_contain_text(SHOWN)
    await expect(anna.locator("#desk-now .talks")).to_contain_text(SHOWN)
    call = await office.ended(CALLER)
    assert (call.direction, call.outcome, call.answered_by) == (Direction.OUT, Outcome.ANSWERED, ["101"])
    await expect(anna.locator(".pop")).to_have_count(0)


async def test_a_pbx_killed_in_mid_call_is_said_and_comes_back(asterisk: Asterisk, office: Office) -> None:
    anna = await office.sign_in("anna")
    asterisk.phone(101)
    asterisk.call("74951000101", CALLER, talk_ms=60_000)
    await expect(anna.locator(".pop.talking")).to_be_attached()
    asterisk.kill()

    await expect(anna.locator("#desk-now")).to_contain_text(re.compile(r"АТС:\s+не слышно с \d+:\d\d:\d\d"))
    asterisk.start()
    gap = re.compile(r"АТС:\s+не было слышно с \d+:\d\d:\d\d до \d+:\d\d:\d\d")
    await expect(anna.locator("#desk-now")).to_contain_text(gap)
    await expect(anna.locator(".pop")).to_have_count(0)
    call = await office.ended(CALLER)
    assert (call.partial, call.outcome) == (True, Outcome.ANSWERED)
    assert len(await office.gaps()) == 1

    asterisk.phone(102)
    asterisk.call("74951000102", "+79037654321")
    assert (await office.ended("+79037654321")).outcome is Outcome.ANSWERED


async def test_a_service_killed_in_mid_call_knows_how_it_ended(asterisk: Asterisk, office: Office) -> None:
    left = datetime.now(UTC)
    asterisk.phone(101)
    caller = asterisk.call("74951000101", CALLER, talk_ms=2000)
    await office.call(CALLER, talking=["101"])
    office.service.kill()
    await caller.finished()
    await office.service.start()

    call = await office.ended(CALLER)
    assert (call.outcome, call.answered_by) == (Outcome.ANSWERED, ["101"])
    assert call.ended_at is not None
    assert call.ended_at > left
    assert (await office.inquiry(call)).misses == 0
