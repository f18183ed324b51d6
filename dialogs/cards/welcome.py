"""The first words, the help, and what is said where no personal data may be shown."""

from __future__ import annotations

from microsoft_teams.cards import Action, CardElement

from bot.conversation import CardJson
from dialogs.cards.elements import actions, banner, body, bullets, card, execute, heading, open_url, strong, subtle
from dialogs.cards.verbs import Verb
from dialogs.cards.views import NotYet
from dialogs.texts import Texts, escape_markdown, plain

_NOT_YET = {
    NotYet.COMMON: "not_yet.common",
    NotYet.SHARE: "not_yet.share",
    NotYet.FORGET: "not_yet.forget",
}


def welcome(t: Texts, *, name: str = "") -> CardJson:
    """Once, on install: what the bot is for, how to set it up, what to say."""
    title = t("welcome.title_named", name=escape_markdown(name, 60)) if name else t("welcome.title")
    return card(
        t,
        t("welcome.summary"),
        heading(title),
        body(t("welcome.value")),
        strong(t("welcome.setup_title")),
        body(t("welcome.setup"), spacing="Small"),
        strong(t("welcome.examples_title")),
        bullets([t("example.free"), t("example.agenda"), t("example.check"), t("example.book")]),
        subtle(t("welcome.scope"), spacing="Medium"),
        actions(
            execute(t("action.connect"), Verb.CONNECT, style="positive"),
            execute(t("action.help"), Verb.HELP),
        ),
    )


def help_card(t: Texts, *, connected: bool) -> CardJson:
    """Everything that can be said, grouped by what it is for; also before anything is connected."""
    groups: list[CardElement | None] = []
    for title, lines in (
        ("help.free_title", ("example.free", "example.free_week", "example.check", "example.why")),
        ("help.agenda_title", ("example.agenda", "example.agenda_week", "example.next")),
        ("help.book_title", ("example.book", "example.book_short")),
        ("help.change_title", ("example.move", "example.cancel")),
        ("help.settings_title", ("command.settings", "example.what_if", "command.undo", "command.notices")),
        ("help.accounts_title", ("command.connect", "command.disconnect")),
    ):
        groups += [strong(t(title)), bullets(t(line) for line in lines)]
    buttons = _suggestions(t) if connected else [execute(t("action.connect"), Verb.CONNECT, style="positive")]
    return card(
        t,
        t("help.summary"),
        heading(t("help.title")),
        body(t("help.intro") if connected else t("help.intro_not_connected")),
        *groups,
        subtle(t("help.notes"), spacing="Medium"),
        actions(*buttons),
    )


def not_understood(t: Texts, *, connected: bool) -> CardJson:
    """An answer to anything else: three phrases that work, and the way to all of them."""
    buttons = _suggestions(t) if connected else [execute(t("action.connect"), Verb.CONNECT, style="positive")]
    return card(
        t,
        t("unknown.title"),
        heading(t("unknown.title")),
        body(t("unknown.text")),
        bullets([t("example.free"), t("example.check"), t("example.book")]),
        actions(*buttons, execute(t("action.help"), Verb.HELP)),
    )


def greeting(t: Texts, *, name: str, connected: bool) -> CardJson:
    """The answer to "hi": one next step, and the help a tap away."""
    title = t("greeting.title_named", name=escape_markdown(name, 60)) if name else t("greeting.title")
    buttons = _suggestions(t) if connected else [execute(t("action.connect"), Verb.CONNECT, style="positive")]
    return card(
        t,
        plain(title),
        heading(title),
        body(t("greeting.text") if connected else t("greeting.text_not_connected")),
        actions(*buttons, execute(t("action.help"), Verb.HELP)),
    )


def not_yet(t: Texts, what: NotYet) -> CardJson:
    """Understood, but not built yet: said plainly, with what the bot can do instead."""
    text = t(_NOT_YET[what])
    return card(
        t,
        t("not_yet.title"),
        heading(t("not_yet.title")),
        body(text),
        strong(t("not_yet.can_title")),
        bullets([t("example.free"), t("example.check"), t("example.book")]),
        actions(*_suggestions(t)),
    )


def elsewhere(t: Texts, *, chat_url: str = "") -> CardJson:
    """In a group or a channel: nobody's data, and the way to the personal chat."""
    return card(
        t,
        t("elsewhere.title"),
        heading(t("elsewhere.title")),
        body(t("elsewhere.text")),
        body(t("elsewhere.how"), spacing="Small"),
        actions(open_url(t("action.open_chat"), chat_url, style="positive")) if chat_url else None,
    )


def connect_first(t: Texts) -> CardJson:
    """Something was asked that needs a calendar, and none is connected."""
    return card(
        t,
        t("connect_first.title"),
        heading(t("connect_first.title")),
        body(t("connect_first.text")),
        actions(
            execute(t("action.connect"), Verb.CONNECT, style="positive"),
            execute(t("action.help"), Verb.HELP),
        ),
    )


def failure(t: Texts, reference: str) -> CardJson:
    """Something broke; the reference finds it in the log."""
    return card(
        t,
        t("failure.summary", reference=plain(reference)),
        banner("attention", t("failure.title"), t("failure.text")),
        subtle(t("failure.reference", reference=escape_markdown(reference)), spacing="Medium"),
        actions(execute(t("action.help"), Verb.HELP)),
    )


def stale(t: Texts) -> CardJson:
    """A card of an older version, or one whose data was not ours."""
    return card(
        t,
        t("stale.title"),
        banner("warning", t("stale.title"), t("stale.text")),
        actions(*_suggestions(t)),
    )


def unavailable(t: Texts) -> CardJson:
    """The bot's own ground (its database) does not answer."""
    return card(
        t,
        t("unavailable.title"),
        banner("warning", t("unavailable.title"), t("unavailable.text")),
    )


def _suggestions(t: Texts) -> list[Action]:
    return [
        execute(t("action.ask_free"), Verb.ASK, {"ask": {"intent": "free"}}, style="positive"),
        execute(t("action.new_booking"), Verb.BOOK_FORM),
        execute(t("action.settings"), Verb.SETTINGS_SHOW),
    ]
