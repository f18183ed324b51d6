"""What Teams refuses, in the words of :mod:`bot.errors`, by the status table of its documentation."""

from __future__ import annotations

import json
from datetime import timedelta

from adapters.teams.retry import RETRIED
from bot.errors import ChannelBlocked, ChannelError, ChannelUnavailable, ConversationGone, MessageTooLarge

_BLOCKED_CODES = frozenset(
    {
        "ConversationBlockedByUser",
        "BotDisabledByAdmin",
        "BotNotInConversationRoster",
        "ForbiddenOperationException",
        "NotEnoughPermissions",
        "MessageWritesBlocked",
    }
)


def error_code(content: bytes) -> str:
    """The ``error.code`` of an error body, empty where the body is none (proxies answer HTML)."""
    try:
        document = json.loads(content)
        code = document["error"]["code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return code[:100] if isinstance(code, str) else ""


def channel_error(status: int, code: str, asked: timedelta | None = None) -> ChannelError:
    """The error that stands for a refused request."""
    if status == 413 or code == "MessageSizeTooBig":
        return MessageTooLarge(status, code)
    if status == 403 or code in _BLOCKED_CODES:
        return ChannelBlocked(status, code)
    if status == 404 and code != "ActivityNotFoundInConversation":
        return ConversationGone(status, code)
    if status in RETRIED or status >= 500:
        return ChannelUnavailable(status, code, asked)
    return ChannelError(status, code)
