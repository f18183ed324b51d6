"""A notice of any kind becomes its card."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.conversation import CardJson
from bot.notices.notice import NoticeKind
from dialogs.cards.notices import answered, ended, guests, moved
from dialogs.cards.notices.parts import NoticeView
from dialogs.texts import Texts

_CARDS: Mapping[NoticeKind, Callable[[Texts, NoticeView], CardJson]] = {
    NoticeKind.CANCELLED: ended.cancelled,
    NoticeKind.LOST: ended.lost,
    NoticeKind.HELD: ended.held,
    NoticeKind.MOVED: moved.moved,
    NoticeKind.NOT_FOLLOWED: moved.not_followed,
    NoticeKind.ELSEWHERE: moved.elsewhere,
    NoticeKind.ANSWERED: answered.answered,
    NoticeKind.GUEST_CANCELLED: guests.cancelled,
    NoticeKind.GUEST_MOVED: guests.moved,
}


def notice(t: Texts, view: NoticeView) -> CardJson:
    """The card of a notice of any kind but ``SETTLED``, whose cards are those of the change itself."""
    return _CARDS[view.notice.kind](t, view)
