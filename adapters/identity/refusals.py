"""The identity platform's refusals, translated once; AADSTS numbers may change, so error names count too."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

import msal
import requests

from adapters.identity.registration import short
from bot.accounts.connection import BASE_SCOPES
from bot.errors import ConsentMissing, IdentityError, IdentityUnavailable, SignInCancelled, SignInRefused

log = logging.getLogger(__name__)

DECLINED = {65004}
NO_CONSENT = {65001}
ADMIN_NEEDED = {90093, 90094, 90095, 900941}
PASSING = {90033, 50196}
PASSING_ERRORS = {"temporarily_unavailable", "server_error"}
OPERATOR_ERRORS = {"invalid_client", "unauthorized_client"}

# What msal lets through when the platform, or the way to it, is broken. ValueError: an answer that is not JSON.
BROKEN = (msal.exceptions.MsalError, requests.RequestException, OSError, ValueError, LookupError, RuntimeError)


def codes_of(answer: Mapping[str, Any]) -> tuple[int, ...]:
    """The AADSTS numbers of an error answer: its ``error_codes``, or those that the description of a redirect names."""
    listed = answer.get("error_codes")
    if isinstance(listed, list) and listed:
        return tuple(code for code in listed if isinstance(code, int))
    return tuple(int(number) for number in re.findall(r"AADSTS(\d{4,8})", str(answer.get("error_description", ""))))


def sign_in_refusal(answer: Mapping[str, Any]) -> IdentityError:
    """What an error answer of the authorize or token endpoint means for somebody who is signing in."""
    error, codes = str(answer.get("error", "")), codes_of(answer)
    if ADMIN_NEEDED & set(codes):
        return ConsentMissing(scopes=BASE_SCOPES, admin_needed=True)
    if DECLINED & set(codes) or answer.get("error_subcode") == "cancel":
        return SignInCancelled()
    suberror = str(answer.get("suberror", ""))
    if error == "consent_required" or suberror == "consent_required" or NO_CONSENT & set(codes):
        return ConsentMissing(scopes=BASE_SCOPES, admin_needed=error == "consent_required")
    if error == "access_denied" and not codes:
        return SignInCancelled()
    if is_passing(answer):
        return IdentityUnavailable()
    if error in OPERATOR_ERRORS:
        tell_operator(error, codes)
    return SignInRefused(error=error[:100], codes=codes)


def is_passing(answer: Mapping[str, Any]) -> bool:
    """Whether an error answer says to try again later."""
    return answer.get("error") in PASSING_ERRORS or bool(PASSING & set(codes_of(answer)))


def is_operators(answer: Mapping[str, Any]) -> bool:
    """Whether the registration itself is refused (wrong or expired secret): no person can mend it by signing in."""
    return answer.get("error") in OPERATOR_ERRORS


def tell_operator(error: str, codes: tuple[int, ...]) -> None:
    log.error(
        "the identity platform refuses the app registration: check GRAPH_CLIENT_ID and GRAPH_CLIENT_SECRET",
        extra={"error": error, "codes": codes},
    )


def unavailable(cause: Exception) -> IdentityUnavailable:
    """The platform did not answer, or not as it should; only the cause's kind is logged, its text may hold answers."""
    log.warning("the identity platform does not answer", extra={"cause": type(cause).__name__})
    return IdentityUnavailable()


def granted(scope: object) -> frozenset[str]:
    """The scopes of a token answer (text or list), without their resource."""
    listed = scope.split() if isinstance(scope, str) else scope if isinstance(scope, list) else []
    return frozenset(short(str(item)) for item in listed)
