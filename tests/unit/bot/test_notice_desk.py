"""What a person wants to be told: one topic at a time, all switches at once, and the way back."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import VersionConflict
from bot.model import NoticeTopic, Person, PersonId, Preferences, TeamsUser
from bot.settings.notice_desk import NoticeDesk, NoticeSwitches
from bot.settings.setting_change import Part
from bot.settings.setting_desk import LastChanges
from tests.support.fakes import FakePreferencesStore
from tests.support.world import World

CAMILLE = Person(PersonId(1), TeamsUser("t", "camille"))
ALL = frozenset(NoticeTopic)


@pytest.fixture
def changes() -> LastChanges:
    return LastChanges(World().clock)


@pytest.fixture
def store() -> FakePreferencesStore:
    return FakePreferencesStore()


async def test_topics_are_muted_and_heard_again_one_by_one(store: FakePreferencesStore, changes: LastChanges) -> None:
    desk = NoticeDesk(store, changes)
    await desk.switch(CAMILLE, {NoticeTopic.MOVES}, on=False)
    changed = await desk.switch(CAMILLE, {NoticeTopic.ANSWERS}, on=False)
    assert (await desk.load(CAMILLE.id)).muted == {NoticeTopic.MOVES, NoticeTopic.ANSWERS}
    assert changed.undo
    assert changes.last(CAMILLE.id) == changed.undo, "the word undo means it too"
    await desk.switch(CAMILLE, ALL, on=True)
    assert (await desk.load(CAMILLE.id)).muted == frozenset()


async def test_what_stands_so_already_is_not_saved(store: FakePreferencesStore, changes: LastChanges) -> None:
    desk = NoticeDesk(store, changes)
    changed = await desk.switch(CAMILLE, {NoticeTopic.MOVES}, on=True)
    assert changed.undo is None
    assert (await desk.load(CAMILLE.id)).version == 0


async def test_two_taps_at_once_lose_neither(store: FakePreferencesStore, changes: LastChanges) -> None:
    desk = NoticeDesk(store, changes)
    await asyncio.gather(
        *(desk.switch(CAMILLE, {topic}, on=False) for topic in (NoticeTopic.MOVES, NoticeTopic.ANSWERS))
    )
    assert (await desk.load(CAMILLE.id)).muted == {NoticeTopic.MOVES, NoticeTopic.ANSWERS}


async def test_all_switches_are_saved_over_the_version_that_was_shown(
    store: FakePreferencesStore, changes: LastChanges
) -> None:
    desk = NoticeDesk(store, changes)
    wanted = NoticeSwitches(0, frozenset({NoticeTopic.MOVES}), sync_cancellations=False, sync_moves=True)
    changed = await desk.save(CAMILLE, wanted)
    assert changed.parts == {Part.MUTED, Part.SYNC_CANCELLATIONS}
    stored = await desk.load(CAMILLE.id)
    assert stored == Preferences(1, sync_cancellations=False, muted=frozenset({NoticeTopic.MOVES}))

    assert (await desk.save(CAMILLE, wanted)).undo is None, "the same again is no conflict"
    with pytest.raises(VersionConflict):
        await desk.save(CAMILLE, NoticeSwitches(0, ALL, sync_cancellations=True, sync_moves=True))
    assert await desk.load(CAMILLE.id) == stored
