"""What came of a sign-in, as a page."""

from __future__ import annotations

from adapters.web.pages.page import Page
from adapters.web.pages.texts import page_text
from bot.accounts.connection import CodeNeeded, Connected, Finished, NotConnected, NotConnectedReason

STATUS = {
    NotConnectedReason.EXPIRED: 410,
    NotConnectedReason.ALREADY_USED: 409,
    NotConnectedReason.WRONG_BROWSER: 403,
    NotConnectedReason.NOTHING_RECEIVED: 409,
    NotConnectedReason.REFUSED: 403,
    NotConnectedReason.TAKEN: 409,
    NotConnectedReason.UNAVAILABLE: 503,
}


def finished_page(result: Finished, language: str, *, start_again: str, reference: str) -> Page:
    """The page for ``result``; ``start_again`` is the address that begins the same sign-in anew."""
    match result:
        case Connected():
            return _connected(result, language)
        case CodeNeeded():
            return _code(result, language)
        case NotConnected():
            return _not_connected(result, language, start_again, reference)


def plain_page(language: str, key: str, *, status: int = 200, **params: str) -> Page:
    """A title and one paragraph."""
    return Page(page_text(language, f"{key}.title"), (page_text(language, f"{key}.body", **params),), status=status)


def _connected(result: Connected, language: str) -> Page:
    paragraphs = [page_text(language, "connected.body", account=result.account.username)]
    if result.missing_scopes:
        paragraphs.append(page_text(language, "connected.missing", scopes=", ".join(result.missing_scopes)))
    return Page(page_text(language, "connected.title"), tuple(paragraphs))


def _code(result: CodeNeeded, language: str) -> Page:
    return Page(
        page_text(language, "code.title"),
        (page_text(language, "code.body"),),
        code=result.code,
        notes=(
            page_text(language, "code.who", person=result.person_name or "?", account=result.username),
            page_text(language, "code.warning"),
            page_text(language, "code.until"),
        ),
    )


def _not_connected(result: NotConnected, language: str, start_again: str, reference: str) -> Page:
    key = result.reason.value
    status = STATUS.get(result.reason, 200)
    if result.reason is NotConnectedReason.CONSENT_MISSING:
        return _consent_missing(result, language)
    paragraphs = [page_text(language, f"{key}.body", reference=reference)]
    if result.codes:
        codes = ", ".join(f"AADSTS{code}" for code in result.codes)
        paragraphs.append(page_text(language, "refused.codes", codes=codes))
    may_retry = result.can_retry or result.reason is NotConnectedReason.NOTHING_RECEIVED
    link = (page_text(language, "retry"), start_again) if may_retry else None
    return Page(page_text(language, f"{key}.title"), tuple(paragraphs), link=link, status=status)


def _consent_missing(result: NotConnected, language: str) -> Page:
    advice = "consent_missing.admin" if result.admin_needed else "consent_missing.self"
    return Page(
        page_text(language, "consent_missing.title"),
        (
            page_text(language, "consent_missing.body", scopes=", ".join(result.scopes)),
            page_text(language, advice),
        ),
        link=(page_text(language, "consent_missing.link"), result.admin_uri),
        link_is_button=False,
    )
