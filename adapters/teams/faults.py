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
_MAY_HAVE_BEEN_DONE = frozenset({500, 502, 504})
"""What answers so may have passed the request on; 503, 429 and 412 say that it was not done."""


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
        return ChannelUnavailable(status, code, asked, outcome_unknown=status in _MAY_HAVE_BEEN_DONE)
    return ChannelError(status, code)
