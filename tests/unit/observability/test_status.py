from __future__ import annotations

import pytest

from adapters.observability.status import LIMITS, as_json, as_table, overdue, span

WELL = {
    'subscriptions{state="active"}': 3.0,
    'subscriptions{state="expired"}': 0.0,
    'subscriptions{state="polled"}': 1.0,
    'notices{state="sent"}': 41.0,
    'notices{state="parked"}': 2.0,
    'notices_parked{reason="ConversationBlockedByUser"}': 2.0,
    'queue_jobs{state="todo"}': 0.0,
    "subscription_expiry_next_seconds": 6 * 86400 + 23 * 3600.0,
    "watches": 4.0,
    'account_synced_seconds{account="7"}': 250.0,
    'account_synced_seconds{account="9"}': 90000.0,
}


def test_what_is_on_time_is_said_to_be() -> None:
    shown = as_table(WELL)
    assert overdue(WELL) == []
    assert "!" not in shown
    assert shown.endswith("Everything is on time.")
    assert "6 d 23 h" in shown
    assert "ConversationBlockedByUser" in shown
    assert shown.index("account 9") < shown.index("account 7"), "the longest ago first"


@pytest.mark.parametrize("figure", [*LIMITS, 'subscriptions{state="expired"}'])
def test_what_is_overdue_is_marked(figure: str) -> None:
    limit = LIMITS.get(figure, 0.0)
    assert overdue(WELL | {figure: limit}) == []
    late = WELL | {figure: limit + 1}
    assert [one.figure for one in overdue(late)] == [figure]
    assert "!" in as_table(late)
    assert "Overdue: 1" in as_table(late)
    assert as_json(late) == {"ok": False, "overdue": [figure], "figures": late}


def test_parked_notices_are_nothing_to_be_alarmed_about() -> None:
    assert overdue({'notices{state="parked"}': 10_000.0, 'notices_parked{reason="not_installed"}': 10_000.0}) == []


def test_of_many_accounts_those_longest_ago_are_listed() -> None:
    many = {f'account_synced_seconds{{account="{number}"}}': float(number) for number in range(1, 100)}
    shown = as_table(many)
    assert "account 99" in shown
    assert "account 90" in shown
    assert "account 89 " not in shown
    assert "89 more" in shown


def test_an_empty_database_has_a_table_too() -> None:
    assert as_table({}) == "Everything is on time."


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min 0 s"), (3661, "1 h 1 min"), (90061, "1 d 1 h"), (-61, "-1 min 1 s")],
)
def test_spans_are_told_in_two_units(seconds: float, said: str) -> None:
    assert span(seconds) == said
