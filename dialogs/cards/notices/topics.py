"""What the bot tells by itself: a switch for each thing, and what a booking does that is changed in Outlook."""

from __future__ import annotations

from bot.conversation import CardJson
from bot.model import NoticeTopic, Preferences
from dialogs.cards.elements import (
    actions,
    banner,
    body,
    card,
    execute,
    heading,
    section,
    subtle,
    toggle,
    without_inputs,
)
from dialogs.cards.fields import Field
from dialogs.cards.setting_inputs import switch
from dialogs.cards.setting_values import TOPICS
from dialogs.cards.verbs import Verb
from dialogs.texts import Texts

_MEANS = {
    NoticeTopic.CANCELLATIONS: "notices.cancellations_on",
    NoticeTopic.MOVES: "notices.moves_on",
    NoticeTopic.ANSWERS: "notices.answers_on",
    NoticeTopic.INVITATIONS: "notices.invitations_on",
}


def topic_field(topic: NoticeTopic) -> str:
    """The id of the topic's switch."""
    return f"{Field.NOTICES.value}_{topic.value}"


def notices(t: Texts, preferences: Preferences, *, parked: int = 0, outdated: bool = False) -> CardJson:
    """Every switch as it stands. ``parked`` notices waited for the person; ``outdated``: nothing was saved just now."""
    title = t("notices.title")
    return card(
        t,
        title,
        heading(title),
        banner("warning", t("notices.outdated")) if outdated else None,
        banner("accent", t.n("notices.parked", parked)) if parked else None,
        body(t("notices.intro")),
        *[
            toggle(topic_field(topic), t(TOPICS[topic]), t(_MEANS[topic]), value=topic not in preferences.muted)
            for topic in NoticeTopic
        ],
        subtle(t("notices.always"), spacing="Medium"),
        section(t("notices.sync_title")),
        switch(t, preferences, Field.SYNC_CANCELLATIONS),
        switch(t, preferences, Field.SYNC_MOVES),
        subtle(t("settings.sync_means")),
        subtle(t("notices.reminders"), spacing="Medium"),
        actions(
            execute(t("action.save"), Verb.NOTICES_SAVE, {"version": preferences.version}, style="positive"),
            without_inputs(execute(t("action.all_settings"), Verb.SETTINGS_SHOW)),
        ),
    )
