from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import (
    ChannelBlocked,
    ChannelError,
    ChannelUnavailable,
    ConversationGone,
    MessageTooLarge,
    StoreUnavailable,
)
from bot.model import NoticeTopic, Preferences
from bot.notices.delivery import UNKNOWN_OUTCOME, DeliveryTimes
from bot.notices.notice import NoticeKind, NoticeState
from bot.notices.reaching import NEVER_MET, NOT_INSTALLED
from tests.unit.notices.stage import ANNA, CAMILLE, Stage, reference_of

SENT, WAITING, PARKED, DROPPED = NoticeState.SENT, NoticeState.WAITING, NoticeState.PARKED, NoticeState.DROPPED
SENDING = NoticeState.SENDING
BLOCKED = [
    "ConversationBlockedByUser",
    "BotDisabledByAdmin",
    "BotNotInConversationRoster",
    "ForbiddenOperationException",
    "MessageWritesBlocked",
    "SomethingNewOfTomorrow",
]


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_notices_go_out_in_the_order_of_their_facts_and_are_recorded(stage: Stage) -> None:
    stage.tell("first", "second")
    assert await stage.deliverer().deliver(CAMILLE) == 2
    assert stage.said() == ["first", "second"]
    rows = stage.notices.of(CAMILLE)
    assert [(row.state, row.message_id, row.sent_at) for row in rows] == [
        (SENT, "message-1", stage.clock.now()),
        (SENT, "message-2", stage.clock.now()),
    ]
    assert await stage.deliverer().deliver(CAMILLE) == 0
    assert stage.counts.by_outcome == {"sent": 2}


async def test_a_muted_topic_is_dropped_and_what_is_always_told_is_not(stage: Stage) -> None:
    stage.preferences.put(CAMILLE, Preferences(version=1, muted=frozenset({NoticeTopic.CANCELLATIONS})))
    stage.tell("cancelled", kind=NoticeKind.CANCELLED)
    stage.tell("lost", kind=NoticeKind.LOST)
    stage.tell("moved", kind=NoticeKind.MOVED)
    stage.tell("held", kind=NoticeKind.HELD)
    await stage.deliverer().deliver(CAMILLE)
    assert stage.said() == ["moved", "held"]
    assert stage.states() == [DROPPED, DROPPED, SENT, SENT]


async def test_a_guest_mutes_for_themselves_only(stage: Stage) -> None:
    stage.preferences.put(CAMILLE, Preferences(version=1, muted=frozenset(NoticeTopic)))
    stage.tell("guest", to=ANNA, kind=NoticeKind.GUEST_CANCELLED)
    await stage.deliverer().deliver(ANNA)
    assert stage.said(ANNA) == ["guest"]


async def test_what_is_not_worth_telling_any_more_is_dropped(stage: Stage) -> None:
    stage.renderer.nothing_about.add("old")
    stage.tell("old", "new")
    await stage.deliverer().deliver(CAMILLE)
    assert (stage.said(), stage.states()) == (["new"], [DROPPED, SENT])


async def test_a_notice_that_cannot_be_rendered_holds_up_no_other(stage: Stage) -> None:
    stage.tell("broken", "sound")
    stage.faults.before("render", KeyError("title"))
    await stage.deliverer().deliver(CAMILLE)
    assert (stage.said(), stage.states()) == (["sound"], [PARKED, SENT])


@pytest.mark.parametrize("code", BLOCKED)
async def test_who_blocked_the_bot_is_tried_once_and_keeps_everything_for_later(stage: Stage, code: str) -> None:
    stage.tell("one", "two", "three")
    stage.faults.before("send", ChannelBlocked(403, code), times=9)
    await stage.deliverer().deliver(CAMILLE)
    assert stage.states() == [PARKED] * 3
    assert {row.reason for row in stage.notices.of(CAMILLE)} == {code}
    assert stage.faults.calls["send"] == 1

    stage.clock.advance(timedelta(days=3))
    await stage.deliverer().deliver_due()
    assert stage.faults.calls["send"] == 1, "no storm"

    stage.faults.clear()
    assert await stage.notices.unpark(CAMILLE, stage.clock.now()) == 3
    await stage.deliverer().deliver(CAMILLE)
    assert stage.said() == ["one", "two", "three"]
    assert stage.counts.by_outcome == {"parked": 3, "sent": 3}


async def test_one_who_blocks_holds_up_nobody_else(stage: Stage) -> None:
    stage.tell("camille")
    stage.tell("anna", to=ANNA)
    stage.faults.before("send", ChannelBlocked(403, "BotDisabledByAdmin"))
    await stage.deliverer().deliver_due()
    assert (stage.said(), stage.said(ANNA)) == ([], ["anna"])


async def test_after_an_uninstall_nothing_is_tried(stage: Stage) -> None:
    await stage.people.removed(CAMILLE)
    stage.tell("one", "two")
    await stage.deliverer().deliver(CAMILLE)
    assert (stage.faults.calls["send"], stage.faults.calls["open_conversation"]) == (0, 0)
    assert [(row.state, row.reason) for row in stage.notices.of(CAMILLE)] == [(PARKED, NOT_INSTALLED)] * 2


async def test_somebody_of_whom_nothing_is_known_is_waited_for(stage: Stage) -> None:
    del stage.people.references[CAMILLE]
    stage.tell("one")
    await stage.deliverer().deliver(CAMILLE)
    assert stage.notices.of(CAMILLE)[0].reason == NEVER_MET


async def test_a_person_without_a_stored_conversation_gets_one(stage: Stage) -> None:
    stage.people.references[CAMILLE] = replace(reference_of(CAMILLE), conversation_id="")
    stage.tell("one", "two")
    await stage.deliverer().deliver(CAMILLE)
    assert stage.said() == ["one", "two"]
    assert stage.faults.calls["open_conversation"] == 1
    assert stage.people.references[CAMILLE].conversation_id == "a:opened-1"


async def test_a_conversation_that_is_gone_is_opened_once_and_remembered(stage: Stage) -> None:
    stage.tell("one", "two")
    stage.faults.before("send", ConversationGone(404, "ConversationNotFound"))
    await stage.deliverer().deliver(CAMILLE)
    assert stage.said() == ["one", "two"]
    assert stage.faults.calls["open_conversation"] == 1
    assert {where.conversation_id for where, _ in stage.channel.sent} == {"a:opened-1"}
    assert stage.people.references[CAMILLE].conversation_id == "a:opened-1"


async def test_a_conversation_that_stays_gone_parks_all_without_a_storm(stage: Stage) -> None:
    stage.tell("one", "two")
    stage.faults.before("send", ConversationGone(404, "ConversationNotFound"), times=9)
    await stage.deliverer().deliver(CAMILLE)
    assert stage.states() == [PARKED, PARKED]
    assert (stage.faults.calls["send"], stage.faults.calls["open_conversation"]) == (2, 1)


async def test_a_conversation_that_may_not_be_opened_parks_with_that_reason(stage: Stage) -> None:
    stage.tell("one")
    stage.faults.before("send", ConversationGone(404, "ConversationNotFound"))
    stage.faults.before("open_conversation", ChannelBlocked(403, "ForbiddenOperationException"))
    await stage.deliverer().deliver(CAMILLE)
    assert [(row.state, row.reason) for row in stage.notices.of(CAMILLE)] == [(PARKED, "ForbiddenOperationException")]


@pytest.mark.parametrize("status", [412, 429, 503])
async def test_a_passing_trouble_is_tried_again_in_order(stage: Stage, status: int) -> None:
    stage.tell("one", "two")
    stage.faults.before("send", ChannelUnavailable(status))
    await stage.deliverer().deliver(CAMILLE)
    assert stage.states() == [WAITING, WAITING]
    stage.clock.advance(timedelta(seconds=29))
    await stage.deliverer().deliver_due()
    assert stage.said() == []
    stage.clock.advance(timedelta(seconds=1))
    await stage.deliverer().deliver_due()
    assert stage.said() == ["one", "two"]
    assert stage.counts.by_outcome == {"later": 1, "sent": 2}


async def test_what_teams_asks_to_wait_is_waited_at_least(stage: Stage) -> None:
    stage.tell("one")
    stage.faults.before("send", ChannelUnavailable(429, "", timedelta(minutes=20)))
    await stage.deliverer(jitter=lambda: 0.0).deliver(CAMILLE)
    (row,) = stage.notices.of(CAMILLE)
    assert row.due_at >= stage.clock.now() + timedelta(minutes=20)


async def test_the_waits_double_up_to_an_hour_and_differ_from_one_to_the_next(stage: Stage) -> None:
    stage.tell("one")
    waits = []
    for jitter in (1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0):
        stage.faults.before("send", ChannelUnavailable(503))
        await stage.deliverer(lambda jitter=jitter: jitter).deliver(CAMILLE)  # type: ignore[misc]
        due = stage.notices.of(CAMILLE)[0].due_at
        waits.append((due - stage.clock.now()).total_seconds())
        stage.clock.set(due)
    assert waits == [30, 60, 60, 240, 480, 960, 1920, 3600, 3600]


async def test_after_a_day_of_trying_it_waits_for_the_next_contact(stage: Stage) -> None:
    stage.tell("one", "two")
    stage.faults.before("send", ChannelUnavailable(503), times=200)
    began = stage.clock.now()
    while stage.states()[0] is WAITING:
        await stage.deliverer().deliver(CAMILLE)
        stage.clock.set(max(stage.clock.now(), stage.notices.of(CAMILLE)[0].due_at))
    assert stage.states() == [PARKED, PARKED]
    assert timedelta(hours=24) <= stage.clock.now() - began < timedelta(hours=26)
    assert stage.faults.calls["send"] < 40
    stage.faults.clear()
    await stage.notices.unpark(CAMILLE, stage.clock.now())
    await stage.deliverer().deliver(CAMILLE)
    assert stage.said() == ["one", "two"]


async def test_a_message_that_teams_refuses_for_good_is_parked_and_the_next_one_goes_out(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    stage.tell("huge", "odd", "fine")
    stage.faults.before("send", MessageTooLarge(413, "MessageSizeTooBig"))
    stage.faults.before("send", ChannelError(400, "BadSyntax"))
    await stage.deliverer().deliver(CAMILLE)
    assert [(row.state, row.reason) for row in stage.notices.of(CAMILLE)] == [
        (PARKED, "MessageSizeTooBig"),
        (PARKED, "BadSyntax"),
        (SENT, ""),
    ]
    assert sum(record.levelname == "ERROR" for record in caplog.records) == 2


async def test_what_may_have_been_taken_is_sent_again_after_its_lease_and_counted(stage: Stage) -> None:
    stage.tell("one")
    stage.faults.after("send", ChannelUnavailable(504, outcome_unknown=True))
    await stage.deliverer().deliver(CAMILLE)
    (row,) = stage.notices.of(CAMILLE)
    assert (row.state, row.reason) == (WAITING, UNKNOWN_OUTCOME)
    assert row.due_at >= stage.clock.now() + DeliveryTimes().lease
    stage.clock.set(row.due_at)
    await stage.deliverer().deliver(CAMILLE)
    assert stage.said() == ["one", "one"]
    assert stage.counts.by_outcome == {"later": 1, "resent": 1, "maybe_doubled": 1, "sent": 1}


async def test_a_post_that_hangs_ends_before_its_lease(stage: Stage) -> None:
    stage.tell("one")
    held = stage.faults.hold("send")
    await stage.deliverer(post=timedelta(milliseconds=20)).deliver(CAMILLE)
    held.set()
    (row,) = stage.notices.of(CAMILLE)
    assert (row.state, row.reason, stage.said()) == (WAITING, UNKNOWN_OUTCOME, [])


def test_a_post_that_may_outlast_half_its_lease_is_refused() -> None:
    with pytest.raises(ValueError, match="half"):
        DeliveryTimes(lease=timedelta(seconds=60), post=timedelta(seconds=30))


async def test_a_lease_that_ran_out_while_rendering_posts_nothing(stage: Stage) -> None:
    stage.tell("one")
    held = stage.faults.hold("render")
    slow = asyncio.create_task(stage.deliverer().deliver(CAMILLE))
    await stage.faults.reached("render").wait()
    stage.clock.advance(timedelta(seconds=40))
    held.set()
    assert await slow == 0
    assert (stage.said(), stage.states()) == ([], [SENDING])
    stage.clock.advance(timedelta(seconds=20))
    await stage.deliverer().deliver_due()
    assert stage.said() == ["one"]


async def test_a_frozen_sender_that_wakes_up_late_does_not_touch_what_another_did(stage: Stage) -> None:
    stage.tell("one")
    held = stage.faults.hold("sent")
    frozen = asyncio.create_task(stage.deliverer().deliver(CAMILLE))
    await stage.faults.reached("sent").wait()
    stage.clock.advance(timedelta(minutes=2))
    second = asyncio.create_task(stage.deliverer().deliver(CAMILLE))
    while stage.faults.calls["sent"] < 2:  # noqa: ASYNC110  # the fake tells of a first call only
        await asyncio.sleep(0)
    held.set()
    await asyncio.gather(frozen, second)
    assert stage.states() == [SENT]
    assert stage.said() == ["one", "one"], "the one window that Teams leaves open"
    assert stage.counts.by_outcome["maybe_doubled"] >= 1


async def test_a_record_that_the_store_refuses_at_first_is_written_all_the_same(stage: Stage) -> None:
    stage.tell("one", "two")
    stage.faults.before("sent", StoreUnavailable("away"), times=3)
    assert await stage.deliverer().deliver(CAMILLE) == 2
    assert (stage.said(), stage.states(), stage.slept) == (["one", "two"], [SENT, SENT], [1.0, 1.0, 1.0])
    assert stage.counts.by_outcome == {"sent": 2}


async def test_a_record_whose_answer_was_lost_is_not_taken_for_a_lost_claim(stage: Stage) -> None:
    stage.tell("one", "two")
    stage.faults.after("sent", StoreUnavailable("away"))
    assert await stage.deliverer().deliver(CAMILLE) == 2
    assert stage.counts.by_outcome == {"sent": 2}


async def test_a_store_that_stays_away_ends_the_attempt_within_the_lease(stage: Stage) -> None:
    stage.tell("one")
    stage.faults.before("sent", StoreUnavailable("away"), times=500)
    with pytest.raises(StoreUnavailable):
        await stage.deliverer().deliver(CAMILLE)
    assert sum(stage.slept) < 60


async def test_two_deliverers_at_once_send_everything_once(stage: Stage) -> None:
    facts = [f"fact {number}" for number in range(20)]
    stage.tell(*facts)
    await asyncio.gather(*(stage.deliverer().deliver(CAMILLE) for _ in range(4)))
    await stage.deliverer().deliver(CAMILLE)
    assert stage.said() == facts


async def test_one_persons_broken_row_holds_up_nobody_else(stage: Stage) -> None:
    stage.tell("camille")
    stage.tell("anna", to=ANNA)
    stage.faults.before("render", StoreUnavailable("away"))
    await stage.deliverer().deliver_due()
    assert stage.said() + stage.said(ANNA) == ["anna"]
