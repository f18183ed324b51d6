"""Real activities to start from: the bot is talked to, and every button of every card it shows is pressed once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dialogs.cards.verbs import CARD_VERSION, Verb
from tests.support import teams_activities as activities
from tests.support.creneau import RunningCreneau, next_monday
from tests.support.teams import card_inputs, walk
from tests.support.teams_activities import BOT_ID, CAMILLE

Json = dict[str, Any]

DESTRUCTIVE = frozenset({Verb.DISCONNECT_ONE, Verb.DISCONNECT_ALL})
"""What is recorded and not pressed: afterwards everything else would be answered alike."""

ROUNDS = 3
SERVICE = "http://127.0.0.1:9/"


def words() -> list[str]:
    """Things people say, of every kind that the bot answers."""
    day = next_monday()
    on = f"on {day:%B} {day.day}"
    return [
        "help", "hi", "thanks", "settings", "blorp", "connect", "disconnect", "123456", "français", "english",
        f"when am I free {on}", f"am I free {on} at 15:00", f"why not {on} at 15:00", "when am I free next week",
        "quand suis-je libre demain", f"book 30 min {on} at 11:00 about plans", "book an hour next week with anna",
        "réserve 30 min demain à 15h avec someone@example.com", "what do I have tomorrow", "my next meeting",
        f"what do I have {on}", f"move my meeting {on} at 15:00 to 16:00", f"cancel my meeting {on} at 15:00",
        "cancel budget", "move budget to Friday at 10", "block tentative", "my hours are 9 to 17:30", "undo",
        "what would change if tentative blocked?", "add events to Clients", "check Family for conflicts",
        "buffer 10 minutes before", "my time zone is Europe/Paris", "am I free on February 30", "cancel everything",
    ]  # fmt: skip


def messages() -> list[Json]:
    """Whole activities for the ways into the bot that are not a card's button."""
    return [
        *(activities.message(said, SERVICE) for said in words()),
        *(activities.message("hi", SERVICE, scope=scope) for scope in ("groupChat", "channel")),
        activities.submit({"verb": Verb.BOOK.value, "v": CARD_VERSION, "subject": "fuzz"}, "12", SERVICE),
        activities.verify_state("123456", SERVICE),
        activities.installation("add", SERVICE),
        activities.installation("remove", SERVICE),
        activities.membership(SERVICE, added=[BOT_ID, CAMILLE.mri]),
        activities.base("messageReaction", SERVICE),
        activities.base("typing", SERVICE),
    ]


async def recorded(creneau: RunningCreneau) -> dict[Verb, list[Json]]:
    """What cards send for each verb, inputs included; a verb that no card was seen with has plain data."""
    found: dict[Verb, list[Json]] = {verb: [] for verb in Verb}
    client, shapes = creneau.client, set[str]()
    for said in words():
        await client.say(said, answers=0, timeout=30)
    cards: list[Any] = [message.card for message in client.messages]
    for _ in range(ROUNDS):
        shown: list[Any] = []
        for verb, data in _actions(cards):
            shape = f"{verb} {sorted((name, type(value).__name__) for name, value in data.items())}"
            if shape in shapes:
                continue
            shapes.add(shape)
            found[verb].append(data)
            if verb not in DESTRUCTIVE:
                before = len(client.messages)
                answered = await client.post(activities.execute(verb, data, "12", client.connector.url))
                shown += [answered.card, *(message.card for message in client.messages[before:])]
        cards = shown
    keys: Json = {name: value for samples in found.values() for data in samples for name, value in data.items()}
    return {verb: samples or [{"v": CARD_VERSION}, keys] for verb, samples in found.items()}


def _actions(cards: list[Any]) -> Iterator[tuple[Verb, Json]]:
    for card in cards:
        for item in walk(card):
            if item["type"] == "Action.Execute":
                typed = {} if item.get("associatedInputs") == "none" else card_inputs(card)
                yield Verb(item["verb"]), json.loads(json.dumps(dict(item.get("data") or {}) | typed))
