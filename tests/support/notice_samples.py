"""The cards of notices, in every state, and of what came of an answer; see :mod:`tests.support.cards`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.bookings.settle_result import SettleResult
from bot.calendar_sync.decided import HeldDecided, NoWayBack
from bot.conversation import CardJson
from bot.model import (
    AccountId,
    BookingState,
    CalendarRef,
    GoneHow,
    Invitee,
    InviteeAnswer,
    InviteeResponse,
    LostEvent,
    NoticeTopic,
    PersonId,
    Preferences,
)
from bot.notices.notice import Notice, NoticeDetails, NoticeKind, NoticeState, Source
from bot.settings.setting_change import undo_of
from dialogs.cards import change, setting_change
from dialogs.cards.notices import decided
from dialogs.cards.notices.decided import Decided, Way
from dialogs.cards.notices.kinds import notice
from dialogs.cards.notices.parts import NoticeView
from dialogs.cards.notices.topics import notices
from dialogs.cards.setting_values import ChangeView
from dialogs.cards.verbs import Verb
from dialogs.notices.settled import settled_card
from dialogs.texts import Texts
from dialogs.wishes import undo_data
from tests.support.change_samples import (
    BOOKED,
    DAY,
    FRIDAY,
    GONE,
    MARKUP,
    MORNING,
    NASTY,
    NASTY_TARGET,
    NIGHT,
    TARGET,
    UNBROKEN,
    at,
)

Builder = Callable[[Texts], CardJson]

NOW = at(24, 14, 2)
CREATED = at(24, 14, 1)
LOST = replace(BOOKED, lost=LostEvent(CREATED, GoneHow.DELETED))
ALONE = replace(GONE, draft=replace(GONE.draft, invitees=(), teams_link=False))
SHARED = replace(GONE, draft=replace(GONE.draft, target_is_shared=True))
HELD = tuple(replace(one, lost=LostEvent(CREATED, GoneHow.DELETED, is_held=True)) for one in DAY)
ANNA = Invitee("anna@contoso.example", "Anna Keller")
DECLINED = InviteeAnswer(ANNA, InviteeResponse.DECLINED, CREATED)
PROPOSED = InviteeAnswer(ANNA, InviteeResponse.TENTATIVE, CREATED, FRIDAY)
NASTY_GONE = replace(NASTY, state=BookingState.CANCELLED)


def told(kind: NoticeKind, *, parked: bool = False, **details: object) -> Notice:
    given: dict[str, object] = {"source": Source.NOTIFICATION, **details}
    return Notice(
        7,
        PersonId(1),
        kind,
        "fact",
        NoticeState.SENDING,
        BOOKED.id,
        NoticeDetails(**given),  # type: ignore[arg-type]  # by name
        CREATED,
        NOW,
        was_parked=parked,
    )


def shown(one: Notice, booking: object = BOOKED, **more: object) -> Callable[[Texts], CardJson]:
    view = NoticeView(one, booking, NOW, **{"target": TARGET, **more})  # type: ignore[arg-type]  # by name
    return lambda t: notice(t, view)


UNTIL = NOW + timedelta(minutes=10)
OPEN = {"can_put_back": True, "until": UNTIL}
CANCELLED = told(NoticeKind.CANCELLED, how=GoneHow.DELETED, was=GONE.interval)
THERE = CalendarRef(AccountId(1), "private")


def _settled(result: SettleResult, *, parked: bool = False, change: str = "") -> Builder:
    one = told(NoticeKind.SETTLED, parked=parked, result=result, change=change, was=FRIDAY, source=Source.CHAT)

    def made(t: Texts) -> CardJson:
        card = settled_card(t, one, BOOKED, TARGET)
        assert card is not None
        return card

    return made


def _muted(t: Texts) -> CardJson:
    before, after = Preferences(), Preferences(1, muted=frozenset({NoticeTopic.ANSWERS}), sync_moves=False)
    undo = undo_of(before, after)
    assert undo
    view = ChangeView(before, after, undo.parts, {}, None, undo_data(undo))  # type: ignore[arg-type]  # no hours
    return setting_change.changed(t, view)


NOTICE_SAMPLES: Mapping[str, Builder] = {
    "notice-cancelled": shown(CANCELLED, GONE, **OPEN),
    "notice-cancelled-in-outlook": shown(
        told(NoticeKind.CANCELLED, how=GoneHow.CANCELLED, source=Source.CHECK), GONE, **OPEN
    ),
    "notice-cancelled-alone": shown(CANCELLED, ALONE, **OPEN),
    "notice-cancelled-late": shown(told(NoticeKind.CANCELLED, how=GoneHow.DELETED, parked=True), GONE),
    "notice-declined": shown(told(NoticeKind.CANCELLED, how=GoneHow.DECLINED), SHARED),
    "notice-cancelled-nasty": shown(CANCELLED, NASTY_GONE, **OPEN, target=NASTY_TARGET),
    "notice-lost": shown(told(NoticeKind.LOST, how=GoneHow.DELETED, source=Source.TURN), LOST, can_put_back=True),
    "notice-lost-shared": shown(told(NoticeKind.LOST, how=GoneHow.CANCELLED), replace(SHARED, lost=LOST.lost)),
    "notice-lost-nasty": shown(told(NoticeKind.LOST), NASTY_GONE, can_put_back=True, target=NASTY_TARGET),
    "notice-held": shown(told(NoticeKind.HELD, source=Source.CHECK), HELD[0], bookings=HELD[:3], can_put_back=True),
    "notice-held-many": shown(told(NoticeKind.HELD), HELD[0], bookings=HELD * 5),
    "notice-held-nasty": shown(told(NoticeKind.HELD), NASTY, bookings=(NASTY, LOST, NASTY), can_put_back=True),
    "notice-moved": shown(told(NoticeKind.MOVED, was=FRIDAY, to=BOOKED.interval)),
    "notice-moved-overlapping": shown(told(NoticeKind.MOVED, was=FRIDAY, to=BOOKED.interval, overlaps=True)),
    "notice-moved-late": shown(
        told(NoticeKind.MOVED, was=replace(FRIDAY, start=at(20, 9), end=at(20, 10)), to=BOOKED.interval, parked=True)
    ),
    "notice-moved-nasty": shown(told(NoticeKind.MOVED, was=NIGHT, to=NIGHT), NASTY),
    "notice-not-followed": shown(told(NoticeKind.NOT_FOLLOWED, was=BOOKED.interval, to=FRIDAY)),
    "notice-elsewhere": shown(told(NoticeKind.ELSEWHERE, calendar=THERE, calendar_name="Private")),
    "notice-elsewhere-nasty": shown(
        told(NoticeKind.ELSEWHERE, calendar=THERE, calendar_name=MARKUP), NASTY, target=NASTY_TARGET
    ),
    "notice-answer-declined": shown(told(NoticeKind.ANSWERED, answer=DECLINED)),
    "notice-answer-proposed": shown(told(NoticeKind.ANSWERED, answer=PROPOSED)),
    "notice-answer-declined-proposed": shown(
        told(NoticeKind.ANSWERED, answer=replace(PROPOSED, response=InviteeResponse.DECLINED))
    ),
    "notice-answer-proposed-past": shown(
        told(NoticeKind.ANSWERED, answer=replace(PROPOSED, proposed=replace(FRIDAY, start=at(20, 9), end=at(20, 10))))
    ),
    "notice-answer-nasty": shown(
        told(NoticeKind.ANSWERED, answer=replace(PROPOSED, invitee=Invitee("x@y.example", MARKUP))), NASTY
    ),
    "notice-guest-cancelled": shown(told(NoticeKind.GUEST_CANCELLED, was=GONE.interval), GONE, host="Camille Moreau"),
    "notice-guest-declined": shown(told(NoticeKind.GUEST_CANCELLED, how=GoneHow.DECLINED), GONE, host="Camille Moreau"),
    "notice-guest-cancelled-nameless": shown(told(NoticeKind.GUEST_CANCELLED, parked=True), GONE),
    "notice-guest-moved": shown(
        told(NoticeKind.GUEST_MOVED, was=FRIDAY, to=BOOKED.interval), BOOKED, host="Camille Moreau"
    ),
    "notice-guest-nasty": shown(told(NoticeKind.GUEST_CANCELLED), NASTY_GONE, host=MARKUP),
    "notice-settled": _settled(SettleResult.CONFIRMED, parked=True),
    "notice-settled-moved": _settled(SettleResult.MOVED, change="move"),
    "not-put-back-too-late": lambda t: decided.not_put_back(t, CANCELLED, GONE, NoWayBack.TOO_LATE),
    "not-put-back-over": lambda t: decided.not_put_back(t, CANCELLED, GONE, NoWayBack.OVER),
    "not-put-back-not-ours": lambda t: decided.not_put_back(t, CANCELLED, SHARED, NoWayBack.NOT_OURS),
    "not-put-back-stands": lambda t: decided.not_put_back(t, CANCELLED, GONE, NoWayBack.STANDS),
    "not-put-back-nasty": lambda t: decided.not_put_back(t, CANCELLED, NASTY_GONE, NoWayBack.OVER),
    "decided-not-now": lambda t: decided.not_now(t, CANCELLED, GONE, Verb.NOTICE_PUT_BACK),
    "decided-stands-again": lambda t: change.stands_again(t, BOOKED, TARGET),
    "decided-followed": lambda t: change.followed(t, BOOKED, TARGET, FRIDAY, overlaps=True),
    "decided-freed": lambda t: change.freed(t, GONE, repeated=False),
    "decided-freed-before": lambda t: change.freed(t, GONE, repeated=True),
    "decided-gone": lambda t: change.gone_meanwhile(t, BOOKED),
    "decided-adopted": lambda t: change.adopted(t, BOOKED, TARGET, "Private"),
    "decided-adopted-nasty": lambda t: change.adopted(t, NASTY, NASTY_TARGET, UNBROKEN),
    "standing-lost": lambda t: change.standing(t, LOST, TARGET, kept=True),
    "held-cancelled": lambda t: decided.held_decided(
        t, CANCELLED, HeldDecided(cancelled=MORNING), Verb.NOTICE_HELD_CANCEL
    ),
    "held-mixed": lambda t: decided.held_decided(
        t,
        CANCELLED,
        HeldDecided(DAY[:1], DAY[1:2], DAY[2:3], DAY[3:4], DAY[4:5]),
        Verb.NOTICE_HELD_CANCEL,
    ),
    "put-back-all": lambda t: decided.put_back_all(t, CANCELLED, [Decided(one, Way.DONE) for one in MORNING]),
    "put-back-some": lambda t: decided.put_back_all(
        t, CANCELLED, [Decided(one, way) for one, way in zip(DAY, Way, strict=False)]
    ),
    "put-back-nasty": lambda t: decided.put_back_all(t, CANCELLED, [Decided(NASTY, Way.UNKNOWN)]),
    "notices": lambda t: notices(t, Preferences(3)),
    "notices-some": lambda t: notices(
        t, Preferences(3, muted=frozenset({NoticeTopic.MOVES}), sync_moves=False), parked=2
    ),
    "notices-outdated": lambda t: notices(t, Preferences(4), outdated=True),
    "notices-changed": _muted,
}
