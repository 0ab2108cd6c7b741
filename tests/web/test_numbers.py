"""What a monitor reads: links of the channels, jobs that wait."""

from intake.model.calls import Link
from storage.outbox import add_job
from storage.tables.calls import ChannelHealth
from tests.web.records import text


async def read(site) -> list[str]:
    return (await text(await (await site.browser()).get("/metrics"))).splitlines()


async def test_each_channel_says_in_which_state_its_link_is(site):
    async with site.database.transaction() as session:
        session.add_all(
            [
                ChannelHealth(channel="asterisk:1", link=Link.UP),
                ChannelHealth(channel="asterisk:2", link=Link.REFUSED, detail="Authentication failed"),
            ]
        )
    lines = await read(site)
    assert 'intake_channel_link{channel="asterisk:1",state="up"} 1.0' in lines
    assert 'intake_channel_link{channel="asterisk:1",state="down"} 0.0' in lines
    assert 'intake_channel_link{channel="asterisk:2",state="refused"} 1.0' in lines
    async with site.database.transaction() as session:
        await session.delete(await session.get_one(ChannelHealth, "asterisk:2"))
    assert not [line for line in await read(site) if "asterisk:2" in line]


async def test_jobs_that_wait_are_counted(site):
    assert "intake_jobs_waiting 0.0" in await read(site)
    async with site.database.transaction() as session:
        await add_job(session, "greet", {})
    assert "intake_jobs_waiting 1.0" in await read(site)


async def test_without_the_database_the_other_numbers_are_still_there(site, monkeypatch):
    def gone():
        raise ConnectionError("gone")

    monkeypatch.setattr(site.database, "reading", gone)
    assert any(line.startswith("intake_sse_clients") for line in await read(site))
