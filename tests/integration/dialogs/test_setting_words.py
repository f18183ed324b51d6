"""Every setting in words and by its own small form: what changed is said, and one tap takes it back."""

from __future__ import annotations

from typing import Any

import pytest

from dialogs.cards.verbs import CARD_VERSION
from tests.support.creneau import RunningCreneau, code_on, inputs, sign_in_address, words_of
from tests.support.sandbox import ANNA, CAMILLE_AT_HOME
from tests.support.teams import Sent, walk
from tests.support.teams_activities import ANNA as ANNA_IN_TEAMS
from tests.support.teams_activities import execute

pytestmark = pytest.mark.usefixtures("nothing_broke")

UNDO = "setting.undo"


def field(card: Any, name: str) -> dict[str, Any]:
    return next(item for item in inputs(card) if item["id"].startswith(name))


async def say(creneau: RunningCreneau, text: str) -> Sent:
    (answer,) = await creneau.client.say(text)
    return answer


async def settings(creneau: RunningCreneau) -> dict[str, Any]:
    """Everything that the settings card shows, by input; calendars by their titles."""
    card = (await say(creneau, "settings")).card
    shown: dict[str, Any] = {}
    for item in inputs(card):
        value = item.get("value", "")
        if item["id"].startswith("conflicts_") or item["id"] == "target":
            titles = {choice["value"]: choice["title"].replace("\u200b", "") for choice in item["choices"]}
            value = sorted(titles[one] for one in value.split(",") if one)
        shown[item["id"]] = value
    return shown


def differing(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in after.items() if before[name] != value}


async def connect_home(creneau: RunningCreneau) -> None:
    """Camille's private account too, released by the code of its sign-in page."""
    (asked,) = await creneau.client.say("connect")
    page = await creneau.sign_in(sign_in_address(asked.card), CAMILLE_AT_HOME)
    await creneau.client.say(code_on(page))


# Every topic

WORDS = [
    ("block tentative", "bloque le provisoire", {"block_tentative": "true"}),
    ("block out of office", "bloque les absences du bureau", {"block_out_of_office": "true"}),
    ("block working elsewhere", "bloque le travail ailleurs", {"block_working_elsewhere": "true"}),
    ("don't sync cancellations", "ne synchronise pas les annulations", {"sync_cancellations": "false"}),
    ("no Teams link", "sans lien Teams", {"teams_link": "false"}),
    ("add events to Clients", "ajoute les événements dans Clients", {"target": ["Clients"]}),
    ("check Family for conflicts", "vérifie Family pour les conflits", {"conflicts_": ["Calendar", "Family"]}),
    ("my hours are 8 to 16:30", "mes horaires sont de 8h à 16h30", {"hours_start": "08:00", "hours_end": "16:30"}),
    ("I work on Saturdays too", "je travaille aussi le samedi", {"working_days": "1,2,3,4,5,6"}),
    ("my time zone is Tokyo", "mon fuseau horaire est Tokyo", {"zone": "Asia/Tokyo"}),
    ("my meetings last 45 minutes", "mes réunions durent 45 minutes", {"default_duration": "45"}),
    ("10 minutes buffer before meetings", "10 minutes de marge avant les réunions", {"buffer_before": "10"}),
    ("15 minutes buffer after meetings", "15 minutes de marge après les réunions", {"buffer_after": "15"}),
    ("minimum notice 4 hours", "préavis minimum 4 heures", {"minimum_notice": "240"}),
    ("booking window 30 days", "réservable jusqu'à 30 jours à l'avance", {"booking_window": "43200"}),
]


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_setting_is_changed_by_words_and_taken_back_by_a_tap(
    creneau: RunningCreneau, language: str
) -> None:
    for name in ("Clients", "Family"):
        creneau.sandbox.add_calendar(name)
    await creneau.connect()
    before = await settings(creneau)
    for english, french, expected in WORDS:
        words = english if language == "en" else french
        wanted = {next(key for key in before if key.startswith(name)): value for name, value in expected.items()}
        answer = await say(creneau, words)
        assert " → " in words_of(answer.card), (words, words_of(answer.card))
        assert (answer.card or {}).get("lang") == language, words
        assert differing(before, await settings(creneau)) == wanted, words
        answered = await creneau.client.execute(answer, UNDO)
        assert " → " in words_of(answered.card), (words, words_of(answered.card))
        assert differing(before, await settings(creneau)) == {}, "exactly what was changed is as it was"


FORMS = [
    ("tentative", {"block_tentative": "true"}),
    ("out_of_office", {"block_out_of_office": "true"}),
    ("working_elsewhere", {"block_working_elsewhere": "true"}),
    ("sync_cancellations", {"sync_cancellations": "false"}),
    ("teams_link", {"teams_link": "false"}),
    ("zone", {"zone": "Asia/Tokyo"}),
    ("hours", {"hours_start": "08:00", "hours_end": "16:30"}),
    ("days", {"working_days": "1,2"}),
    ("duration", {"default_duration": "45"}),
    ("buffer_before", {"buffer_before": "10"}),
    ("buffer_after", {"buffer_after": "15"}),
    ("notice", {"minimum_notice": "240"}),
    ("window", {"booking_window": "43200"}),
]


async def form_of(creneau: RunningCreneau, topic: str, message: Sent) -> Any:
    """The small form of a setting, in the place of ``message``."""
    client = creneau.client
    data = {"v": CARD_VERSION, "topic": topic}
    answered = await client.post(execute("setting.edit", data, message.id, client.connector.url, client.who))
    assert answered.card, answered
    return answered.card


async def test_every_setting_has_a_form_of_its_own_that_answers_like_words(creneau: RunningCreneau) -> None:
    _, message = await creneau.connect()
    for topic, values in FORMS:
        before = await settings(creneau)
        form = await form_of(creneau, topic, message)
        saved = await creneau.client.execute(form, "setting.save", message_id=message.id, **values)
        assert " → " in words_of(saved.card), (topic, words_of(saved.card))
        assert differing(before, await settings(creneau)) == values, topic
        await creneau.client.execute(saved.card, UNDO, message_id=message.id)
        assert differing(before, await settings(creneau)) == {}, topic


async def test_the_forms_of_calendars_tick_and_choose_by_what_the_account_lists(creneau: RunningCreneau) -> None:
    creneau.sandbox.add_calendar("Clients")
    creneau.sandbox.add_calendar("Holidays", can_edit=False)
    _, message = await creneau.connect()
    form = await form_of(creneau, "conflicts", message)
    ticks = field(form, "conflicts_")
    every = [choice["value"] for choice in ticks["choices"]]
    saved = await creneau.client.execute(form, "setting.save", message_id=message.id, **{ticks["id"]: every})
    assert "Holidays: not checked → checked" in words_of(saved.card).replace("**", "")
    form = await form_of(creneau, "target", message)
    titles = {choice["title"]: choice["value"] for choice in field(form, "target")["choices"]}
    assert set(titles) == {"Calendar", "Clients"}
    await creneau.client.execute(form, "setting.save", message_id=message.id, target=titles["Clients"])
    assert (await settings(creneau))["target"] == ["Clients"]


async def test_a_form_of_calendars_unticks_nothing_that_was_ticked_after_it_was_shown(
    creneau: RunningCreneau,
) -> None:
    creneau.sandbox.add_calendar("Clients")
    _, message = await creneau.connect()
    form = await form_of(creneau, "conflicts", message)
    await say(creneau, "check Clients for conflicts")
    answered = await creneau.client.execute(form, "setting.save", message_id=message.id)
    assert "changed since" in words_of(answered.card)
    ticked = [value for name, value in (await settings(creneau)).items() if name.startswith("conflicts_")]
    assert ticked == [["Calendar", "Clients"]]


# Undo


async def test_undo_in_words_takes_back_the_last_change_once(creneau: RunningCreneau) -> None:
    await creneau.connect()
    before = await settings(creneau)
    await say(creneau, "block tentative")
    await say(creneau, "my meetings last 45 minutes")
    assert "45 minutes → 30 minutes" in words_of((await say(creneau, "undo")).card)
    assert differing(before, await settings(creneau)) == {"block_tentative": "true"}, "the first one stands"
    assert "No recent change" in words_of((await say(creneau, "undo")).card)
    assert differing(before, await settings(creneau)) == {"block_tentative": "true"}


async def test_an_undo_that_was_overtaken_says_what_holds(creneau: RunningCreneau) -> None:
    await creneau.connect()
    before = await settings(creneau)
    first = await say(creneau, "my meetings last 45 minutes")
    await say(creneau, "my meetings last 60 minutes")
    stale = await creneau.client.execute(first, UNDO)
    assert "changed since" in words_of(stale.card)
    assert "1 hour" in words_of(stale.card)
    assert differing(before, await settings(creneau)) == {"default_duration": "60"}


async def test_a_second_tap_on_undo_says_that_it_is_so_already(creneau: RunningCreneau) -> None:
    await creneau.connect()
    before = await settings(creneau)
    answer = await say(creneau, "block tentative")
    await creneau.client.execute(answer, UNDO)
    again = await creneau.client.execute(answer, UNDO)
    assert "like that already" in words_of(again.card)
    assert differing(before, await settings(creneau)) == {}


async def test_what_holds_already_is_said_and_leaves_nothing_to_undo(creneau: RunningCreneau) -> None:
    await creneau.connect()
    answer = await say(creneau, "don't block tentative")
    assert "like that already" in words_of(answer.card)
    assert UNDO not in repr(answer.card)


async def test_several_settings_of_one_sentence_are_changed_and_undone_together(creneau: RunningCreneau) -> None:
    await creneau.connect()
    before = await settings(creneau)
    answer = await say(creneau, "block tentative and my meetings last 45 minutes")
    assert differing(before, await settings(creneau)) == {"block_tentative": "true", "default_duration": "45"}
    await creneau.client.execute(answer, UNDO)
    assert differing(before, await settings(creneau)) == {}


async def test_of_several_settings_none_is_changed_where_one_is_refused(creneau: RunningCreneau) -> None:
    await creneau.connect()
    before = await settings(creneau)
    answer = await say(creneau, "block tentative and my meetings last 3 days")
    assert "Not saved" in words_of(answer.card)
    assert differing(before, await settings(creneau)) == {}


# Names


async def test_a_name_that_means_two_calendars_is_asked_about_and_answered_by_a_tap(creneau: RunningCreneau) -> None:
    """Both accounts have a calendar called *Calendar*."""
    await creneau.connect()
    await connect_home(creneau)
    asked = await say(creneau, "add events to Calendar")
    assert "Which calendar" in words_of(asked.card)
    answered = await creneau.client.execute(
        asked, "setting.change", where=lambda data: data["wishes"][0]["calendar"][0] == 2
    )
    assert CAMILLE_AT_HOME in words_of(answered.card), "the account is said, the name alone would tell nothing"
    assert any(CAMILLE_AT_HOME in one for one in (await settings(creneau))["target"])


async def test_the_account_beside_the_name_tells_which_calendar_is_meant(creneau: RunningCreneau) -> None:
    await creneau.connect()
    await connect_home(creneau)
    answer = await say(creneau, f"add events to Calendar of {CAMILLE_AT_HOME}")
    assert " → " in words_of(answer.card), words_of(answer.card)
    assert any(CAMILLE_AT_HOME in one for one in (await settings(creneau))["target"])


async def test_an_unknown_calendar_changes_nothing_and_shows_those_there_are(creneau: RunningCreneau) -> None:
    creneau.sandbox.add_calendar("Family")
    await creneau.connect()
    before = await settings(creneau)
    asked = await say(creneau, "check Familly for conflicts")
    assert "“Familly”" in words_of(asked.card)
    assert differing(before, await settings(creneau)) == {}
    answered = await creneau.client.execute(asked, "setting.change")
    assert "Family" in words_of(answered.card), "the most alike comes first"
    assert "→ checked" in words_of(answered.card)


async def test_a_read_only_calendar_is_refused_as_a_target_with_its_reason(creneau: RunningCreneau) -> None:
    creneau.sandbox.add_calendar("Holidays", can_edit=False)
    await creneau.connect()
    answer = await say(creneau, "add events to Holidays")
    assert "Holidays is read-only" in words_of(answer.card)
    assert (await settings(creneau))["target"] == ["Calendar"]


async def test_no_calendar_is_called_unknown_in_silence_while_its_account_cannot_be_asked(
    creneau: RunningCreneau,
) -> None:
    await creneau.connect()
    creneau.sandbox.fault(plane="graph", path="/calendars", status=503, count=0)
    answer = await say(creneau, "check Family for conflicts")
    assert "could not be reached" in words_of(answer.card)


async def test_letting_the_last_conflict_calendar_go_is_saved_with_a_plain_warning(creneau: RunningCreneau) -> None:
    await creneau.connect()
    answer = await say(creneau, "don't check Calendar for conflicts")
    assert "No calendar is checked" in words_of(answer.card)
    assert "No calendar is checked" not in words_of((await creneau.client.execute(answer, UNDO)).card)


async def test_hours_over_midnight_are_asked_about_before_they_are_saved(creneau: RunningCreneau) -> None:
    await creneau.connect()
    before = await settings(creneau)
    asked = await say(creneau, "my hours are 22:00 to 6:00")
    assert differing(before, await settings(creneau)) == {}
    await creneau.client.execute(asked, "setting.change", where=lambda data: data.get("overnight"))
    assert differing(before, await settings(creneau)) == {"hours_start": "22:00", "hours_end": "06:00"}


# Hostile data, other people


@pytest.mark.parametrize(
    "former",
    [
        {"zone": "Mars/Olympus"},
        {"default_duration": 0},
        {"default_duration": 10**9},
        {"hours": {"days": [], "start": "09:00", "end": "17:00"}},
        {"hours": {"days": [1], "start": "09:00", "end": "09:00"}},
        {"hours": {"days": [9], "start": "25:00", "end": "x"}},
        {"target": [999999, "nobody's"]},
        {"conflict_calendars": {"tick": [[999999, "nobody's"]], "untick": []}},
        {"conflict_calendars": {"tick": "all"}},
        {"version": 1},
        {"ignored": []},
        {},
        "everything",
        None,
    ],
)
async def test_an_undo_that_nobody_wrote_changes_nothing(creneau: RunningCreneau, former: Any) -> None:
    await creneau.connect()
    before = await settings(creneau)
    answer = await say(creneau, "block tentative")
    client = creneau.client
    (undo,) = [one for one in actions(answer.card) if one.get("verb") == UNDO]
    data = undo["data"] | {"former": former}
    answered = await client.post(execute(UNDO, data, answer.id, client.connector.url, client.who))
    assert answered.status == 200
    assert answered.card
    assert differing(before, await settings(creneau)) == {"block_tentative": "true"}


def actions(card: Any) -> list[dict[str, Any]]:
    return [item for item in walk(card) if item["type"] == "Action.Execute"]


async def test_a_change_card_in_other_hands_moves_nothing_of_its_owners(creneau: RunningCreneau) -> None:
    await creneau.connect()
    answer = await say(creneau, "block tentative")
    before = await settings(creneau)
    anna = creneau.client.as_(ANNA_IN_TEAMS)
    await anna.say("hi")
    answered = await anna.execute(answer, UNDO)
    assert answered.status == 200
    assert ANNA not in words_of((await say(creneau, "settings")).card)
    assert differing(before, await settings(creneau)) == {}
