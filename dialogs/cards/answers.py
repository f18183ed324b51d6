"""What the answers of free time have in common: what was assumed, what can be repaired, and the times to tap."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from microsoft_teams.cards import Action, CardElement

from bot.answers.free_time import Outdated
from bot.mailboxes.live import Checked
from bot.model import Interval
from dialogs.ask import Ask, Seen, Slot
from dialogs.cards.elements import actions, body, execute, without_inputs
from dialogs.cards.left_out import heed_button, ignore_button
from dialogs.cards.verbs import Verb
from dialogs.cards.views import Assumption, Since
from dialogs.cards.wording import assumption_text, window_text
from dialogs.texts import Texts, plain

MOST_ACTIONS = 6

_SINCE = {Outdated.SETTINGS: "since.settings", Outdated.BOOKINGS: "since.bookings"}


def slot_button(title: str, slot: Interval, ask: Ask, seen: Seen | None, *, primary: bool = False) -> Action:
    data = {"slot": Slot(slot.start, slot.duration).to_data(), **said(ask), **carried(seen)}
    return without_inputs(execute(title, Verb.BOOK_FORM, data, style="positive" if primary else "default"))


def said(ask: Ask) -> dict[str, Any]:
    """What else the person said of the meeting, so that a tap does not lose it."""
    return {"ask": ask.about().to_data()} if ask.people or ask.subject or ask.location else {}


def carried(seen: Seen | None) -> dict[str, Any]:
    """What the answer rested on, so that the next card can say whether it still holds."""
    return {"seen": seen.to_data()} if seen else {}


def assumed(t: Texts, ask: Ask, assumption: Assumption | None, seen: Seen | None) -> Iterable[CardElement | None]:
    """What was assumed of the words, and the other readings in one tap."""
    if assumption is None:
        return
    others = readings(t, ask, assumption, seen)
    text = assumption_text(t, assumption)
    yield body(f"{text} {t('assumed.instead')}" if others else text)
    yield actions(*others)


def readings(t: Texts, ask: Ask, assumption: Assumption | None, seen: Seen | None) -> list[Action]:
    return [
        without_inputs(execute(window_text(t, other), Verb.ASK, {"ask": ask.about(other).to_data(), **carried(seen)}))
        for other in (assumption.others[:2] if assumption else ())
    ]


def repairs(t: Texts, ask: Ask, checked: Checked, seen: Seen | None) -> list[Action]:
    """Ways to repair what could not be read, at most three."""
    buttons: list[Action] = []
    if checked.reconnect:
        first = checked.reconnect[0]
        title = t("action.reconnect_account", account=plain(first.username))
        buttons.append(without_inputs(execute(title, Verb.CONNECT, {"account": first.id})))
    again = {"ask": ask.to_data(), **carried(seen)}
    if checked.unreadable:
        buttons.append(without_inputs(execute(t("action.retry"), Verb.ASK, again)))
    ignore, heed = ignore_button(t, checked, again), heed_button(t, checked, again)
    buttons += [one for one in (ignore, heed) if one is not None]
    if (checked.unreadable and ignore is None) or checked.chosen == 0:
        buttons.append(without_inputs(execute(t("action.settings"), Verb.SETTINGS_SHOW)))
    return buttons[:3]


def since_line(t: Texts, since: Since | None) -> CardElement | None:
    """That the answer above does not hold any more, and that this one does."""
    if since is None:
        return None
    at, now = (one.astimezone(t.zone) if t.zone else one for one in (since.at, since.now))
    return body(t(_SINCE[since.what], time=t.time(at) if at.date() == now.date() else t.short_clock(at)))
