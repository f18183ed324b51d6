"""The agenda's cards: what a title or a link of a stranger's may do, and how much fits."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.answers.agenda import Entry
from bot.answers.meetings import Certainty
from bot.mailboxes.live import Checked
from bot.model import Interval
from dialogs.cards.agenda import agenda
from dialogs.cards.agenda_rows import MOST_CHANGEABLE
from dialogs.cards.links import join_link, markdown_link, outlook_link
from dialogs.cards.next_meeting import next_meeting
from dialogs.cards.verbs import Verb
from tests.support import cards as samples
from tests.support import creneau
from tests.support.cards import AGENDA_ASK, NEXT_ASK, NOW, texts
from tests.support.teams import walk


def words_of(card: object) -> str:
    """What a person reads, its unbreakable spaces as plain ones."""
    return creneau.words_of(card).replace("\u00a0", " ")


@pytest.mark.parametrize(
    "url",
    [
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%22Tid%22%3a%221%22%7d",
        "https://teams.live.com/meet/123?p=abc",
        "https://TEAMS.microsoft.com/meet/1",
    ],
)
def test_a_teams_meeting_can_be_joined(url: str) -> None:
    assert join_link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://teams.microsoft.com/l/meetup-join/x",
        "https://teams.microsoft.com.evil.example/l/x",
        "https://evil.example/teams.microsoft.com",
        "https://teams.microsoft.com@evil.example/x",
        "https://evil.example\\@teams.microsoft.com/x",
        "https://me:pw@teams.microsoft.com/x",
        "https://teams.microsoft.com:444/x",
        "https://teams.microsoft.com:x/",
        "https://[teams.microsoft.com/",
        "https://teams.microsoft.com/a b",
        "https://teams.microsoft.com/\u202ex",
        "javascript:alert(1)//teams.microsoft.com",
        "//teams.microsoft.com/x",
        "https://teams.microsoft.com/" + "x" * 1_000,
        "https://zoom.us/j/1",
    ],
)
def test_another_address_is_not_offered_as_the_way_into_a_meeting(url: str) -> None:
    assert join_link(url) == ""


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("https://outlook.office365.com/owa/?itemid=AAMk%3D&exvsurl=1&path=/calendar/item", True),
        ("https://outlook.live.com/owa/?itemid=x", True),
        ("http://127.0.0.1:3979/outlook/?itemid=x", True),
        ("http://outlook.office365.com/owa/", False),
        ("http://127.0.0.1.evil.example/outlook/", False),
        ("https://evil.example/owa/", False),
    ],
)
def test_a_web_link_leads_to_outlook_or_nowhere(url: str, leads: bool) -> None:
    assert outlook_link(url) == (url if leads else "")


def test_an_address_cannot_end_its_link() -> None:
    made = markdown_link("Join", "https://teams.microsoft.com/a)[x](https://evil.example/{{DATE(x)}}*_`<b>%2F")
    assert made.count("(") == made.count(")") == made.count("[") == made.count("]") == 1
    assert not set('{}<>`*"') & set(made)
    assert made.endswith("%2F)")


def shown_with(**more: object) -> str:
    entry = samples._timed("Budget", 24, 10, 10.5, **more)
    return words_of(agenda(texts("en"), samples._agenda(samples._on(24, entry)), AGENDA_ASK))


def test_a_link_to_elsewhere_is_left_out() -> None:
    evil = samples._details(join_url="https://evil.example/join", web_link="https://evil.example/owa")
    shown = shown_with(details=evil)
    assert "evil" not in shown
    assert "Join" not in shown
    assert "Outlook" not in shown


def test_who_has_left_cannot_join_what_is_over() -> None:
    over = samples._timed("Budget", 23, 9, 10, details=samples._details(join_url=samples.JOIN))
    shown = words_of(agenda(texts("en"), samples._agenda(samples._on(23, over)), AGENDA_ASK))
    assert "Outlook" in shown
    assert "Join" not in shown


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"is_private": True}, "Private"),
        ({"certainty": Certainty.PENDING}, "not confirmed yet"),
        ({"certainty": Certainty.CHANGING}, "change not confirmed yet"),
        ({"certainty": Certainty.UNCHECKED}, "not checked in Outlook"),
        ({"booking": samples._booked()}, "booked with Créneau"),
    ],
)
def test_what_is_special_of_a_meeting_is_said(more: dict[str, object], word: str) -> None:
    assert word in shown_with(**more)
    assert word not in shown_with()


def test_only_a_booking_that_stands_can_be_moved_from_here() -> None:
    def verbs(certainty: Certainty) -> set[str]:
        entry = samples._timed("Budget", 24, 10, 10.5, booking=samples._booked(), certainty=certainty)
        card = agenda(texts("en"), samples._agenda(samples._on(24, entry)), AGENDA_ASK)
        return {str(item["verb"]) for item in walk(card) if "verb" in item}

    assert verbs(Certainty.SEEN) >= {Verb.MOVE_FORM, Verb.CANCEL_FORM}
    for certainty in set(Certainty) - {Certainty.SEEN}:
        assert not verbs(certainty) & {Verb.MOVE_FORM, Verb.CANCEL_FORM}


def test_a_card_holds_only_so_many_hidden_buttons() -> None:
    entries = [samples._timed("Budget", 24, 8 + n / 4, 9 + n / 4, booking=samples._booked()) for n in range(12)]
    card = agenda(texts("en"), samples._agenda(samples._on(24, *entries)), AGENDA_ASK)
    assert json.dumps(card).count(f'"{Verb.MOVE_FORM}"') == MOST_CHANGEABLE


@pytest.mark.parametrize(("length", "join", "outlook"), [(60, 25, 30), (300, 25, 0), (690, 0, 0)])
def test_a_full_week_keeps_as_many_links_as_a_message_can_hold(length: int, join: int, outlook: int) -> None:
    link = samples._details(join_url=samples.JOIN + "?" + "x" * length, web_link=samples.IN_OUTLOOK + "A" * length)
    days = [
        samples._on(day, *(samples._timed(f"Meeting {n}", day, 9 + n, 10 + n, details=link) for n in range(6)))
        for day in range(23, 28)
    ]
    card = agenda(texts("en"), samples._agenda(*days), AGENDA_ASK)
    shown = words_of(card)
    assert (shown.count("[Join]"), shown.count("[View in Outlook]")) == (join, outlook), "five of them are over"
    assert len(json.dumps(card, ensure_ascii=False).encode("utf-16-le")) < 80_000


def test_a_private_title_stays_out_of_the_notification() -> None:
    entry = samples._timed("Oncologist", 24, 10, 10.5, is_private=True)
    card = agenda(texts("en"), samples._agenda(samples._on(24, entry)), AGENDA_ASK)
    assert "Oncologist" in words_of(card)
    assert "Oncologist" not in card["fallbackText"]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("checked", [samples.HALF_CHECKED, samples.NASTY_CHECKED])
def test_on_partial_knowledge_nothing_is_called_empty(language: str, checked: Checked) -> None:
    t = texts(language)
    empty = samples._agenda(samples._on(24), samples._on(25), checked=checked)
    for card in (
        agenda(t, empty, AGENDA_ASK),
        agenda(t, samples._agenda(samples._on(24, samples.TUESDAY[1]), samples._on(25), checked=checked), AGENDA_ASK),
        next_meeting(t, samples._next(checked=checked), NEXT_ASK),
    ):
        shown = words_of(card)
        assert t("agenda.incomplete") in shown
        assert t("agenda.title_none") not in shown
        assert t("agenda.none") not in shown
        assert t("next.title_none") not in shown
    assert t("agenda.title_none") in words_of(agenda(t, replace(empty, checked=samples.CHECKED), AGENDA_ASK))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.2, "In 1 minute"),
        (25, "In 25 minutes"),
        (59.5, "In 1 hour"),
        (60, "Today at 3:02 PM, in 1 hour"),
        (9.5 * 60, "Today at 11:32 PM, in 9 hours 30 minutes"),
        (10 * 60, "Tomorrow at 12:02 AM"),
        (30 * 60, "Tomorrow at 8:02 PM"),
        (4 * 24 * 60, "Friday, November 27, 2:02 PM"),
    ],
)
def test_how_long_until_the_next_one(minutes: float, words: str) -> None:
    start = NOW + timedelta(minutes=minutes)
    meeting = samples._meeting("Budget", Interval(start, start + timedelta(minutes=30)))
    assert words in words_of(next_meeting(texts("en"), samples._next(meeting), NEXT_ASK)).splitlines()


def test_what_is_on_over_midnight_says_its_end() -> None:
    meeting = samples._meeting("Release night", Interval(NOW - timedelta(hours=20), NOW + timedelta(hours=1)))
    shown = words_of(next_meeting(texts("en"), samples._next(current=(meeting,)), NEXT_ASK))
    assert "until 3:02 PM" in shown


def test_a_calendar_is_named_only_beside_others() -> None:
    entry: Entry = samples._timed("Budget", 24, 10, 10.5, replace(samples.MAIN, name="Agenda of mine"))
    one = Checked(NOW, (entry.meeting.calendars[0],))
    t = texts("en")
    assert "Agenda of mine" not in words_of(agenda(t, samples._agenda(samples._on(24, entry), checked=one), AGENDA_ASK))
    two = Checked(NOW, (entry.meeting.calendars[0], replace(samples.PRIVATE, name="Agenda of mine")))
    shown = words_of(agenda(t, samples._agenda(samples._on(24, entry), checked=two), AGENDA_ASK))
    assert "Agenda of mine (camille@contoso.example)" in shown
