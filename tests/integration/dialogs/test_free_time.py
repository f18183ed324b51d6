"""When am I free, asked in words: right by every setting, and never free on partial knowledge."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.creneau import RunningCreneau, at, code_on, inputs, next_monday, sign_in_address, words_of
from tests.support.sandbox import CAMILLE, CAMILLE_AT_HOME
from tests.support.teams import walk
from tests.support.teams_activities import ANNA


async def with_two_calendars(creneau: RunningCreneau) -> None:
    """Both calendars of Camille's count; Project X is Busy from 14 to 15 on the Monday that is asked about."""
    creneau.sandbox.add_calendar("Project X")
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), calendar="Project X", subject="Secret review")
    _, settings = await creneau.connect()
    conflicts = next(item for item in inputs(settings.card) if item["id"].startswith("conflicts_"))
    everything = ",".join(choice["value"] for choice in conflicts["choices"])
    await creneau.client.execute(settings, "settings.save", **{conflicts["id"]: everything})


def asked() -> str:
    monday = next_monday()
    return f"when am I free on {monday:%B} {monday.day} in the afternoon"


def offers_a_time(card: object) -> bool:
    return any(item.get("verb") == "book.form" for item in walk(card))


async def test_free_times_name_zone_count_and_time_of_the_check(creneau: RunningCreneau) -> None:
    await with_two_calendars(creneau)
    (answer,) = await creneau.client.say(asked())
    shown = words_of(answer.card)
    assert "Paris" in shown
    assert "2 calendars" in shown or "2 of 2" in shown
    assert offers_a_time(answer.card)
    assert "Secret" not in shown


async def test_in_french_the_answer_is_french(creneau: RunningCreneau) -> None:
    await with_two_calendars(creneau)
    (answer,) = await creneau.client.say("quand suis-je libre la semaine prochaine ?")
    assert "disponibilités" in words_of(answer.card)
    (again,) = await creneau.client.say("12345 blorp")
    assert "libre" in words_of(again.card).lower(), "the language a person writes in is kept"


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"status": 401}, "Project X"),
        ({"status": 403, "code": "ErrorAccessDenied"}, "Project X"),
        ({"status": 404, "code": "ErrorItemNotFound"}, "Project X"),
        ({"status": 429, "retry_after": 60}, "Project X"),
        ({"status": 500}, "Project X"),
        ({"status": 503}, "Project X"),
        ({"status": 200, "body": "html"}, "Project X"),
        ({"status": 200, "body": "broken"}, "Project X"),
        ({"drop": True}, "Project X"),
    ],
)
async def test_a_calendar_that_cannot_be_read_is_named_and_its_time_never_free(
    creneau: RunningCreneau, fault: dict[str, object], word: str
) -> None:
    await with_two_calendars(creneau)
    creneau.sandbox.fault(calendar="Project X", path="calendarView", count=0, **fault)
    answer, *_ = await creneau.client.say(asked(), timeout=20)
    assert word in words_of(answer.card)
    assert not offers_a_time(answer.card)
    creneau.sandbox.clear_faults()
    retried = await creneau.client.execute(answer, "ask")
    assert offers_a_time(retried.card), "a tap asks again"


async def test_a_slow_calendar_is_unknown_not_free(creneau: RunningCreneau) -> None:
    await with_two_calendars(creneau)
    creneau.sandbox.fault(calendar="Project X", path="calendarView", count=0, delay=30)
    (answer,) = await creneau.client.say(asked(), timeout=25)
    assert "Project X" in words_of(answer.card)
    assert not offers_a_time(answer.card)


async def test_a_revoked_token_leads_to_one_reconnect_and_nothing_is_free_meanwhile(creneau: RunningCreneau) -> None:
    await with_two_calendars(creneau)
    creneau.sandbox.revoke(CAMILLE, access=True, refresh=True)
    answer, card = await creneau.client.say(asked(), answers=2, timeout=20)
    assert "Please sign in again" in words_of(card.card)
    assert not offers_a_time(answer.card)
    assert any(item.get("verb") == "connect" for item in walk(answer.card))
    (settings,) = await creneau.client.say("settings", timeout=20)
    assert CAMILLE in words_of(settings.card), "the account and its settings stay"


async def test_asking_about_a_time_says_why_it_is_not_free_and_offers_others(creneau: RunningCreneau) -> None:
    await with_two_calendars(creneau)
    monday = next_monday()
    (answer,) = await creneau.client.say(f"am I free on {monday:%B} {monday.day} at 2 pm")
    shown = words_of(answer.card)
    assert "Project X" in shown
    assert offers_a_time(answer.card)
    (free,) = await creneau.client.say(f"am I free on {monday:%B} {monday.day} at 4 pm")
    assert offers_a_time(free.card)


async def test_only_what_the_switches_say_blocks(creneau: RunningCreneau) -> None:
    monday = next_monday()
    for hour, status in ((10, "oof"), (11, "workingElsewhere"), (14, "tentative")):
        creneau.sandbox.add_event(at(monday, hour), at(monday, hour + 1), subject=status, show_as=status)
    _, settings = await creneau.connect()

    async def state(hour: int) -> bool:
        (answer,) = await creneau.client.say(f"am I free on {monday:%B} {monday.day} at {hour:02}:00")
        return "oof" not in repr(answer.card) and any(
            item.get("verb") == "book.form" and at(monday, hour).strftime("T%H:%M") in repr(item.get("data"))
            for item in walk(answer.card)
        )

    assert [await state(hour) for hour in (10, 11, 14)] == [True, True, True]
    await creneau.client.execute(
        settings,
        "settings.save",
        block_out_of_office="true",
        block_working_elsewhere="true",
        block_tentative="true",
    )
    assert [await state(hour) for hour in (10, 11, 14)] == [False, False, False]


async def test_conflicts_of_a_second_account_count_too(creneau: RunningCreneau) -> None:
    monday = next_monday()
    creneau.sandbox.add_event(at(monday, 14), at(monday, 15), user=CAMILLE_AT_HOME, subject="Plumber")
    await creneau.connect()
    (link,) = await creneau.client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(link.card), CAMILLE_AT_HOME))
    _, settings = await creneau.client.say(code, answers=2)
    lists = [item for item in inputs(settings.card) if item["id"].startswith("conflicts_")]
    ticked = {item["id"]: ",".join(choice["value"] for choice in item["choices"]) for item in lists}
    await creneau.client.execute(settings, "settings.save", **ticked)
    (answer,) = await creneau.client.say(f"am I free on {monday:%B} {monday.day} at 2 pm")
    assert "not free" in words_of(answer.card).lower() or "busy" in words_of(answer.card).lower()


async def test_in_a_group_nobodys_time_is_shown(creneau: RunningCreneau) -> None:
    await with_two_calendars(creneau)
    (answer,) = await creneau.client.say(asked(), scope="groupChat")
    shown = words_of(answer.card)
    assert not offers_a_time(answer.card)
    assert "Project X" not in shown
    assert CAMILLE not in shown


async def test_one_persons_question_says_nothing_of_another(creneau: RunningCreneau) -> None:
    await with_two_calendars(creneau)
    (first,) = await creneau.client.say(asked())
    anna = creneau.client.as_(ANNA)
    (hers,) = await anna.say(asked())
    assert not offers_a_time(hers.card)
    tapped = await anna.execute(first, "book.form")
    assert tapped.status == 200
    assert "Project X" not in words_of(tapped.card)


async def test_a_week_is_answered_by_days_and_beyond_the_window_is_said_so(creneau: RunningCreneau) -> None:
    await with_two_calendars(creneau)
    (answer,) = await creneau.client.say("when am I free next week for 45 minutes")
    assert offers_a_time(answer.card)
    far = next_monday() + timedelta(days=300)
    (nothing,) = await creneau.client.say(f"when am I free on {far:%B} {far.day}, {far.year}")
    assert not offers_a_time(nothing.card)
