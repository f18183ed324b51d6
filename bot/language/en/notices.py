"""Words about notices, in English."""

from __future__ import annotations

from bot.language.notice_words import NoticeWords
from bot.model import NoticeTopic

NOTICES = NoticeWords(
    topics={
        NoticeTopic.CANCELLATIONS: r"cancel\w*|delet\w*|disappear\w*",
        NoticeTopic.MOVES: r"mov(?:e|es|ed|ing)|reschedul\w*|postpon\w*|time changes?",
        NoticeTopic.ANSWERS: (
            r"answers?|answered|respon(?:se|ses|d|ds|ded)|repl(?:y|ies)|declin\w*|propos\w*|rsvps?|invitees?"
        ),
        NoticeTopic.INVITATIONS: r"invitations?|invites?|i (?:m|am|was|were|have been) invited|colleagues?|others",
    },
    all=r"\b(?:notif\w*|notices?|alerts?|mute|unmute|everything|anything)\b",
    some=(
        r"\b(?:notif\w*|notices?|alerts?) (?:about|for|of|on|concerning|regarding|when|if) "
        r"(?!(?:me|everything|anything|all)\b)\w|"
        r"\b(?:this|that|these|those)\b"
    ),
    on=(
        r"\b(?:unmute|enable|activate|turn on|switch on|resume|notify me|tell me|inform me|alert me|ping me|"
        r"let me know|(?:i )?(?:want|would like|d like) (?:the )?(?:notif\w*|notices?|alerts?))\b|\bon$"
    ),
    off=(
        r"\b(?:stop|mute|silence|disable|deactivate|turn off|switch off|no more|no|don t|dont|do not|never|not|without|"
        r"quit|unsubscribe)\b|\boff$"
    ),
    again=r"\b(?:unmute|(?:stop|don t|dont|do not|never) (?:mut\w+|silenc\w+|disabl\w+))\b",
    asking=(
        r"^(?:(?:hey|hi|hello|ok|so|and|please|creneau) )*(?:which|what|how|why|who|when|do (?:i|you)|does|are|is|am i|"
        r"show|list|see|view|did)\b"
    ),
    other=r"\bremind\w*|\b(?:slots?|free|available|availability|minimum notice|minutes|hours?|days?) ?(?:notice)?\b",
)
