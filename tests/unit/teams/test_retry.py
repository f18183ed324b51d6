from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.teams.retry import RetryPolicy, retry_after
from bot.errors import ChannelBlocked, ChannelUnavailable

NOW = datetime(2025, 11, 22, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("3", timedelta(seconds=3)),
        ("2.5", timedelta(seconds=2.5)),
        ("0", timedelta(0)),
        ("-5", timedelta(0)),
        ("1e99", timedelta(days=1)),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("Sat, 22 Nov 2025 14:00:30 GMT", timedelta(seconds=30)),
        ("Sat, 22 Nov 2025 13:00:00 GMT", timedelta(0)),
        ("Sat, 99 Nov 2025 14:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, expected: timedelta | None) -> None:
    assert retry_after(header, NOW) == expected


class Attempts:
    def __init__(self, *outcomes: Exception | str) -> None:
        self.outcomes = list(outcomes)
        self.slept: list[float] = []

    async def __call__(self) -> str:
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def policy(self, jitter: float = 1.0, **options: float) -> RetryPolicy:
        return RetryPolicy(
            sleep=self.sleep,
            monotonic=lambda: sum(self.slept),
            jitter=lambda: jitter,
            **options,  # type: ignore[arg-type]
        )


async def test_waits_double_up_to_the_longest() -> None:
    attempts = Attempts(*[ChannelUnavailable(503)] * 5, "done")
    assert await attempts.policy(attempts=6, longest_wait=3).run(attempts) == "done"
    assert attempts.slept == [0.5, 1.0, 2.0, 3.0, 3.0]


async def test_jitter_halves_a_wait_at_most() -> None:
    attempts = Attempts(ChannelUnavailable(503), "done")
    await attempts.policy(jitter=0.0).run(attempts)
    assert attempts.slept == [0.25]


async def test_never_sooner_than_asked() -> None:
    attempts = Attempts(ChannelUnavailable(429, "", timedelta(seconds=4)), "done")
    await attempts.policy(jitter=0.0).run(attempts)
    assert attempts.slept[0] >= 4


async def test_the_budget_bounds_the_waiting() -> None:
    attempts = Attempts(*[ChannelUnavailable(503)] * 50)
    with pytest.raises(ChannelUnavailable):
        await attempts.policy(attempts=50, budget=10).run(attempts)
    assert sum(attempts.slept) <= 10


@pytest.mark.parametrize("error", [ChannelUnavailable(500), ChannelUnavailable(None, "Timeout"), ChannelBlocked(403)])
async def test_nothing_else_is_tried_again(error: Exception) -> None:
    attempts = Attempts(error, "done")
    with pytest.raises(type(error)):
        await attempts.policy().run(attempts)
    assert attempts.outcomes == ["done"]
