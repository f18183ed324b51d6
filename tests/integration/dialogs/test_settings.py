"""The settings card: everything on it, saved as it stands, and nothing lost or taken over unseen."""

from __future__ import annotations

from typing import Any

from tests.support.creneau import RunningCreneau, inputs, words_of
from tests.support.sandbox import ANNA
from tests.support.teams_activities import ANNA as ANNA_IN_TEAMS


def field(card: Any, name: str) -> dict[str, Any]:
    return next(item for item in inputs(card) if item["id"].startswith(name))


def token(card: Any, name: str, calendar: str) -> str:
    return next(choice["value"] for choice in field(card, name)["choices"] if choice["title"].startswith(calendar))


async def test_every_calendar_is_listed_with_what_can_be_done_with_it(creneau: RunningCreneau) -> None:
    sandbox = creneau.sandbox
    for number in range(22):
        sandbox.add_calendar(f"Project {number:02}")
    sandbox.add_calendar("Birthdays", can_edit=False)
    sandbox.add_calendar("Team", user=ANNA)
    sandbox.share_calendar(ANNA, "Team", "camille@contoso.example", can_edit=True)
    _, settings = await creneau.connect()
    conflicts = [choice["title"] for choice in field(settings.card, "conflicts_")["choices"]]
    targets = [choice["title"] for choice in field(settings.card, "target")["choices"]]
    assert {f"Project {number:02}" for number in range(22)} <= set(conflicts), "paged to the end"
    assert any(title.startswith("Birthdays") and "read" in title.lower() for title in conflicts)
    assert not any(title.startswith("Birthdays") for title in targets)
    assert "Anna" in words_of(settings.card)
    assert not any(title.startswith("Team") for title in [*conflicts, *targets]), "needs permission first"


async def test_what_is_saved_is_shown_in_place_and_kept(creneau: RunningCreneau) -> None:
    creneau.sandbox.add_calendar("Clients")
    _, settings = await creneau.connect()
    chosen = token(settings.card, "target", "Clients")
    saved = await creneau.client.execute(
        settings,
        "settings.save",
        target=chosen,
        block_out_of_office="true",
        sync_cancellations="false",
        working_days="1,2,4",
        hours_start="08:30",
        hours_end="16:00",
        default_duration="45",
        zone="Asia/Kolkata",
    )
    said = words_of(saved.card)
    assert "Calendar → Clients" in said
    assert "30 minutes → 45 minutes" in said
    assert inputs(saved.card) == [], "what was saved stands where the form was"
    (again,) = await creneau.client.say("settings")
    card = again.card
    assert field(card, "target")["value"] == chosen
    assert field(card, "block_out_of_office")["value"] == "true"
    assert field(card, "sync_cancellations")["value"] == "false"
    assert field(card, "working_days")["value"] == "1,2,4"
    assert (field(card, "hours_start")["value"], field(card, "hours_end")["value"]) == ("08:30", "16:00")
    assert field(card, "default_duration")["value"] == "45"
    assert field(card, "zone")["value"] == "Asia/Kolkata"


async def test_two_clients_saving_at_once_lose_nothing_in_silence(creneau: RunningCreneau) -> None:
    _, settings = await creneau.connect()
    first = await creneau.client.execute(settings, "settings.save", block_tentative="true")
    second = await creneau.client.execute(settings, "settings.save", default_duration="60")
    assert first.card
    assert second.card
    (now,) = await creneau.client.say("settings")
    assert field(now.card, "block_tentative")["value"] == "true", "the first save stands"
    assert field(now.card, "default_duration")["value"] == "30", "the second was not applied in silence"
    assert field(second.card, "default_duration")["value"] == "60", "what was tried is still on the card"
    third = await creneau.client.execute(second.card, "settings.save", message_id=settings.id)
    (then,) = await creneau.client.say("settings")
    assert third.card
    assert field(then.card, "default_duration")["value"] == "60", "saying it again is meant"


async def test_values_that_make_no_sense_are_refused_and_kept_on_the_card(creneau: RunningCreneau) -> None:
    _, settings = await creneau.connect()
    for name, value in (
        ("default_duration", "0"),
        ("default_duration", "1500"),
        ("zone", "Mars/Olympus"),
        ("hours_end", "25:00"),
        ("working_days", ""),
        ("target", "ffffffffffffffff"),
    ):
        refused = await creneau.client.execute(settings, "settings.save", **{name: value})
        assert refused.status == 200
        assert refused.card, (name, value)
    (now,) = await creneau.client.say("settings")
    for name in ("default_duration", "zone", "hours_end", "working_days", "target"):
        assert field(now.card, name)["value"] == field(settings.card, name)["value"]


async def test_another_persons_settings_card_changes_nothing_of_theirs(creneau: RunningCreneau) -> None:
    _, settings = await creneau.connect()
    anna = creneau.client.as_(ANNA_IN_TEAMS)
    await anna.say("hi")
    answered = await anna.execute(settings, "settings.save", default_duration="60")
    assert answered.status == 200
    (now,) = await creneau.client.say("settings")
    assert field(now.card, "default_duration")["value"] == "30"
    (hers,) = await anna.say("settings")
    assert "camille" not in words_of(hers.card).lower()


async def test_saving_is_undone_by_the_button_that_answers_it(creneau: RunningCreneau) -> None:
    _, settings = await creneau.connect()
    saved = await creneau.client.execute(settings, "settings.save", block_tentative="true", default_duration="60")
    undone = await creneau.client.execute(saved.card, "setting.undo", message_id=settings.id)
    assert "Undone" in words_of(undone.card)
    (now,) = await creneau.client.say("settings")
    assert field(now.card, "block_tentative")["value"] == "false"
    assert field(now.card, "default_duration")["value"] == "30"


async def test_saving_without_any_calendar_to_check_is_no_plain_success(creneau: RunningCreneau) -> None:
    _, settings = await creneau.connect()
    conflicts = field(settings.card, "conflicts_")["id"]
    saved = await creneau.client.execute(settings, "settings.save", **{conflicts: ""})
    assert "No calendar is checked" in words_of(saved.card)
    (now,) = await creneau.client.say("settings")
    assert "No calendar is checked" in words_of(now.card)


async def test_hours_that_end_before_they_start_are_saved_only_when_they_are_meant(creneau: RunningCreneau) -> None:
    _, settings = await creneau.connect()
    night = {"hours_start": "22:00", "hours_end": "06:00"}
    asked = await creneau.client.execute(settings, "settings.save", default_duration="60", **night)
    assert "over midnight" in words_of(asked.card)
    (before,) = await creneau.client.say("settings")
    assert field(before.card, "hours_end")["value"] == "17:30"
    confirmed = await creneau.client.execute(
        asked.card, "settings.save", message_id=settings.id, where=lambda data: "overnight" in data
    )
    assert "Saved" in words_of(confirmed.card)
    (after,) = await creneau.client.say("settings")
    assert (field(after.card, "hours_start")["value"], field(after.card, "hours_end")["value"]) == ("22:00", "06:00")
    assert field(after.card, "default_duration")["value"] == "60"
    again = await creneau.client.execute(after, "settings.save", block_tentative="true")
    assert "Saved" in words_of(again.card), "what holds already is not asked about again"


async def test_hours_changed_after_the_question_are_not_the_ones_confirmed(creneau: RunningCreneau) -> None:
    _, settings = await creneau.connect()
    asked = await creneau.client.execute(settings, "settings.save", hours_start="22:00", hours_end="06:00")
    other = await creneau.client.execute(
        asked.card,
        "settings.save",
        message_id=settings.id,
        where=lambda data: "overnight" in data,
        hours_start="23:00",
    )
    assert "over midnight" in words_of(other.card)
    (now,) = await creneau.client.say("settings")
    assert field(now.card, "hours_start")["value"] != "23:00"
