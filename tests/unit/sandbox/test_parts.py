"""Ids, zones, the clock, signatures and headers."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import Clock
from sandbox.graph.filters import normal_property_id
from sandbox.graph.prefer import read_preferences
from sandbox.identity.signing import KeyRing
from sandbox.ids import MalformedId, event_id, new_key, parse_event_id
from sandbox.model import Event
from sandbox.refusals import Refusal
from sandbox.store import decode, encode
from sandbox.zones import find_zone, to_instant, to_wall

wall = datetime.fromisoformat
MAILBOX = "0c2d6a54-3b1f-4e8a-9d70-6f5e4d3c2b1a"


def event() -> Event:
    return Event(new_key(), MAILBOX, new_key(), wall("2026-01-05T09:00"), wall("2026-01-05T10:00"))


@given(st.booleans(), st.one_of(st.none(), st.dates(date(2000, 1, 2), date(2100, 1, 1))), st.integers(0, 65535))
def test_an_id_says_what_it_was_made_of(immutable: bool, original: date | None, moves: int) -> None:
    made = event()
    made.original, made.moves = original, moves
    found = parse_event_id(event_id(made, immutable=immutable))
    assert (found.key, found.original, found.moves) == (made.key, original, None if immutable else moves)


@given(st.text(max_size=120))
def test_any_other_text_is_no_id(text: str) -> None:
    with pytest.raises(MalformedId):
        parse_event_id(text)


def test_changing_the_case_of_an_id_makes_it_another_or_none() -> None:
    text = event_id(event(), immutable=True)
    with suppress(MalformedId):
        assert parse_event_id(text.swapcase()).key != parse_event_id(text).key


@pytest.mark.parametrize("name", ["Romance Standard Time", "Europe/Paris", "UTC", "tzone://Microsoft/Utc"])
def test_windows_and_iana_names_are_known(name: str) -> None:
    assert find_zone(name) is not None


@pytest.mark.parametrize("name", ["", "europe/paris", "CET+1", "../etc/passwd", "tzone://Microsoft/Custom", "x" * 999])
def test_other_names_are_not(name: str) -> None:
    assert find_zone(name) is None


def test_a_time_that_the_clocks_skip_moves_forward() -> None:
    paris = find_zone("Europe/Paris")
    assert paris
    skipped = to_instant(wall("2026-03-29T02:30"), paris)
    assert to_wall(skipped, paris) == wall("2026-03-29T03:30")


def test_the_clock_moves_freezes_and_goes_on() -> None:
    clock, when = Clock(), datetime(2030, 1, 1, tzinfo=UTC)
    clock.set(when)
    assert timedelta(0) <= clock.now() - when < timedelta(seconds=5)
    clock.freeze(True)
    frozen = clock.now()
    clock.advance(timedelta(hours=1))
    assert clock.now() == frozen + timedelta(hours=1)
    clock.reset()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_record_survives_the_store_whole() -> None:
    made = event()
    made.tags, made.exceptions = {"a": "é"}, {"2026-01-05": {"show_as": "free"}}
    assert decode(Event, encode(made)) == made


def test_the_signing_key_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    first = KeyRing(path).key
    assert KeyRing(path).key == first
    assert first.modulus.bit_length() == 2048


@pytest.mark.parametrize(
    ("header", "zone", "immutable"),
    [
        ("", "UTC", False),
        ('outlook.timezone="Europe/Paris", IdType="ImmutableId"', "Europe/Paris", True),
        ('IdType="ImmutableId",outlook.timezone="Romance Standard Time"', "Romance Standard Time", True),
        ("idtype=ImmutableId; something=else", "UTC", True),
        ('IdType="Mutable"', "UTC", False),
    ],
)
def test_prefer_headers_are_read_in_any_order(header: str, zone: str, immutable: bool) -> None:
    found = read_preferences(header)
    assert (found.zone_name, found.immutable) == (zone, immutable)


def test_a_zone_that_nobody_knows_is_refused_not_replaced() -> None:
    with pytest.raises(Refusal) as caught:
        read_preferences('outlook.timezone="Nowhere"')
    assert (caught.value.status, caught.value.code) == (400, "TimeZoneNotSupportedException")


def test_an_extended_propertys_guid_has_no_case_but_its_name_has() -> None:
    assert normal_property_id("string {ABCDEF00-0000-0000-0000-000000000000} Name Id") == (
        "String {abcdef00-0000-0000-0000-000000000000} Name Id"
    )
