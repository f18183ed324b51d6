from __future__ import annotations

import aiohttp
import pytest

from bot.conversation import Event, Installed, Removed, Replies, Text
from tests.support import teams_activities as activities
from tests.support.teams import FakeConnector, TeamsClient
from tests.support.teams_activities import BOT_ID, CAMILLE
from tests.support.teams_bot import running_bot


class Recorder:
    def __init__(self) -> None:
        self.events: list[Event] = []

    async def __call__(self, event: Event) -> Replies:
        self.events.append(event)
        return (Text("welcome"),) if isinstance(event, Installed) else (Text("bye"),)


async def test_both_announcements_of_an_installation_reach_the_handler(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    handler = Recorder()
    async with running_bot(handler) as bot:
        messages = await TeamsClient(bot.url, connector, http).install(answers=2)

    assert [type(event) for event in handler.events] == [Installed, Installed]
    assert [event.sender.user_id for event in handler.events] == [CAMILLE.object_id] * 2
    assert [m.text for m in messages] == ["welcome", "welcome"]


@pytest.mark.parametrize(
    ("action", "expected"),
    [("add", [Installed]), ("add-upgrade", [Installed]), ("remove", [Removed]), ("remove-upgrade", []), ("", [])],
)
async def test_an_installation_update_says_which_way(
    connector: FakeConnector, http: aiohttp.ClientSession, action: str, expected: list[type[Event]]
) -> None:
    handler = Recorder()
    async with running_bot(handler) as bot:
        answered = await TeamsClient(bot.url, connector, http).post(activities.installation(action, connector.url))

    assert answered.status == 200
    assert [type(event) for event in handler.events] == expected


async def test_nothing_is_sent_to_a_conversation_that_removed_the_bot(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    handler = Recorder()
    async with running_bot(handler) as bot:
        client = TeamsClient(bot.url, connector, http)
        await client.uninstall()
        await client.post(activities.membership(connector.url, removed=[BOT_ID]))

    assert [type(event) for event in handler.events] == [Removed, Removed]
    assert connector.calls == []


async def test_other_members_coming_and_going_are_not_ours(
    connector: FakeConnector, http: aiohttp.ClientSession
) -> None:
    handler = Recorder()
    async with running_bot(handler) as bot:
        client = TeamsClient(bot.url, connector, http)
        joined = activities.membership(connector.url, added=[CAMILLE.mri], removed=["29:other"], scope="channel")
        answered = await client.post(joined)

    assert answered.status == 200
    assert handler.events == []
