from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from adapters.storage import Storage
from bot.model import NoticeTopic, Preferences
from bot.notices.notice import NewNotice, NoticeKind
from tests.integration.storage.values import NOW, a_host, a_person, confirmed, minutes, span

NOTHING = {
    **{f'subscriptions{{state="{one}"}}': 0.0 for one in ("active", "none", "polled", "expired")},
    **{f'notices{{state="{one}"}}': 0.0 for one in ("waiting", "sending", "sent", "parked", "dropped")},
    **{f'queue_jobs{{state="{one}"}}': 0.0 for one in ("todo", "doing")},
    "watches": 0.0,
    "watches_never_reconciled": 0.0,
    "bookings_check_overdue": 0.0,
}


async def test_an_empty_store_counts_nothing_and_measures_no_age(store: Storage) -> None:
    assert await store.figures.read(NOW) == NOTHING


async def test_watches_and_checks_are_counted_and_their_ages_measured(store: Storage) -> None:
    host, account = await a_host(store)
    for number, is_shared in enumerate((False, False, False, True)):
        start = 60 * (number + 1)
        await confirmed(store, host, account, span(start, start + 30), calendar_id=str(number), is_shared=is_shared)
    await store.watches.ensure(NOW)
    active, expired, *_ = await store.watches.of(account.id)
    later = NOW + timedelta(days=1)
    for watch, expires_at in ((active, NOW + minutes(60)), (expired, NOW - minutes(1))):
        times = {"renew_at": later, "reconcile_at": later, "survey_at": later, "reconciled_at": NOW - minutes(7)}
        await store.watches.keep(replace(watch, subscription_id="s", expires_at=expires_at, **times))
    figures = await store.figures.read(NOW + minutes(40))
    assert {name: figures[name] for name in figures if figures[name] != NOTHING.get(name)} == {
        'subscriptions{state="active"}': 1.0,
        'subscriptions{state="expired"}': 1.0,
        'subscriptions{state="none"}': 1.0,
        'subscriptions{state="polled"}': 1.0,
        "subscription_expiry_next_seconds": -41 * 60.0,
        "watches": 4.0,
        "watches_never_reconciled": 2.0,
        "watch_due_oldest_seconds": 40 * 60.0,
        "watch_reconciled_oldest_seconds": 47 * 60.0,
        f'account_synced_seconds{{account="{account.id}"}}': 47 * 60.0,
        "bookings_check_overdue": 4.0,
        "bookings_check_oldest_seconds": 30 * 60.0,
    }


async def test_notices_are_counted_by_state_and_reason(store: Storage) -> None:
    people = [await a_person(store, f"person {number}") for number in range(4)]
    for number, person in enumerate(people):
        await store.notices.add([NewNotice(person.id, NoticeKind.HELD, "a")], NOW + minutes(number))
    for person, reason in zip(people[:2], ("ConversationBlockedByUser", 'say "hi"\n{}'), strict=True):
        notice = await store.notices.claim(person.id, NOW + minutes(5), NOW + minutes(6))
        assert notice is not None
        await store.notices.park(notice, reason)
    assert await store.notices.claim(people[2].id, NOW + minutes(5), NOW + minutes(6))
    figures = await store.figures.read(NOW + minutes(12))
    assert {name: figures[name] for name in figures if figures[name] != NOTHING.get(name)} == {
        'notices{state="waiting"}': 1.0,
        'notices{state="sending"}': 1.0,
        'notices{state="parked"}': 2.0,
        'notices_parked{reason="ConversationBlockedByUser"}': 1.0,
        'notices_parked{reason="say_hi_"}': 1.0,
        "notices_waiting_oldest_seconds": 10 * 60.0,
    }


async def test_the_queue_is_counted_and_what_is_scheduled_for_later_is_not_late(store: Storage) -> None:
    async with store.database.transaction() as session:
        await session.execute(text("set local search_path to procrastinate"))
        for name, status, scheduled in (
            ("a", "todo", None),
            ("b", "todo", NOW + minutes(3)),
            ("c", "todo", NOW + minutes(500)),
            ("d", "doing", None),
            ("e", "succeeded", None),
        ):
            await session.execute(
                text(
                    "insert into procrastinate_jobs (queue_name, task_name, status, scheduled_at)"
                    " values ('q', :name, cast(:status as procrastinate_job_status), :scheduled)"
                ),
                {"name": name, "status": status, "scheduled": scheduled},
            )
        await session.execute(text("update procrastinate_events set at = :at"), {"at": NOW})
    figures = await store.figures.read(NOW + minutes(10))
    assert {name: figures[name] for name in figures if figures[name] != NOTHING.get(name)} == {
        'queue_jobs{state="todo"}': 3.0,
        'queue_jobs{state="doing"}': 1.0,
        "queue_todo_oldest_seconds": 10 * 60.0,
    }


async def test_what_a_person_does_not_want_to_hear_is_read_back(store: Storage) -> None:
    person = await a_person(store)
    wanted = Preferences(sync_moves=False, muted=frozenset(NoticeTopic))
    saved = await store.preferences.save(person.id, wanted)
    assert await store.preferences.load(person.id) == saved == replace(wanted, version=1)
