"""What the cards of an agenda and of the next meeting share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from microsoft_teams.cards import Action, CardElement

from bot.answers.meeting_filter import About
from bot.conversation import CardJson
from bot.mailboxes.live import Checked
from dialogs.ask import Ask
from dialogs.cards.agenda_rows import Detail
from dialogs.cards.elements import banner, execute, without_inputs
from dialogs.cards.verbs import Verb
from dialogs.cards.wording import unread_list
from dialogs.texts import Texts, escape_markdown, plain

MOST_SPOKEN = 5
_MOST_BYTES = 76_000
"""Of the 80 KB, in UTF-16, that a message may have; the rest is for what is around the card."""


def fitting(draw: Callable[[Detail], CardJson]) -> CardJson:
    """The card with as much detail as a message can hold."""
    made = draw(Detail.FULL)
    for detail in (Detail.JOIN_ONLY, Detail.WITHOUT_LINKS, Detail.LEAN):
        if len(json.dumps(made, ensure_ascii=False).encode("utf-16-le")) <= _MOST_BYTES:
            break
        made = draw(detail)
    return made


def about_text(t: Texts, about: About) -> str:
    """What was looked for among the meetings."""
    names = t.join(escape_markdown(name, 60) for name in about.people)
    subject = t("format.quoted", text=escape_markdown(about.subject, 60)) if about.subject else ""
    if names and subject:
        return t("agenda.only_both", names=names, subject=subject)
    return t("agenda.only_people", names=names) if names else t("agenda.only_subject", subject=subject)


def unread(t: Texts, checked: Checked) -> Iterator[CardElement | None]:
    """What could not be read is named, and that the answer may lack something."""
    if checked.unreadable:
        yield banner("warning", t("agenda.incomplete"), t.n("agenda.unread", len(checked.unreadable)))
        yield unread_list(t, checked.unreadable)


def repairs(t: Texts, ask: Ask, checked: Checked) -> list[Action]:
    buttons: list[Action] = []
    if checked.reconnect:
        first = checked.reconnect[0]
        title = t("action.reconnect_account", account=plain(first.username))
        buttons.append(without_inputs(execute(title, Verb.CONNECT, {"account": first.id})))
    if checked.unreadable:
        buttons.append(ask_button(t("action.retry"), ask))
        buttons.append(without_inputs(execute(t("action.settings"), Verb.SETTINGS_SHOW)))
    return buttons


def ask_button(title: str, ask: Ask) -> Action:
    return without_inputs(execute(title, Verb.ASK, {"ask": ask.to_data()}))
