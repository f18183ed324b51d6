"""What changed in the mailboxes is said once: over turns, over processes, over concurrent turns."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.dialogs.accounts import (
    NEWS,
    RECONNECT,
    another_process,
    has,
    make_zone_due,
    offers_a_time,
    on_monday,
    tick_everything,
    told,
)
from tests.support.creneau import RunningCreneau, words_of
from tests.support.sandbox import CAMILLE, Sandbox

pytestmark = pytest.mark.usefixtures("nothing_broke")

ASKED = "when am I free on {day} in the afternoon"


@pytest.fixture
async def connected(creneau: RunningCreneau) -> RunningCreneau:
    """Camille, whose two calendars count; her events go to Calendar, and everything was read once."""
    creneau.sandbox.add_calendar("Project X")
    _, settings = await creneau.connect()
    await tick_everything(creneau, settings)
    await creneau.client.say(on_monday(ASKED))
    return creneau


def rename(sandbox: Sandbox) -> None:
    sandbox.change_calendar("Project X", name="Project Y")


def delete(sandbox: Sandbox) -> None:
    sandbox.delete_calendar("Project X")


def lock(sandbox: Sandbox) -> None:
    sandbox.change_calendar("Calendar", can_edit=False)


def revoke(sandbox: Sandbox) -> None:
    sandbox.revoke(CAMILLE, access=True, refresh=True)


CHANGES = [
    (rename, NEWS, "is now called **Project Y**"),
    (delete, NEWS, "**Project X** (camille@contoso.example) no longer exists"),
    (lock, NEWS, "I can no longer write to **Calendar**"),
    (revoke, RECONNECT, CAMILLE),
]


@pytest.mark.parametrize(("change", "title", "words"), CHANGES)
async def test_a_change_is_told_with_the_next_answer_and_only_then(
    connected: RunningCreneau, change: Callable[[Sandbox], None], title: str, words: str
) -> None:
    change(connected.sandbox)
    messages = await connected.client.say(on_monday(ASKED), answers=2, timeout=20)
    (text,) = told(messages[1:], title)
    assert words in text
    assert NEWS not in words_of(messages[0].card), "the answer itself comes first"
    for _ in range(2):
        later = await connected.client.say(on_monday(ASKED), timeout=20)
        assert told(later, title) == []
    assert told(await connected.client.say("settings"), title) == []


@pytest.mark.parametrize(("change", "title", "words"), CHANGES)
async def test_two_processes_tell_it_once(
    connected: RunningCreneau,
    database_url: str,
    unused_tcp_port_factory: Callable[[], int],
    change: Callable[[Sandbox], None],
    title: str,
    words: str,
) -> None:
    async with another_process(connected, database_url, unused_tcp_port_factory()) as other:
        await other.say(on_monday(ASKED))
        change(connected.sandbox)
        for client in (other, connected.client, other, connected.client):
            await client.say(on_monday(ASKED), timeout=20)
        assert len(told(connected.client.messages, title)) == 1
        assert words in told(connected.client.messages, title)[0]


async def test_concurrent_turns_of_two_processes_tell_it_once(
    connected: RunningCreneau, database_url: str, unused_tcp_port_factory: Callable[[], int]
) -> None:
    async with another_process(connected, database_url, unused_tcp_port_factory()) as other:
        await other.say(on_monday(ASKED))
        rename(connected.sandbox)
        clients = [connected.client, other] * 3
        await asyncio.gather(*(client.say(on_monday(ASKED), timeout=30) for client in clients))
        await connected.client.say(on_monday(ASKED))
        assert len(told(connected.client.messages, NEWS)) == 1


async def test_a_fact_that_changes_again_is_told_again(connected: RunningCreneau) -> None:
    for name in ("Project Y", "Project Z", "Project X"):
        connected.sandbox.change_calendar(str(project(connected)["id"]), name=name)
        messages = await connected.client.say(on_monday(ASKED), answers=2)
        assert f"**{name}**" in told(messages, NEWS)[0]


def project(creneau: RunningCreneau) -> dict[str, Any]:
    return next(one for one in creneau.sandbox.calendars() if one["name"].startswith("Project"))


async def test_a_calendar_that_is_gone_leaves_no_time_free_until_it_is_let_go(connected: RunningCreneau) -> None:
    delete(connected.sandbox)
    answer, news = await connected.client.say(on_monday(ASKED), answers=2)
    assert not offers_a_time(answer.card)
    assert "Project X" in words_of(answer.card)
    changed = await connected.client.execute(news, "setting.change")
    assert "Project X" in words_of(changed.card)
    assert has(changed.card, "setting.undo")
    (free,) = await connected.client.say(on_monday(ASKED))
    assert offers_a_time(free.card)


async def test_a_target_that_cannot_take_events_leads_to_another_one(connected: RunningCreneau) -> None:
    lock(connected.sandbox)
    _, news = await connected.client.say(on_monday(ASKED), answers=2)
    form = await connected.client.execute(news, "setting.edit")
    assert "Project X" in repr(form.card)


async def test_another_zone_of_the_mailbox_is_offered_and_can_be_undone(
    connected: RunningCreneau, database_url: str, unused_tcp_port_factory: Callable[[], int]
) -> None:
    connected.sandbox.change_user(zone="Tokyo Standard Time")
    make_zone_due(database_url)
    async with another_process(connected, database_url, unused_tcp_port_factory()) as client:
        answer, news = await client.say(on_monday(ASKED), answers=2)
        assert "Paris" in words_of(answer.card)
        assert "Tokyo" in told([news], NEWS)[0]
        changed = await client.execute(news, "setting.change")
        assert "Tokyo" in words_of(changed.card)
        (answer,) = await client.say(on_monday(ASKED))
        assert "Tokyo" in words_of(answer.card)
        await client.execute(changed.card, "setting.undo")
        (answer,) = await client.say(on_monday(ASKED))
        assert "Paris" in words_of(answer.card)


async def test_the_mailbox_is_not_asked_for_its_zone_at_every_turn(connected: RunningCreneau) -> None:
    before = len(connected.sandbox.requests("graph", path="mailboxSettings"))
    for _ in range(3):
        await connected.client.say(on_monday(ASKED))
    assert len(connected.sandbox.requests("graph", path="mailboxSettings")) == before


async def test_news_are_told_in_the_language_of_the_answer(connected: RunningCreneau) -> None:
    rename(connected.sandbox)
    _, news = await connected.client.say("quand suis-je libre la semaine prochaine ?", answers=2)
    assert "s’appelle maintenant **Project Y**" in words_of(news.card)
