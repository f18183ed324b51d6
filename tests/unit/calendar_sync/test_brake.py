from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.calendar_sync.brake import AT_ONCE, Brake

COUNTS = st.integers(0, 10)


def test_one_is_believed_two_ask_for_a_look_around_three_are_held() -> None:
    brake = Brake()
    assert [brake.must_look_around(gone) for gone in (0, 1, 2, 3)] == [False, False, True, False]
    assert [brake.holds(gone) for gone in (0, 1, 2, 3, 9)] == [False, False, False, True, True]


def test_what_ended_earlier_in_the_pass_counts() -> None:
    assert Brake(ended=1).must_look_around(1)
    assert Brake(ended=2).holds(1)


def test_what_cannot_be_looked_at_may_be_gone_too() -> None:
    brake = Brake()
    assert [brake.is_in_doubt(1, unknown) for unknown in (0, 1, 2, 3)] == [False, False, True, True]
    assert brake.is_in_doubt(2, 1)
    assert not brake.is_in_doubt(0, 9)
    assert not brake.is_in_doubt(3, 9)


def test_while_the_host_is_asked_whatever_goes_too_is_held() -> None:
    assert Brake(held=3).holds(1)
    assert not Brake(held=3).holds(0)


@given(st.lists(st.integers(0, 4), max_size=8))
def test_never_do_three_end_in_one_pass(batches: list[int]) -> None:
    brake = Brake()
    for gone in batches:
        if not brake.holds(gone):
            brake = Brake(brake.ended + gone, brake.held)
    assert brake.ended < AT_ONCE
