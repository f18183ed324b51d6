"""Two accounts of one person: conflicts over both, target in either, one of them in trouble."""

from __future__ import annotations

import pytest

from tests.integration.dialogs.accounts import (
    RECONNECT,
    another_process,
    connect_home,
    has,
    offers_a_time,
    on_monday,
    tick_everything,
    told,
    with_both_accounts,
)
from tests.support.creneau import RunningCreneau, at, code_on, inputs, next_monday, sign_in_address, words_of
from tests.support.sandbox import CAMILLE, CAMILLE_AT_HOME
from tests.support.teams import find_action, walk
from tests.support.teams_activities import ANNA

pytestmark = pytest.mark.usefixtures("nothing_broke")

ASKED = "when am I free on {day} in the afternoon"
AT_TWO = "am I free on {day} at 2 pm"


# Both at work


async def test_either_account_takes_time(creneau: RunningCreneau) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), user=CAMILLE_AT_HOME, subject="Plumber")
    creneau.sandbox.add_event(at(monday, 16), at(monday, 17), subject="Budget")
    await with_both_accounts(creneau)
    for hour, subject in ((2, "Plumber"), (4, "Budget")):
        (answer,) = await creneau.client.say(on_monday(f"am I free on {{day}} at {hour} pm"))
        assert subject in words_of(answer.card)
    (answer,) = await creneau.client.say(on_monday("am I free on {day} at 3 pm"))
    assert has(answer.card, "book.form")


async def test_a_target_without_teams_meetings_gets_no_link_and_the_form_offers_none(creneau: RunningCreneau) -> None:
    await with_both_accounts(creneau)
    (fresh,) = await creneau.client.say("settings")
    target = next(item for item in inputs(fresh.card) if item["id"] == "target")
    home = next(choice["value"] for choice in target["choices"] if CAMILLE_AT_HOME in unbroken(choice["title"]))
    await creneau.client.execute(fresh, "settings.save", target=home)
    (form,) = await creneau.client.say(on_monday("book 30 min on {day} at 15:00 about dentist"))
    assert "teams_link" not in {item["id"] for item in inputs(form.card)}
    assert CAMILLE_AT_HOME in words_of(form.card)
    await creneau.client.execute(form, "book.commit")
    (event,) = creneau.sandbox.events(CAMILLE_AT_HOME, subject="dentist")
    assert not event.get("online")
    assert creneau.sandbox.events(CAMILLE, subject="dentist") == []


async def test_the_same_meeting_in_both_mailboxes_is_named_once(creneau: RunningCreneau) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), subject="Steering", attendees=[CAMILLE_AT_HOME])
    await with_both_accounts(creneau)
    (answer,) = await creneau.client.say(on_monday(AT_TWO))
    assert not has_slot(answer.card, 14)
    assert words_of(answer.card).count("Steering") == 1


def unbroken(title: str) -> str:
    """A title without the invisible places where a client may break it."""
    return title.replace("\u200b", "")


def has_slot(card: object, hour: int) -> bool:
    mark = at(next_monday(), hour).strftime("T%H:%M")
    return any(item.get("verb") == "book.form" and mark in repr(item.get("data")) for item in walk(card))


async def test_a_booking_is_moved_past_its_own_copy_in_the_other_account(creneau: RunningCreneau) -> None:
    await with_both_accounts(creneau)
    (form,) = await creneau.client.say(on_monday("book 1 hour on {day} at 14:00 about Retro"))
    await creneau.client.execute(form, "book.commit", invitees=CAMILLE_AT_HOME)
    assert len(creneau.sandbox.events(CAMILLE_AT_HOME, subject="Retro")) == 1
    (moving,) = await creneau.client.say(on_monday("move Retro to {day} at 14:30"))
    moved = await creneau.client.execute(moving, "move.commit")
    (event,) = creneau.sandbox.events(CAMILLE, subject="Retro")
    assert event["start"] == at(next_monday(), 14, 30).isoformat(), words_of(moved.card)


# One of them in trouble


async def test_a_revoked_account_is_named_with_one_reconnect_card_and_restored_by_it(creneau: RunningCreneau) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), user=CAMILLE_AT_HOME, subject="Plumber")
    await with_both_accounts(creneau)
    await creneau.client.say(on_monday(ASKED))
    creneau.sandbox.revoke(CAMILLE_AT_HOME, access=True, refresh=True)
    answer, card = await creneau.client.say(on_monday(ASKED), answers=2, timeout=20)
    assert not offers_a_time(answer.card)
    assert "sign in again" in words_of(answer.card)
    assert told([card], RECONNECT)
    assert CAMILLE_AT_HOME in words_of(card.card)
    assert CAMILLE not in words_of(card.card).replace(CAMILLE_AT_HOME, "")
    (settings,) = await creneau.client.say("settings", timeout=20)
    health = words_of(settings.card)
    assert f"✓ **{CAMILLE}** – connected" in health
    assert f"✕ **{CAMILLE_AT_HOME}** – you need to sign in again" in health
    before = len(creneau.client.messages)
    await creneau.client.execute(card, "connect")
    link = (await creneau.client.wait_for(lambda messages: len(messages) > before))[-1]
    page = await creneau.sign_in(sign_in_address(link.card), CAMILLE_AT_HOME)
    await creneau.client.say(code_on(page), answers=2)
    (answer,) = await creneau.client.say(on_monday(AT_TWO))
    assert "Plumber" in words_of(answer.card), "its calendars count as before"


async def test_disconnecting_one_account_keeps_what_was_chosen_of_the_other(creneau: RunningCreneau) -> None:
    monday = next_monday()
    creneau.sandbox.add_calendar("Project X")
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), calendar="Project X", subject="Review")
    await with_both_accounts(creneau)
    (chooser,) = await creneau.client.say("disconnect")
    buttons = [item for item in walk(chooser.card) if item.get("verb") == "disconnect.one"]
    titles = [item.get("tooltip") or item["title"] for item in buttons]
    (wanted,) = (
        item["data"]["account"]
        for item, title in zip(buttons, titles, strict=True)
        if CAMILLE_AT_HOME in unbroken(title)
    )
    await creneau.client.execute(chooser, "disconnect.one", where=lambda data: data["account"] == wanted)
    (answer,) = await creneau.client.say(on_monday(AT_TWO))
    assert "Review" in words_of(answer.card)
    (settings,) = await creneau.client.say("settings")
    assert CAMILLE_AT_HOME not in words_of(settings.card)


async def test_a_mailbox_that_microsoft_does_not_host_has_its_own_message(creneau: RunningCreneau) -> None:
    await creneau.connect()
    creneau.sandbox.change_user(CAMILLE_AT_HOME, has_mailbox=False)
    settings = await connect_home(creneau)
    said = "\n".join(words_of(one.card) for one in creneau.client.messages)
    assert "without a licence" in said
    assert f"✕ **{CAMILLE_AT_HOME}** – the account has no mailbox" in words_of(settings.card)
    (answer,) = await creneau.client.say(on_monday(ASKED))
    assert offers_a_time(answer.card), "the other account is not spoilt by it"


# A list that cannot be had


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 503},
        {"status": 403, "code": "ErrorAccessDenied"},
        {"status": 429, "retry_after": 60},
        {"drop": True},
        {"status": 200, "body": "html"},
    ],
)
async def test_calendars_known_from_before_are_read_while_their_list_fails(
    creneau: RunningCreneau, fault: dict[str, object]
) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), user=CAMILLE_AT_HOME, subject="Plumber")
    await with_both_accounts(creneau)
    await creneau.client.say(on_monday(ASKED))
    creneau.sandbox.fault(user=CAMILLE_AT_HOME, path="/me/calendars(\\?|$)", count=0, **fault)
    (busy,) = await creneau.client.say(on_monday(AT_TWO), timeout=25)
    assert "Plumber" in words_of(busy.card)
    (free,) = await creneau.client.say(on_monday("am I free on {day} at 4 pm"), timeout=25)
    assert has(free.card, "book.form")
    assert f"The list of calendars of {CAMILLE_AT_HOME} could not be refreshed" in words_of(free.card)
    (settings,) = await creneau.client.say("settings", timeout=25)
    shown = words_of(settings.card)
    assert f"! **{CAMILLE_AT_HOME}** – calendar list not refreshed" in shown
    assert "✓ Calendar – checked for conflicts" in shown


async def test_a_new_process_knows_the_calendars_whose_list_fails(
    creneau: RunningCreneau, database_url: str, unused_tcp_port_factory: object
) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), user=CAMILLE_AT_HOME, subject="Plumber")
    await with_both_accounts(creneau)
    await creneau.client.say(on_monday(ASKED))
    creneau.sandbox.fault(path="/me/calendars(\\?|$)", count=0, status=500)
    async with another_process(creneau, database_url, unused_tcp_port_factory()) as other:  # type: ignore[operator]
        (busy,) = await other.say(on_monday(AT_TWO), timeout=25)
        assert "Plumber" in words_of(busy.card)


# Leaving out what cannot be read


@pytest.fixture
async def unreadable(creneau: RunningCreneau) -> RunningCreneau:
    """Two calendars count; Project X, busy from two to three, cannot be read."""
    creneau.sandbox.add_calendar("Project X")
    creneau.sandbox.add_event(at(next_monday(), 14), at(next_monday(), 15), calendar="Project X", subject="Review")
    _, settings = await creneau.connect()
    await tick_everything(creneau, settings)
    creneau.sandbox.fault(calendar="Project X", path="calendarView", count=0, status=403, code="ErrorAccessDenied")
    return creneau


async def test_what_is_left_out_is_remembered_said_each_time_and_counted_again(unreadable: RunningCreneau) -> None:
    client = unreadable.client
    (answer,) = await client.say(on_monday(ASKED))
    assert not offers_a_time(answer.card)
    ignored = await client.execute(answer, "calendar.ignore")
    assert offers_a_time(ignored.card), "the question is answered again at once"
    for question in (ASKED, "am I free on {day} at 4 pm"):
        (later,) = await client.say(on_monday(question))
        assert offers_a_time(later.card)
        assert "Left out, as you asked" in words_of(later.card)
        assert "Project X" in words_of(later.card)
    (settings,) = await client.say("settings")
    assert "left out while it cannot be read" in repr(settings.card)
    await client.execute(settings, "settings.save", default_duration="45")
    (later,) = await client.say(on_monday(ASKED))
    assert offers_a_time(later.card), "saving the settings keeps it"
    heeded = await client.execute(later, "calendar.heed")
    assert not offers_a_time(heeded.card)


async def test_a_calendar_that_is_left_out_counts_as_soon_as_it_can_be_read(unreadable: RunningCreneau) -> None:
    (answer,) = await unreadable.client.say(on_monday(ASKED))
    await unreadable.client.execute(answer, "calendar.ignore")
    unreadable.sandbox.clear_faults()
    (busy,) = await unreadable.client.say(on_monday(AT_TWO))
    assert "Review" in words_of(busy.card)
    assert not has_slot(busy.card, 14)
    assert "Left out" not in words_of(busy.card)


async def test_a_booking_follows_what_is_left_out(unreadable: RunningCreneau) -> None:
    client = unreadable.client
    (answer,) = await client.say(on_monday("book 30 min on {day} at 15:00 about Budget"))
    assert not has(answer.card, "book.commit")
    before = len(client.messages)
    await client.execute(answer, "calendar.ignore")
    form = (await client.wait_for(lambda messages: len(messages) > before))[-1]
    assert "Left out, as you asked" in words_of(form.card)
    await client.execute(form, "book.commit")
    assert len(unreadable.sandbox.events(subject="Budget")) == 1


async def test_where_nothing_can_be_read_nothing_is_left_out(unreadable: RunningCreneau) -> None:
    (answer,) = await unreadable.client.say(on_monday(ASKED))
    await unreadable.client.execute(answer, "calendar.ignore")
    unreadable.sandbox.fault(path="calendarView", count=0, status=503)
    (nothing,) = await unreadable.client.say(on_monday(ASKED), timeout=20)
    assert not offers_a_time(nothing.card)
    assert not has(nothing.card, "calendar.ignore")


async def test_nobody_leaves_out_anothers_calendars(unreadable: RunningCreneau) -> None:
    (answer,) = await unreadable.client.say(on_monday(ASKED))
    find_action(answer.card, "calendar.ignore")
    anna = unreadable.client.as_(ANNA)
    tapped = await anna.execute(answer, "calendar.ignore")
    assert tapped.status == 200
    assert "out of date" in words_of(tapped.card)
    (still,) = await unreadable.client.say(on_monday(ASKED))
    assert not offers_a_time(still.card)
