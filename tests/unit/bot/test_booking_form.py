from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.bookings.booking_form import (
    BookingForm,
    Field,
    FieldFault,
    draft_of,
    parse_invitee,
    parse_invitees,
)
from bot.model import AccountId, BookingDraft, CalendarRef, Invitee

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
GOOD = BookingForm("key-1", NOW + timedelta(hours=1), timedelta(minutes=30), "Budget")


def judged(**fields: Any) -> BookingDraft | set[tuple[Field, FieldFault]]:
    found = draft_of(
        replace(GOOD, **fields),
        key="key-1",
        target=CalendarRef(AccountId(1), "c"),
        zone="Europe/Paris",
        now=NOW,
        own_addresses=("Camille@Contoso.example",),
    )
    return found if isinstance(found, BookingDraft) else {(one.field, one.fault) for one in found}


@pytest.mark.parametrize(
    ("fields", "field", "fault"),
    [
        ({"start": NOW}, Field.START, FieldFault.IN_THE_PAST),
        ({"start": NOW - timedelta(days=9000)}, Field.START, FieldFault.IN_THE_PAST),
        ({"start": NOW.replace(tzinfo=None)}, Field.START, FieldFault.MALFORMED),
        ({"start": datetime(9999, 12, 31, 23, 59, tzinfo=UTC)}, Field.START, FieldFault.TOO_FAR),
        ({"duration": timedelta(0)}, Field.DURATION, FieldFault.TOO_SHORT),
        ({"duration": timedelta(minutes=-30)}, Field.DURATION, FieldFault.TOO_SHORT),
        ({"duration": timedelta(minutes=4)}, Field.DURATION, FieldFault.TOO_SHORT),
        ({"duration": timedelta(hours=25)}, Field.DURATION, FieldFault.TOO_LONG),
        ({"subject": "  "}, Field.SUBJECT, FieldFault.MISSING),
        ({"subject": "x" * 10_000}, Field.SUBJECT, FieldFault.TOO_LONG),
        ({"subject": "a\nb"}, Field.SUBJECT, FieldFault.CONTROL_CHARACTERS),
        ({"subject": "a\u2028b"}, Field.SUBJECT, FieldFault.CONTROL_CHARACTERS),
        ({"location": "x" * 256}, Field.LOCATION, FieldFault.TOO_LONG),
        ({"location": "room\t1"}, Field.LOCATION, FieldFault.CONTROL_CHARACTERS),
        ({"note": "x" * 4001}, Field.NOTE, FieldFault.TOO_LONG),
        ({"note": "a\0b"}, Field.NOTE, FieldFault.CONTROL_CHARACTERS),
        ({"note": "a\ud800b"}, Field.NOTE, FieldFault.CONTROL_CHARACTERS),
        ({"invitees": ("anna at contoso",)}, Field.INVITEES, FieldFault.MALFORMED),
        ({"invitees": tuple(f"a{i}@x.example" for i in range(51))}, Field.INVITEES, FieldFault.TOO_MANY),
        ({"invitees": ("?",) * 10_000}, Field.INVITEES, FieldFault.TOO_MANY),
        ({"key": "a~2"}, Field.KEY, FieldFault.MALFORMED),
        ({"key": ""}, Field.KEY, FieldFault.MALFORMED),
        ({"key": "x" * 65}, Field.KEY, FieldFault.MALFORMED),
    ],
)
def test_what_cannot_be_booked_is_named_by_field(fields: dict[str, Any], field: Field, fault: FieldFault) -> None:
    assert judged(**fields) == {(field, fault)}


def test_everything_wrong_is_told_at_once() -> None:
    assert judged(start=NOW, duration=timedelta(0), subject="", invitees=("x",)) == {
        (Field.START, FieldFault.IN_THE_PAST),
        (Field.DURATION, FieldFault.TOO_SHORT),
        (Field.SUBJECT, FieldFault.MISSING),
        (Field.INVITEES, FieldFault.MALFORMED),
    }


def test_the_limits_themselves_are_allowed() -> None:
    draft = judged(
        start=NOW + timedelta(seconds=1),
        duration=timedelta(hours=24),
        subject="x" * 255,
        location="y" * 255,
        note="z\n\t" + "z" * 3997,
        invitees=tuple(f"a{i}@x.example" for i in range(50)),
    )
    assert isinstance(draft, BookingDraft)
    assert len(draft.invitees) == 50
    assert isinstance(judged(duration=timedelta(minutes=5)), BookingDraft)


def test_markup_and_new_emoji_are_text_like_any_other() -> None:
    draft = judged(subject=" <b>Déjeuner</b> & [link](http://x) 🫩 ", note="line 1\r\nline 2")
    assert isinstance(draft, BookingDraft)
    assert draft.subject == "<b>Déjeuner</b> & [link](http://x) 🫩"
    assert draft.note == "line 1\r\nline 2"


def test_addresses_are_kept_once_and_the_hosts_own_is_left_out() -> None:
    draft = judged(invitees=("Anna@contoso.example", " anna@CONTOSO.example ", "", "camille@contoso.example"))
    assert isinstance(draft, BookingDraft)
    assert draft.invitees == (Invitee("Anna@contoso.example"),)


@pytest.mark.parametrize(
    ("entry", "address"),
    [
        ("anna@contoso.example", "anna@contoso.example"),
        ("anna.keller+tag@sub.contoso.example", "anna.keller+tag@sub.contoso.example"),
        ("o'neil@x.example", "o'neil@x.example"),
        ("Anna Keller <anna@contoso.example>", "anna@contoso.example"),
        ('"Keller, Anna" <anna@contoso.example>', "anna@contoso.example"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example"),
    ],
)
def test_an_address_is_accepted(entry: str, address: str) -> None:
    invitee = parse_invitee(entry)
    assert invitee is not None
    assert invitee.address == address


def test_a_name_is_kept() -> None:
    assert parse_invitee('"Keller, Anna" <anna@x.example>') == Invitee("anna@x.example", "Keller, Anna")


@pytest.mark.parametrize(
    "entry",
    [
        "anna",
        "anna@",
        "@contoso.example",
        "anna@contoso",
        "anna@contoso..example",
        "anna@-contoso.example",
        "anna@contoso.example.",
        "anna@1.2.3.4",
        "anna@[1.2.3.4]",
        ".anna@contoso.example",
        "an..na@contoso.example",
        "an na@contoso.example",
        "anna@cont oso.example",
        "anna@contoso.example>",
        "a@b@contoso.example",
        "<script>@x.example",
        "anna@contoso.example\nbcc: eve@x.example",
        "x" * 65 + "@contoso.example",
        "anna@" + "x" * 64 + ".example",
        "anna@" + ".".join(["x" * 60] * 5),
        "élan@contoso.example",
        "x" * 100_000,
    ],
)
def test_an_address_that_is_none_is_refused(entry: str) -> None:
    assert parse_invitee(entry) is None


def test_each_wrong_address_is_named() -> None:
    invitees, problems = parse_invitees(("anna@x.example", "ben", "eve@"))
    assert [one.address for one in invitees] == ["anna@x.example"]
    assert [one.value for one in problems] == ["ben", "eve@"]
