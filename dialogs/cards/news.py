"""What changed in the connected mailboxes, each thing with what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from microsoft_teams.cards import Action

from bot.conversation import CardJson
from bot.language.request import Topic, Wish
from bot.mailboxes.memory import FactKind
from bot.mailboxes.news import Item
from dialogs.cards.elements import actions, body, bullets, card, execute, heading
from dialogs.cards.verbs import Verb
from dialogs.texts import Texts, escape_markdown, plain
from dialogs.wishes import wish_data

MOST_ITEMS = 10
_MOST_ACTIONS = 6


def news(t: Texts, items: Sequence[Item], now: datetime) -> CardJson:
    """The news (one at least), and at most six buttons. What concerns the target comes first."""
    told = sorted(items, key=lambda one: not one.is_target)[:MOST_ITEMS]
    lines = [_line(t, one, now) for one in told]
    buttons = list(_buttons(t, told, now))
    return card(
        t,
        t.n("news.title", len(items)),
        heading(t.n("news.title", len(items))),
        body(lines[0]) if len(lines) == 1 else bullets(lines),
        actions(*buttons[:_MOST_ACTIONS]),
    )


def _line(t: Texts, item: Item, now: datetime) -> str:
    fact = item.fact
    account = escape_markdown(item.account.username, 80)
    if fact.kind is FactKind.ZONE:
        key = "news.zone_followed" if item.followed else "news.zone_kept"
        return t(key, account=account, zone=escape_markdown(t.zone_name(now, fact.after)))
    nameless = t("settings.nameless")
    before = escape_markdown(fact.before, 80) or nameless
    after = escape_markdown(fact.after, 80) or nameless
    match fact.kind:
        case FactKind.RENAMED:
            return t("news.renamed", before=before, after=after, account=account)
        case FactKind.READ_ONLY:
            return t("news.read_only", calendar=after, account=account)
        case FactKind.BACK:
            return t("news.back", calendar=after, account=account)
        case _:
            return t(_gone(item), calendar=before, account=account)


def _gone(item: Item) -> str:
    if item.is_target:
        return "news.gone_both" if item.is_conflict else "news.gone_target"
    return "news.gone"


def _buttons(t: Texts, items: Sequence[Item], now: datetime) -> Iterable[Action]:
    needs_target = {FactKind.GONE, FactKind.READ_ONLY}
    if any(one.is_target and one.fact.kind in needs_target for one in items):
        title = t("action.choose_target")
        yield execute(title, Verb.SETTING_EDIT, {"topic": Topic.TARGET.value}, style="positive")
    for one in items:
        fact = one.fact
        if fact.kind is FactKind.GONE and one.is_conflict:
            name = plain(fact.before, 40) or t("settings.nameless")
            wish = Wish(Topic.CONFLICTS, on=False, calendar=one.calendar)
            yield execute(t("action.stop_checking", calendar=name), Verb.SETTING_CHANGE, {"wish": wish_data(wish)})
        if fact.kind is FactKind.ZONE:
            zone = fact.before if one.followed else fact.after
            title = t("action.keep_this_zone" if one.followed else "action.use_this_zone", zone=t.zone_city(zone))
            yield execute(title, Verb.SETTING_CHANGE, {"wish": wish_data(Wish(Topic.ZONE, name=zone))})
    yield execute(t("action.settings"), Verb.SETTINGS_SHOW)
