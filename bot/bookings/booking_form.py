"""What a host fills in to book, and what is wrong with it. Every value is a stranger's until it was checked here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.model import BookingDraft, CalendarRef, Interval, Invitee

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=24)
FARTHEST = timedelta(days=3653)
SUBJECT_LIMIT = 255
LOCATION_LIMIT = 255
NOTE_LIMIT = 4000
INVITEE_LIMIT = 50
_ADDRESS_LIMIT = 254
_LOCAL_LIMIT = 64
_RAW_LIMIT = 400

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]*)>")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_NEVER = frozenset({"Cc", "Cs", "Zl", "Zp"})


class Field(StrEnum):
    KEY = "key"
    START = "start"
    DURATION = "duration"
    SUBJECT = "subject"
    INVITEES = "invitees"
    LOCATION = "location"
    NOTE = "note"


class FieldFault(StrEnum):
    MISSING = "missing"
    MALFORMED = "malformed"
    IN_THE_PAST = "in_the_past"
    TOO_FAR = "too_far"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    CONTROL_CHARACTERS = "control_characters"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with one field; ``value`` is the address that is none, ``limit`` the number that was exceeded."""

    field: Field
    fault: FieldFault
    value: str = ""
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class BookingForm:
    """A host's request to book, typed but unchecked.

    ``key`` names the one intention (see :class:`bot.model.BookingDraft`); ``start`` is aware; ``invitees`` are
    addresses as typed (``anna@contoso.example`` or ``Anna <anna@contoso.example>``).
    """

    key: str
    start: datetime
    duration: timedelta
    subject: str
    invitees: tuple[str, ...] = ()
    location: str = ""
    note: str = ""
    teams_link: bool = False


def draft_of(
    form: BookingForm, *, key: str, target: CalendarRef, zone: str, now: datetime, own_addresses: Collection[str]
) -> BookingDraft | tuple[FieldProblem, ...]:
    """The draft to book, cleaned (trimmed, addresses deduplicated, the host's own left out), or all that is wrong."""
    problems = [*time_problems(form.start, form.duration, now)]
    subject, location, note = form.subject.strip(), form.location.strip(), form.note.strip()
    if not _KEY.fullmatch(form.key):
        problems.append(FieldProblem(Field.KEY, FieldFault.MALFORMED))
    if not subject:
        problems.append(FieldProblem(Field.SUBJECT, FieldFault.MISSING))
    problems += _text_problems(Field.SUBJECT, subject, SUBJECT_LIMIT)
    problems += _text_problems(Field.LOCATION, location, LOCATION_LIMIT)
    problems += _text_problems(Field.NOTE, note, NOTE_LIMIT, allowed="\n\r\t")
    invitees, wrong = parse_invitees(form.invitees, own_addresses)
    problems += wrong
    if problems:
        return tuple(problems)
    return BookingDraft(
        key=key,
        interval=Interval(form.start, form.start.astimezone(UTC) + form.duration),
        target=target,
        zone=zone,
        subject=subject,
        invitees=invitees,
        location=location,
        note=note,
        teams_link=form.teams_link,
    )


def parse_invitees(
    raw: Iterable[str], own_addresses: Collection[str] = ()
) -> tuple[tuple[Invitee, ...], tuple[FieldProblem, ...]]:
    """Invitees in the order given, each address once (compared case-folded), and the entries that are no addresses."""
    own = {address.casefold() for address in own_addresses}
    found: dict[str, Invitee] = {}
    problems: list[FieldProblem] = []
    for entry in raw:
        if not entry.strip():
            continue
        invitee = parse_invitee(entry)
        if invitee is None:
            problems.append(FieldProblem(Field.INVITEES, FieldFault.MALFORMED, entry.strip()[:_ADDRESS_LIMIT]))
        elif invitee.address.casefold() not in own:
            found.setdefault(invitee.address.casefold(), invitee)
        if len(found) > INVITEE_LIMIT or len(problems) > INVITEE_LIMIT:
            return (), (FieldProblem(Field.INVITEES, FieldFault.TOO_MANY, limit=INVITEE_LIMIT),)
    return tuple(found.values()), tuple(problems)


def parse_invitee(entry: str) -> Invitee | None:
    """One address, with or without a name; a pragmatic reading of RFC 5322 (dot-atom, no quoted local parts).

    An international domain is accepted and written in its ASCII form.
    """
    entry = entry.strip()
    if len(entry) > _RAW_LIMIT or _has_control(entry):
        return None
    named = _NAMED.fullmatch(entry)
    name = named["name"].strip().strip('"').strip() if named else ""
    local, at, domain = (named["address"] if named else entry).strip().rpartition("@")
    if not at or len(local) > _LOCAL_LIMIT or not _LOCAL.fullmatch(local):
        return None
    ascii_domain = _ascii_domain(domain)
    if ascii_domain is None or len(local) + 1 + len(ascii_domain) > _ADDRESS_LIMIT:
        return None
    return Invitee(f"{local}@{ascii_domain}", name)


def _ascii_domain(domain: str) -> str | None:
    try:
        encoded = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    labels = encoded.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return encoded


def time_problems(start: datetime, duration: timedelta, now: datetime) -> Iterable[FieldProblem]:
    """What is wrong with a time to book or to move to; ``start`` may be naive, which is wrong too."""
    if start.tzinfo is None:
        yield FieldProblem(Field.START, FieldFault.MALFORMED)
    elif start <= now:
        yield FieldProblem(Field.START, FieldFault.IN_THE_PAST)
    elif start > now + FARTHEST:
        yield FieldProblem(Field.START, FieldFault.TOO_FAR)
    if duration < SHORTEST:
        yield FieldProblem(Field.DURATION, FieldFault.TOO_SHORT, limit=SHORTEST // timedelta(minutes=1))
    elif duration > LONGEST:
        yield FieldProblem(Field.DURATION, FieldFault.TOO_LONG, limit=LONGEST // timedelta(minutes=1))


def _text_problems(field: Field, text: str, limit: int, *, allowed: str = "") -> Iterable[FieldProblem]:
    if len(text) > limit:
        yield FieldProblem(field, FieldFault.TOO_LONG, limit=limit)
    elif _has_control(text, allowed):
        yield FieldProblem(field, FieldFault.CONTROL_CHARACTERS)


def _has_control(text: str, allowed: str = "") -> bool:
    return any(unicodedata.category(char) in _NEVER and char not in allowed for char in text)
