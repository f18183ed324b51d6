"""Connecting, reconnecting and disconnecting accounts."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards import CardElement

from bot.accounts.connection import CodeRefused, Connected, NotConnected, NotConnectedReason
from bot.conversation import CardJson
from bot.model import Account, AccountKind, ReadFailure
from dialogs.cards.elements import (
    Tone,
    actions,
    banner,
    body,
    bullets,
    card,
    execute,
    heading,
    open_url,
    problem_text,
    rows,
    strong,
    subtle,
    text_input,
)
from dialogs.cards.fields import Field
from dialogs.cards.verbs import Verb
from dialogs.texts import Texts, escape_markdown, plain

_REASONS = {
    NotConnectedReason.CANCELLED: ("sign_in.cancelled_title", "sign_in.cancelled_text"),
    NotConnectedReason.CONSENT_MISSING: ("sign_in.consent_title", "sign_in.consent_text"),
    NotConnectedReason.REFUSED: ("sign_in.refused_title", "sign_in.refused_text"),
    NotConnectedReason.UNAVAILABLE: ("sign_in.unavailable_title", "sign_in.unavailable_text"),
    NotConnectedReason.TAKEN: ("sign_in.taken_title", "sign_in.taken_text"),
    NotConnectedReason.EXPIRED: ("sign_in.expired_title", "sign_in.expired_text"),
    NotConnectedReason.ALREADY_USED: ("sign_in.used_title", "sign_in.used_text"),
    NotConnectedReason.WRONG_BROWSER: ("sign_in.browser_title", "sign_in.browser_text"),
    NotConnectedReason.NOTHING_RECEIVED: ("sign_in.nothing_title", "sign_in.nothing_text"),
}
_SCOPES = {
    "User.Read": "scope.user",
    "MailboxSettings.Read": "scope.mailbox",
    "Calendars.Read": "scope.calendars_read",
    "Calendars.ReadWrite": "scope.calendars_write",
}


def connect(t: Texts, sign_in_url: str, *, first: bool) -> CardJson:
    """What will be read and written, before anything is asked of Microsoft; the button opens the browser."""
    return card(
        t,
        t("connect.title") if first else t("connect.title_another"),
        heading(t("connect.title") if first else t("connect.title_another")),
        body(t("connect.intro") if first else t("connect.intro_another")),
        strong(t("connect.reads_title")),
        bullets([t("connect.reads_times"), t("connect.reads_calendars"), t("connect.reads_mailbox")]),
        strong(t("connect.writes_title")),
        bullets([t("connect.writes_bookings")]),
        strong(t("connect.never_title")),
        bullets([t("connect.never_mail"), t("connect.never_titles")]),
        body(t("connect.browser")),
        actions(open_url(t("action.sign_in"), sign_in_url, style="positive")),
        subtle(t("connect.expires")),
    )


def code_wanted(t: Texts, *, username: str = "", refused: CodeRefused | None = None) -> CardJson:
    """The account is not provably the person's own: the browser showed six digits, the chat must say them."""
    problem = _code_problem(t, refused)
    return card(
        t,
        t("code.title"),
        heading(t("code.title")),
        body(t("code.text_named", account=escape_markdown(username)) if username else t("code.text")),
        problem_text(problem) if problem else None,
        text_input(Field.CODE, t("code.label"), placeholder="123456", limit=20, error=t("code.error"), style="Tel"),
        actions(execute(t("action.confirm"), Verb.SUBMIT_CODE, style="positive")),
        subtle(t("code.typed")),
        subtle(t("code.warning")),
    )


def no_code_awaited(t: Texts, *, attempts_used_up: bool) -> CardJson:
    """A code that nothing waits for any more: too many attempts, or too late."""
    title = t("code.used_up_title") if attempts_used_up else t("code.none_title")
    return card(
        t,
        title,
        banner("warning", title, t("code.used_up_text") if attempts_used_up else t("code.none_text")),
        actions(execute(t("action.connect"), Verb.CONNECT, style="positive")),
    )


def connected(t: Texts, result: Connected) -> CardJson:
    """An account is connected: what was found in it, what was set by itself, and what to know first."""
    account = result.account
    details: list[tuple[str, str]] = [
        (t("connected.account"), escape_markdown(account.username)),
        (t("connected.kind"), t("account.work") if account.kind is AccountKind.WORK else t("account.personal")),
    ]
    if result.calendar_failure is None:
        details.append((t("connected.calendars"), t.n("connected.calendars_found", len(result.calendars))))
    return card(
        t,
        t("connected.summary", account=plain(account.username)),
        banner("good", t("connected.title") if result.is_new else t("connected.title_again")),
        rows(details),
        _calendars_failed(t, result.calendar_failure),
        *_hints(t, result),
        body(t("connected.scopes_missing", scopes=_scope_list(t, result.missing_scopes)))
        if result.missing_scopes
        else None,
        actions(
            execute(t("action.settings"), Verb.SETTINGS_SHOW, style="positive"),
            execute(t("action.ask_free"), Verb.ASK, {"ask": {"intent": "free"}}),
            execute(t("action.connect_another"), Verb.CONNECT),
        ),
    )


def not_connected(t: Texts, result: NotConnected, *, sign_in_url: str = "") -> CardJson:
    """Nothing was connected, why, and what to do; a cancelled sign-in is nobody's fault."""
    title, text = _REASONS[result.reason]
    tone: Tone = "emphasis" if result.reason is NotConnectedReason.CANCELLED else "warning"
    missing = bullets(_scope(t, scope) for scope in result.scopes)
    codes = ", ".join(f"AADSTS{code}" for code in result.codes)
    again = (
        open_url(t("action.sign_in"), sign_in_url, style="positive")
        if result.can_retry and sign_in_url
        else execute(t("action.try_again"), Verb.CONNECT, style="positive")
    )
    return card(
        t,
        t(title),
        banner(tone, t(title), t(text)),
        strong(t("sign_in.scopes_title")) if missing else None,
        missing,
        body(t("sign_in.admin")) if result.admin_needed else None,
        subtle(f"[{escape_markdown(result.admin_uri, 500)}]({result.admin_uri})") if result.admin_uri else None,
        subtle(t("sign_in.codes", codes=codes)) if codes else None,
        actions(again, open_url(t("action.admin_consent"), result.admin_uri) if result.admin_uri else None),
    )


def reconnect(t: Texts, accounts: Sequence[Account]) -> CardJson:
    """Accounts whose sign-in no longer holds; settings and bookings are kept."""
    buttons = [
        execute(t("action.reconnect_account", account=plain(one.username)), Verb.CONNECT, {"account": one.id})
        for one in accounts[:5]
    ]
    if len(accounts) == 1:
        buttons = [execute(t("action.reconnect"), Verb.CONNECT, {"account": accounts[0].id}, style="positive")]
    return card(
        t,
        t("reconnect.title"),
        banner("warning", t("reconnect.title"), t("reconnect.text")),
        bullets(escape_markdown(one.username) for one in accounts),
        actions(*buttons),
    )


def disconnect_chooser(t: Texts, accounts: Sequence[Account]) -> CardJson:
    """Which account to disconnect; what that deletes is said before."""
    buttons = [
        execute(t("action.disconnect_one", account=plain(one.username)), Verb.DISCONNECT_ONE, {"account": one.id})
        for one in accounts[:5]
    ]
    if len(accounts) == 1:
        buttons = [
            execute(t("action.disconnect_this"), Verb.DISCONNECT_ONE, {"account": accounts[0].id}, style="destructive")
        ]
    everything = execute(t("action.disconnect_all"), Verb.DISCONNECT_ALL, style="destructive")
    return card(
        t,
        t("disconnect.title"),
        heading(t("disconnect.title")),
        body(t("disconnect.text")),
        bullets(escape_markdown(one.username) for one in accounts),
        actions(*buttons, everything if len(accounts) > 1 else None),
    )


def disconnected(t: Texts, usernames: Sequence[str], *, left: int) -> CardJson:
    """The receipt: which accounts ended, what was deleted, how many are left."""
    names = t.join(escape_markdown(name) for name in usernames)
    return card(
        t,
        t.n("disconnected.title", len(usernames)),
        banner("good", t.n("disconnected.title", len(usernames)), names),
        body(t("disconnected.text")),
        body(t.n("disconnected.left", left) if left else t("disconnected.none_left"), spacing="Small"),
        actions(
            execute(t("action.settings"), Verb.SETTINGS_SHOW) if left else None,
            execute(t("action.connect"), Verb.CONNECT),
        ),
    )


def nothing_to_disconnect(t: Texts) -> CardJson:
    return card(
        t,
        t("disconnect.none_title"),
        heading(t("disconnect.none_title")),
        body(t("disconnect.none_text")),
        actions(execute(t("action.connect"), Verb.CONNECT, style="positive")),
    )


def _calendars_failed(t: Texts, failure: ReadFailure | None) -> CardElement | None:
    if failure is None:
        return None
    return body(t("connected.no_mailbox" if failure is ReadFailure.NO_MAILBOX else "connected.calendars_failed"))


def _hints(t: Texts, result: Connected) -> list[CardElement | None]:
    if not result.is_first:
        return [body(t("connected.another"))] if result.is_new else [body(t("connected.again"))]
    hints = []
    if result.preferences.conflict_calendars:
        hints += [t("hint.conflicts"), t("hint.target") if not result.has_no_target else t("hint.no_target")]
    hints += [t("hint.busy_only"), t("hint.all_day"), t("hint.sync")]
    return [strong(t("connected.hints_title")), bullets(hints)]


def _scope(t: Texts, scope: str) -> str:
    name = scope.rsplit("/", 1)[-1]
    return f"{t(_SCOPES[name])} ({name})" if name in _SCOPES else escape_markdown(name)


def _scope_list(t: Texts, scopes: Sequence[str]) -> str:
    return t.join(_scope(t, scope) for scope in scopes)


def _code_problem(t: Texts, refused: CodeRefused | None) -> str:
    if refused is None:
        return ""
    if refused.malformed:
        return t("code.malformed")
    return t.n("code.wrong", refused.attempts_left or 0)
