"""Next to each reason why time is not free: the setting that would change it, one tap away."""

from __future__ import annotations

from collections.abc import Iterable

from microsoft_teams.cards import Action, ExecuteAction

from bot.answers.why import SWITCHED, Cause
from bot.availability import ReasonKind
from bot.language.request import Topic, Wish
from bot.model import CalendarRef
from dialogs.cards.elements import execute, without_inputs
from dialogs.cards.verbs import Verb
from dialogs.texts import Texts, plain
from dialogs.wishes import wish_data

_SWITCHES = {
    Topic.TENTATIVE: "remedy.tentative",
    Topic.OUT_OF_OFFICE: "remedy.out_of_office",
    Topic.WORKING_ELSEWHERE: "remedy.working_elsewhere",
}
_FORMS = {
    Topic.HOURS: "remedy.hours",
    Topic.DAYS: "remedy.days",
    Topic.BUFFER_BEFORE: "remedy.buffer_before",
    Topic.BUFFER_AFTER: "remedy.buffer_after",
    Topic.NOTICE: "remedy.notice",
    Topic.WINDOW: "remedy.window",
}


def remedies(
    t: Texts, causes: Iterable[Cause], room: int, *, calendars: bool = True, others: Iterable[Action] = ()
) -> list[Action]:
    """The settings behind ``causes``, the most useful first; where not all have room, the last one opens them all.

    ``calendars``: whether whole calendars may be left out; not where only one is checked: nothing would be free then.
    ``others`` are the card's other buttons, one of which may do so already.
    Switches come first, then the rules that ask for a value, then leaving whole calendars out, which frees the most.
    """
    causes = tuple(causes)
    topics = dict.fromkeys(topic for cause in causes for topic in cause.topics)
    switches = [_switch_off(t, topic) for topic in topics if topic in _SWITCHES]
    forms = [_form(t, topic) for topic in topics if topic in _FORMS]
    found = [*switches, *forms, *(_leaving_out(t, causes) if calendars else ())]
    if len(found) <= room:
        return found
    if room <= 0 or any(isinstance(one, ExecuteAction) and one.verb == Verb.SETTINGS_SHOW.value for one in others):
        return found[: max(room, 0)]
    return [*found[: room - 1], without_inputs(execute(t("action.settings"), Verb.SETTINGS_SHOW))]


def _switch_off(t: Texts, topic: Topic) -> Action:
    return without_inputs(execute(t(_SWITCHES[topic]), Verb.SETTING_CHANGE, {"wish": wish_data(Wish(topic, on=False))}))


def _form(t: Texts, topic: Topic) -> Action:
    return without_inputs(execute(t(_FORMS[topic]), Verb.SETTING_EDIT, {"topic": topic.value}))


def _leaving_out(t: Texts, causes: Iterable[Cause]) -> list[Action]:
    """Leave out the calendars whose events block whatever the switches say."""
    names: dict[CalendarRef, str] = {}
    for cause in causes:
        reason = cause.reason
        if (
            reason.kind is ReasonKind.STATUS
            and reason.calendar
            and reason.block
            and reason.block.status not in SWITCHED
        ):
            names[reason.calendar.ref] = plain(reason.calendar.name) or t("settings.nameless")
    return [
        without_inputs(
            execute(
                t("remedy.calendar", calendar=name),
                Verb.SETTING_CHANGE,
                {"wish": wish_data(Wish(Topic.CONFLICTS, on=False, calendar=ref))},
            )
        )
        for ref, name in names.items()
    ]
