"""An invitee declined, or proposed another time: the meeting stands, and its host may do something about it."""

from __future__ import annotations

from bot.conversation import CardJson
from bot.model import InviteeAnswer, InviteeResponse
from dialogs.cards.elements import body, execute, rows, without_inputs
from dialogs.cards.meeting import meeting_rows, shown
from dialogs.cards.notices.parts import NoticeView, act, heading_of, notice_card
from dialogs.cards.verbs import Verb
from dialogs.texts import Texts, escape_markdown


def answered(t: Texts, view: NoticeView) -> CardJson:
    """What was answered, that nothing changed by it, and what can be done. Raises ValueError without an answer."""
    booking, answer = view.booking, view.notice.details.answer
    if answer is None:
        raise ValueError("nobody answered")
    proposed = answer.proposed
    is_open = proposed is not None and proposed.start > view.now
    may_change = not booking.draft.target_is_shared
    pairs = list(meeting_rows(t, booking, view.target))
    if proposed is not None:
        pairs.insert(1, (t("notice.proposed"), f"**{t.span(proposed.start, proposed.end)}**"))
    hint = ""
    if proposed is not None and not is_open:
        hint = t("notice.proposed_past")
    elif is_open and may_change:
        hint = t("notice.proposed_means")
    data = shown(booking)
    return notice_card(
        t,
        view,
        "accent",
        _title(t, answer),
        [t("notice.answered_text")],
        heading_of(t, booking),
        rows(pairs),
        body(hint, spacing="Medium") if hint else None,
        buttons=(
            act(t("action.take_proposed"), Verb.NOTICE_TAKE_TIME, view.notice, data, style="positive")
            if is_open and may_change
            else None,
            act(t("action.keep"), Verb.NOTICE_KEEP, view.notice),
            without_inputs(execute(t("action.propose_times"), Verb.MOVE_FORM, data | {"below": True}))
            if may_change
            else None,
            without_inputs(execute(t("action.cancel_meeting"), Verb.CANCEL_FORM, data | {"below": True}))
            if may_change
            else None,
        ),
        about=booking,
    )


def _title(t: Texts, answer: InviteeAnswer) -> str:
    name = escape_markdown(answer.invitee.name or answer.invitee.address, 80)
    if answer.proposed is None:
        return t("notice.declined_title", name=name)
    if answer.response is InviteeResponse.DECLINED:
        return t("notice.declined_proposed_title", name=name)
    return t("notice.proposed_title", name=name)
