"""The form of one setting: the same inputs as on the settings card, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from microsoft_teams.cards import CardElement

from bot.conversation import CardJson
from bot.language.request import Topic
from dialogs.cards import setting_inputs as inputs
from dialogs.cards.elements import actions, banner, card, execute, without_inputs
from dialogs.cards.fields import Field, Problems
from dialogs.cards.verbs import Verb
from dialogs.cards.views import SettingsView
from dialogs.texts import Texts

SWITCH_FIELDS = {
    Topic.SYNC_CANCELLATIONS: Field.SYNC_CANCELLATIONS,
    Topic.SYNC_MOVES: Field.SYNC_MOVES,
    Topic.OUT_OF_OFFICE: Field.OUT_OF_OFFICE,
    Topic.WORKING_ELSEWHERE: Field.WORKING_ELSEWHERE,
    Topic.TENTATIVE: Field.TENTATIVE,
    Topic.TEAMS_LINK: Field.TEAMS_LINK,
}
LENGTH_FIELDS = {
    Topic.DURATION: Field.DEFAULT_DURATION,
    Topic.BUFFER_BEFORE: Field.BUFFER_BEFORE,
    Topic.BUFFER_AFTER: Field.BUFFER_AFTER,
    Topic.NOTICE: Field.MINIMUM_NOTICE,
    Topic.WINDOW: Field.BOOKING_WINDOW,
}


def setting_form(
    t: Texts, view: SettingsView, topic: Topic, *, problems: Problems = inputs.NO_PROBLEMS, note: str = ""
) -> CardJson:
    """One setting as it stands, to be changed; ``note`` says why it is shown again."""
    listed = [one.account.id for one in view.accounts if one.failure is None]
    data = {"topic": topic.value, "version": view.preferences.version, "accounts": listed}
    return card(
        t,
        t("form.title"),
        banner("warning", note) if note else None,
        *_inputs(t, view, topic, problems),
        actions(
            execute(t("action.save"), Verb.SETTING_SAVE, data, style="positive"),
            without_inputs(execute(t("action.all_settings"), Verb.SETTINGS_SHOW)),
        ),
    )


def _inputs(t: Texts, view: SettingsView, topic: Topic, problems: Problems) -> Iterable[CardElement | None]:
    if topic in LENGTH_FIELDS:
        return inputs.length(t, view, LENGTH_FIELDS[topic], problems)
    if topic in SWITCH_FIELDS:
        return [inputs.switch(t, view.preferences, SWITCH_FIELDS[topic])]
    shown: dict[Topic, Callable[[Texts, SettingsView, Problems], Iterable[CardElement | None]]] = {
        Topic.CONFLICTS: inputs.conflicts,
        Topic.TARGET: inputs.target,
        Topic.ZONE: inputs.zone,
        Topic.HOURS: inputs.working_time,
        Topic.DAYS: inputs.working_time,
    }
    return shown[topic](t, view, problems)
