from __future__ import annotations

from typing import Any

import pytest

from adapters.teams.fields import Bad
from adapters.teams.inbound import Found, Ignored, Unidentified, decode, read_envelope, read_event
from bot.conversation import CardActionTaken, Mention, MessageReceived, Scope
from tests.support import teams_activities as activities
from tests.support.teams_activities import ANNA, BOT_ID, TENANT, mention

URL = "https://smba.trafficmanager.net/emea/"
ZONES = frozenset({"Europe/Paris", "Europe/Berlin", "UTC"})


def read(raw: dict[str, Any]) -> Found:
    raw = decode(raw)
    return read_event(raw, read_envelope(raw), ZONES)


def said(text: str | None, *entities: dict[str, Any], **changes: Any) -> MessageReceived:
    raw = activities.message(text, URL) | changes
    raw["entities"] += entities
    found = read(raw)
    assert isinstance(found, MessageReceived)
    return found


BOT = mention("<at>Bot</at>", BOT_ID, "Bot")


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        ("<at>Bot</at> free?", [BOT], "free?"),
        ("move <at>Bot</at> Bot review", [BOT], "move  Bot review"),
        ("<at>Bot</at> say <at>Bot</at>", [BOT], "say <at>Bot</at>"),
        ("<at>Bot</at> say <at>Bot</at>", [BOT, BOT], "say"),
        ("hello", [BOT], "hello"),
        ("hello", [BOT | {"text": ""}], "hello"),
        ("hello", [BOT | {"text": None}], "hello"),
        (None, [BOT], ""),
        ("   ", [], ""),
        ("<at>Bot</at>\xa0free?\n", [BOT], "free?"),
    ],
)
def test_the_bots_mention_is_taken_out_once_an_entity(
    text: str | None, entities: list[dict[str, Any]], expected: str
) -> None:
    assert said(text, *entities).text == expected


def test_other_mentions_stay_and_are_named() -> None:
    found = said("with <at>Anna</at>", mention("<at>Anna</at>", ANNA.mri, "Anna Keller"))
    assert found.text == "with <at>Anna</at>"
    assert found.mentions == (Mention("<at>Anna</at>", "Anna Keller", ANNA.mri),)


@pytest.mark.parametrize(
    ("client", "local", "expected"),
    [
        ("Europe/Berlin", "Europe/Paris", "Europe/Berlin"),
        (None, "Europe/Paris", "Europe/Paris"),
        ("Romance Standard Time", None, ""),
        ("../../etc/passwd", "", ""),
        (7, ["UTC"], ""),
    ],
)
def test_the_zone_is_an_iana_name_or_nothing(client: object, local: object, expected: str) -> None:
    raw = activities.message("hi", URL) | {"localTimezone": local}
    raw["entities"] = [{"type": "clientInfo", "timezone": client}]
    found = read(raw)
    assert isinstance(found, MessageReceived)
    assert found.where.zone == expected


@pytest.mark.parametrize(
    ("client", "activity", "expected"),
    [("fr-FR", "en-US", "fr-FR"), (None, "fr", "fr"), ("<b>", "en_US", ""), (3, {}, ""), ("x" * 50, None, "")],
)
def test_the_locale_is_a_language_tag_or_nothing(client: object, activity: object, expected: str) -> None:
    raw = activities.message("hi", URL) | {"locale": activity}
    raw["entities"] = [{"type": "clientInfo", "locale": client}]
    found = read(raw)
    assert isinstance(found, MessageReceived)
    assert found.where.locale == expected


@pytest.mark.parametrize(
    ("conversation", "expected"),
    [
        ({"conversationType": "personal"}, Scope.PERSONAL),
        ({"conversationType": "groupChat"}, Scope.GROUP),
        ({"conversationType": "channel"}, Scope.CHANNEL),
        ({"conversationType": "somethingNew"}, Scope.GROUP),
        ({"conversationType": 1}, Scope.GROUP),
        ({}, Scope.PERSONAL),
        ({"isGroup": True}, Scope.GROUP),
    ],
)
def test_only_a_personal_chat_is_personal(conversation: dict[str, Any], expected: Scope) -> None:
    found = read(activities.message("hi", URL) | {"conversation": {"id": "c", "tenantId": TENANT} | conversation})
    assert isinstance(found, MessageReceived)
    assert found.where.scope is expected


def test_the_tenant_is_the_channels_else_the_conversations() -> None:
    raw = activities.message("hi", URL)
    raw["channelData"] = {"tenant": {"id": "one"}}
    raw["conversation"]["tenantId"] = "two"
    found = read(raw)
    assert isinstance(found, MessageReceived)
    assert found.sender.tenant_id == "one"

    raw["channelData"] = None
    found = read(raw)
    assert isinstance(found, MessageReceived)
    assert found.sender.tenant_id == "two"


@pytest.mark.parametrize("missing", ["tenant", "aadObjectId", "id"])
def test_who_cannot_be_named_is_unidentified(missing: str) -> None:
    raw = activities.message("hi", URL)
    if missing == "tenant":
        raw["channelData"], raw["conversation"]["tenantId"] = {}, ""
    else:
        raw["from"][missing] = " "
    assert isinstance(read(raw), Unidentified)


def test_ids_that_are_no_uuids_are_taken_as_they_are() -> None:
    raw = activities.message("hi", URL)
    raw["from"] |= {"id": "user-id-0", "aadObjectId": "00000000-0000-0000-0000-0000000000020"}
    raw["recipient"]["id"] = "00000000-0000-0000-0000-00000000000011"
    found = read(raw)
    assert isinstance(found, MessageReceived)
    assert found.sender.user_id == "00000000-0000-0000-0000-0000000000020"


@pytest.mark.parametrize(
    ("text", "value", "verb", "data"),
    [
        (None, {"verb": "save", "a": 1}, "save", {"a": 1}),
        ("Save", {"verb": "save"}, "save", {}),
        ("", {"a": 1}, "", {"a": 1}),
        ("", {"verb": "v" * 300}, "v" * 200, {}),
    ],
)
def test_a_message_with_a_value_is_an_old_clients_submit(
    text: str | None, value: dict[str, Any], verb: str, data: dict[str, Any]
) -> None:
    found = read(activities.submit(value, "12", URL) | {"text": text})
    assert isinstance(found, CardActionTaken)
    assert (found.verb, found.data, found.is_invoke, found.where.message_id) == (verb, data, False, "12")


def test_words_with_a_value_of_no_verb_are_words() -> None:
    found = read(activities.submit({"a": 1}, "12", URL) | {"text": "hello"})
    assert isinstance(found, MessageReceived)


def test_the_verb_of_a_submit_must_be_a_text() -> None:
    with pytest.raises(Bad):
        read(activities.submit({"verb": 7}, "12", URL))


@pytest.mark.parametrize(
    "change",
    [
        {"type": 1},
        {"type": ""},
        {"channelId": None},
        {"serviceUrl": []},
        {"conversation": "x"},
        {"conversation": {"id": ""}},
        {"conversation": {"id": ".."}},
        {"conversation": {"id": "a\nb"}},
        {"id": "x" * 2000},
        {"text": 5},
        {"entities": {}},
        {"channelData": []},
        {"channelData": {"tenant": "x"}},
        {"from": []},
        {"from": {"id": 5}},
        {"recipient": {}},
        {"entities": [{"type": "mention", "mentioned": "x", "text": "y"}]},
    ],
)
def test_a_field_of_a_wrong_type_is_a_malformed_activity(change: dict[str, Any]) -> None:
    with pytest.raises(Bad):
        read(activities.message("hi", URL) | change)


def test_a_malformed_field_is_named_but_not_quoted() -> None:
    with pytest.raises(Bad) as caught:
        read(activities.message("hi", URL) | {"id": "secret\n"[:6] + "\n" + "x"})
    assert "secret" not in str(caught.value)


def test_strange_entities_are_passed_over() -> None:
    assert said("hi", *[{"type": 3}, {}, {"type": "mention"}]).text == "hi"


def test_a_typing_activity_is_ignored_without_looking_further() -> None:
    assert isinstance(read({**activities.base("typing", URL), "from": None, "entities": 3}), Ignored)
