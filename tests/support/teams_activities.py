"""Whole activities as Teams sends them, and who sends them; each builder returns a fresh mapping to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

Json = dict[str, Any]

TENANT = "5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d"
BOT_APP_ID = "7c9e2f10-5a64-4b8d-9e31-0d1c2b3a4958"
BOT_ID = f"28:{BOT_APP_ID}"
TEAM_CHANNEL = "19:Jv2cQ8t0tHtLkV7wY4oXk1M3nB5aZ6pR@thread.tacv2"
GROUP_CHAT = "19:4c1d9e7f2a3b4c5d8e6f7a8b9c0d1e2f@thread.v2"


@dataclass(frozen=True)
class Teammate:
    """A person in Teams; ``zone`` and ``locale`` are what the client reports, None where it leaves them out."""

    name: str
    object_id: str
    tenant_id: str = TENANT
    locale: str | None = "en-US"
    zone: str | None = "Europe/Paris"

    @property
    def mri(self) -> str:
        return f"29:1{self.object_id.replace('-', '')}"

    @property
    def personal_chat(self) -> str:
        return f"a:1{self.object_id.replace('-', '')}"


CAMILLE = Teammate("Camille Moreau", "0c2d6a54-3b1f-4e8a-9d70-6f5e4d3c2b1a")
ANNA = Teammate("Anna Keller", "1a3e7b65-4c20-4f9b-8e81-705f5e4d3c2b", zone="Europe/Berlin")
BEN = Teammate("Ben Okafor", "2b4f8c76-5d31-40ac-9f92-816a6f5e4d3c", zone="America/New_York")


def base(kind: str, service_url: str, who: Teammate = CAMILLE, *, scope: str = "personal") -> Json:
    """What every activity has, for ``personal``, ``groupChat`` or ``channel``."""
    conversation: Json = {"conversationType": scope, "tenantId": who.tenant_id, "id": who.personal_chat}
    channel_data: Json = {"tenant": {"id": who.tenant_id}}
    if scope == "groupChat":
        conversation |= {"id": GROUP_CHAT, "isGroup": True, "name": "Launch"}
    if scope == "channel":
        conversation |= {"id": f"{TEAM_CHANNEL};messageid=1763800000000", "isGroup": True}
        channel_data |= {
            "teamsChannelId": TEAM_CHANNEL,
            "teamsTeamId": TEAM_CHANNEL,
            "channel": {"id": TEAM_CHANNEL},
            "team": {"id": TEAM_CHANNEL, "aadGroupId": "6d7e8f90-1a2b-4c3d-8e5f-60718293a4b5"},
        }
    return {
        "type": kind,
        "id": f"f:{uuid4()}" if kind == "invoke" else str(1763800000000 + uuid4().int % 10**9),
        "timestamp": "2025-11-22T14:03:21.2110000Z",
        "localTimestamp": "2025-11-22T15:03:21.2110000+01:00",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {"id": who.mri, "name": who.name, "aadObjectId": who.object_id},
        "recipient": {"id": BOT_ID, "name": "Créneau"},
        "conversation": conversation,
        "channelData": channel_data,
        "entities": [client_info(who)],
        "locale": who.locale,
        "localTimezone": who.zone,
    }


def client_info(who: Teammate) -> Json:
    info = {"type": "clientInfo", "locale": who.locale, "country": "FR", "platform": "Web", "timezone": who.zone}
    return {name: value for name, value in info.items() if value is not None}


def message(
    text: str | None,
    service_url: str,
    who: Teammate = CAMILLE,
    *,
    scope: str = "personal",
    mention_bot: bool | None = None,
    activity_id: str = "",
) -> Json:
    """Words; in groups and channels the bot is mentioned in front, as Teams demands."""
    activity = base("message", service_url, who, scope=scope)
    activity |= {"textFormat": "plain", "text": text, "attachments": []}
    if activity_id:
        activity["id"] = activity_id
    if scope != "personal" if mention_bot is None else mention_bot:
        activity["text"] = f"<at>Créneau</at> {text}"
        activity["entities"].insert(0, mention("<at>Créneau</at>", BOT_ID, "Créneau"))
    return activity


def mention(text: str, user_id: str, name: str) -> Json:
    return {"type": "mention", "text": text, "mentioned": {"id": user_id, "name": name}}


def submit(
    data: Mapping[str, Any], message_id: str, service_url: str, who: Teammate = CAMILLE, *, scope: str = "personal"
) -> Json:
    """Action.Submit of an old client: a message without words whose value is the card's data and inputs."""
    activity = base("message", service_url, who, scope=scope)
    del activity["entities"][0]["timezone"]
    return activity | {"value": dict(data), "replyToId": message_id, "attachments": []}


def execute(
    verb: str,
    data: Mapping[str, Any],
    message_id: str,
    service_url: str,
    who: Teammate = CAMILLE,
    *,
    scope: str = "personal",
) -> Json:
    """Action.Execute: the invoke ``adaptiveCard/action``."""
    activity = base("invoke", service_url, who, scope=scope)
    action = {"type": "Action.Execute", "id": "", "verb": verb, "data": dict(data)}
    activity["channelData"]["source"] = {"name": "message"}
    return activity | {
        "name": "adaptiveCard/action",
        "replyToId": message_id,
        "value": {"action": action, "trigger": "manual"},
    }


def verify_state(code: str, service_url: str, who: Teammate = CAMILLE) -> Json:
    """What Teams sends after the sign-in page called ``notifySuccess(code)``."""
    return base("invoke", service_url, who) | {"name": "signin/verifyState", "value": {"state": code}}


def installation(action: str, service_url: str, who: Teammate = CAMILLE, *, scope: str = "personal") -> Json:
    """``installationUpdate``; ``action`` is add, add-upgrade, remove or remove-upgrade."""
    activity = base("installationUpdate", service_url, who, scope=scope)
    activity["channelData"] |= {"settings": {"selectedChannel": {"id": activity["conversation"]["id"]}}}
    return activity | {"action": action}


def membership(
    service_url: str,
    who: Teammate = CAMILLE,
    *,
    added: Sequence[str] = (),
    removed: Sequence[str] = (),
    scope: str = "personal",
) -> Json:
    """``conversationUpdate`` naming members by their ids (``BOT_ID`` for the bot)."""
    activity = base("conversationUpdate", service_url, who, scope=scope)
    if added:
        activity["membersAdded"] = [{"id": member} for member in added]
    if removed:
        activity["membersRemoved"] = [{"id": member} for member in removed]
    return activity
