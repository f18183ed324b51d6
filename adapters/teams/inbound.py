"""An activity as Teams posts it -> an event of :mod:`bot.conversation`, everything checked for type and size."""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, TypeAlias

from adapters.teams.fields import Bad, identifier, locale_of, mapping, mappings, text, zone_of
from bot.conversation import (
    CardActionTaken,
    Event,
    Installed,
    Mention,
    MessageReceived,
    Removed,
    Scope,
    SignInCodeReceived,
    Where,
)
from bot.model import ConversationReference, TeamsUser

_MAX_DEPTH = 40
_INSTALLED = frozenset({"add", "add-upgrade"})


@dataclass(frozen=True, slots=True)
class Ignored:
    """Nothing for the bot: acknowledged, and that is all."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsupported:
    """An invoke that the bot does not know."""


@dataclass(frozen=True, slots=True)
class Unidentified:
    """A person's doing that names no tenant or no object id (an anonymous guest): nobody the bot could serve."""

    where: Where


Found: TypeAlias = Event | Ignored | Unsupported | Unidentified


@dataclass(frozen=True, slots=True)
class Envelope:
    """What is needed of an activity before anything else is read."""

    type: str
    channel_id: str
    service_url: str
    conversation_id: str
    activity_id: str
    name: str


def decode(body: bytes | Mapping[str, Any]) -> dict[str, Any]:
    """The activity as JSON, without what databases and encoders refuse (NUL, lone surrogates). Raises Bad."""
    try:
        document = json.loads(body) if isinstance(body, bytes) else body
    except (ValueError, RecursionError):
        raise Bad("the body is not JSON") from None
    if not isinstance(document, Mapping):
        raise Bad("the body is not a JSON object")
    return {_clean_text(str(key)): _clean(value, 1) for key, value in document.items()}


def _clean(value: Any, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise Bad("the body is nested too deeply")
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, Mapping):
        return {_clean_text(str(key)): _clean(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item, depth + 1) for item in value]
    return value


def _clean_text(value: str) -> str:
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def read_envelope(raw: Mapping[str, Any]) -> Envelope:
    """Raises Bad where a field that every activity has is missing or no text."""
    return Envelope(
        type=identifier(raw, "type", required=True),
        channel_id=identifier(raw, "channelId", required=True),
        service_url=identifier(raw, "serviceUrl", required=True),
        conversation_id=identifier(mapping(raw, "conversation"), "id", required=True),
        activity_id=identifier(raw, "id"),
        name=identifier(raw, "name"),
    )


def read_event(raw: Mapping[str, Any], envelope: Envelope, zones: Set[str]) -> Found:
    """What the activity means. Raises Bad where it contradicts its own type.

    Who did it is the tenant and the Entra object id, as opaque texts: test clients use ids that are no UUIDs.
    """
    match envelope.type:
        case "message" | "installationUpdate" | "conversationUpdate":
            pass
        case "invoke" if envelope.name not in {"adaptiveCard/action", "signin/verifyState"}:
            return Unsupported()
        case "invoke":
            pass
        case _:
            return Ignored("type")
    sender = mapping(raw, "from")
    role = text(sender, "role").casefold()
    mri = identifier(sender, "id")
    if role not in {"", "user"} or mri.startswith("28:"):
        return Ignored("not a person")
    where = _where(raw, envelope, sender, zones)
    user = TeamsUser(where.reference.tenant_id, identifier(sender, "aadObjectId"))
    about_bot = envelope.type in {"installationUpdate", "conversationUpdate"}
    if not user.tenant_id or not user.user_id or not mri:
        return Ignored("unidentified") if about_bot else Unidentified(where)
    name = text(sender, "name")[:256]
    if envelope.type == "message":
        return _message(raw, user, where, name)
    if envelope.type == "invoke":
        return _invoke(raw, envelope, user, where, name)
    return _membership(raw, envelope, user, where, name)


def _where(raw: Mapping[str, Any], envelope: Envelope, sender: Mapping[str, Any], zones: Set[str]) -> Where:
    conversation = mapping(raw, "conversation")
    channel_data = mapping(raw, "channelData")
    client = next((e for e in mappings(raw, "entities") if e.get("type") == "clientInfo"), {})
    tenant = identifier(mapping(channel_data, "tenant"), "id") or identifier(conversation, "tenantId")
    reference = ConversationReference(
        service_url=envelope.service_url,
        conversation_id=envelope.conversation_id,
        bot_id=identifier(mapping(raw, "recipient"), "id", required=True),
        user_mri=identifier(sender, "id"),
        tenant_id=tenant,
        channel_id=envelope.channel_id,
    )
    return Where(
        scope=_scope(conversation),
        reference=reference,
        locale=locale_of(client.get("locale")) or locale_of(raw.get("locale")),
        zone=zone_of(client.get("timezone"), zones) or zone_of(raw.get("localTimezone"), zones),
        activity_id=envelope.activity_id,
        message_id=identifier(raw, "replyToId"),
    )


def _scope(conversation: Mapping[str, Any]) -> Scope:
    """Personal only where it is said, or where neither a type nor a group is (the protocol's default)."""
    match conversation.get("conversationType"):
        case "personal":
            return Scope.PERSONAL
        case "channel":
            return Scope.CHANNEL
        case None if not conversation.get("isGroup"):
            return Scope.PERSONAL
        case _:
            return Scope.GROUP


def _message(raw: Mapping[str, Any], user: TeamsUser, where: Where, name: str) -> Found:
    said = raw.get("text")
    if said is not None and not isinstance(said, str):
        raise Bad("text is no text")
    value = raw.get("value")
    if isinstance(value, Mapping) and (isinstance(value.get("verb"), str) or not (said or "").strip()):
        data = {key: item for key, item in value.items() if key != "verb"}
        return CardActionTaken(
            sender=user, where=where, sender_name=name, verb=text(value, "verb")[:200], data=data, is_invoke=False
        )
    spoken, mentions = _without_own_mention(said or "", raw, where.reference.bot_id)
    return MessageReceived(sender=user, where=where, sender_name=name, text=spoken, mentions=mentions)


def _without_own_mention(said: str, raw: Mapping[str, Any], bot_id: str) -> tuple[str, tuple[Mention, ...]]:
    """The words without the bot's mentions, one occurrence an entity: its name may also be a word that was meant."""
    others = []
    for entity in mappings(raw, "entities"):
        if entity.get("type") != "mention":
            continue
        mentioned, shown = mapping(entity, "mentioned"), text(entity, "text")
        if identifier(mentioned, "id") == bot_id:
            said = said.replace(shown, "", 1) if shown else said
        else:
            others.append(Mention(text=shown, name=text(mentioned, "name")[:256], user_id=identifier(mentioned, "id")))
    return said.strip(), tuple(others[:100])


def _invoke(raw: Mapping[str, Any], envelope: Envelope, user: TeamsUser, where: Where, name: str) -> Found:
    value = mapping(raw, "value")
    if envelope.name == "signin/verifyState":
        code = identifier(value, "state", required=True)
        return SignInCodeReceived(sender=user, where=where, sender_name=name, code=code)
    action = mapping(value, "action")
    verb = action.get("verb")
    if not isinstance(verb, str) or len(verb) > 200:
        raise Bad("the action has no verb")
    return CardActionTaken(sender=user, where=where, sender_name=name, verb=verb, data=mapping(action, "data"))


def _membership(raw: Mapping[str, Any], envelope: Envelope, user: TeamsUser, where: Where, name: str) -> Found:
    """Both activities announce an installation, and clients send either or both: the store welcomes once."""
    if envelope.type == "installationUpdate":
        action = text(raw, "action")
        added, removed = action in _INSTALLED, action == "remove"
    else:
        bot_id = where.reference.bot_id
        added = any(member.get("id") == bot_id for member in mappings(raw, "membersAdded"))
        removed = any(member.get("id") == bot_id for member in mappings(raw, "membersRemoved"))
    if added:
        return Installed(sender=user, where=where, sender_name=name)
    if removed:
        return Removed(sender=user, where=where, sender_name=name)
    return Ignored("membership of others")
