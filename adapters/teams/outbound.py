"""Our reply -> what Teams takes: a message activity, or the body of an invoke's answer."""

from __future__ import annotations

import json
from typing import Any

from botbuilder.schema import Activity, ActivityTypes, Attachment, ChannelAccount, ConversationAccount

from bot.conversation import Card, CardJson, ReplaceCard, Reply, Text, Toast
from bot.errors import MessageTooLarge
from bot.model import ConversationReference

CARD_TYPE = "application/vnd.microsoft.card.adaptive"
MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
# Microsoft: messages up to about 100 KB as UTF-16, "keep under 80 KB" (format-your-bot-messages).
MAX_BYTES = 80 * 1024


def message(reply: Reply, reference: ConversationReference, reply_to: str = "") -> Activity:
    """The reply as a message of its own. Raises MessageTooLarge before anything is sent."""
    activity = Activity(
        type=ActivityTypes.message,
        channel_id=reference.channel_id,
        service_url=reference.service_url,
        from_property=ChannelAccount(id=reference.bot_id),
        recipient=ChannelAccount(id=reference.user_mri),
        conversation=ConversationAccount(id=reference.conversation_id, tenant_id=reference.tenant_id),
        reply_to_id=reply_to or None,
    )
    match reply:
        case Text(text) | Toast(text):
            _check_size(text)
            activity.text, activity.text_format = text, "markdown"
        case Card(card, summary) | ReplaceCard(card, summary):
            check_card(card)
            activity.attachments = [Attachment(content_type=CARD_TYPE, content=_plain(card))]
            activity.summary = summary or None
    return activity


def typing(reference: ConversationReference) -> Activity:
    return Activity(
        type=ActivityTypes.typing,
        channel_id=reference.channel_id,
        service_url=reference.service_url,
        from_property=ChannelAccount(id=reference.bot_id),
        recipient=ChannelAccount(id=reference.user_mri),
        conversation=ConversationAccount(id=reference.conversation_id, tenant_id=reference.tenant_id),
    )


def check_card(card: CardJson) -> None:
    """Raises MessageTooLarge where Teams would refuse the card, or cut it off."""
    _check_size(json.dumps(_plain(card), ensure_ascii=False, separators=(",", ":")))


def invoke_body(reply: ReplaceCard | Toast | None) -> dict[str, Any]:
    """The answer to ``adaptiveCard/action`` (universal action model); None is an acknowledgement without words."""
    match reply:
        case ReplaceCard(card):
            check_card(card)
            return {"statusCode": 200, "type": CARD_TYPE, "value": _plain(card)}
        case Toast(text):
            return {"statusCode": 200, "type": MESSAGE_TYPE, "value": text}
        case None:
            return {"statusCode": 200, "type": MESSAGE_TYPE, "value": ""}


def bad_action(problem: str) -> dict[str, Any]:
    """The body of a malformed action's answer; ``problem`` names a field, never its content."""
    value = {"code": "BadRequest", "message": problem}
    return {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": value}


def _plain(card: CardJson) -> dict[str, Any]:
    return dict(card)


def _check_size(content: str) -> None:
    if len(content.encode("utf-16-le", "replace")) > MAX_BYTES:
        raise MessageTooLarge(code="CardTooLarge")
