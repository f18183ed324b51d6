from __future__ import annotations

from typing import Any

import pytest
import requests

from adapters.identity.refusals import BROKEN, codes_of, granted, is_operators, is_passing, sign_in_refusal
from adapters.identity.registration import Registration, short
from adapters.identity.transport import PRODUCTION, rewritten
from bot.accounts.connection import BASE_SCOPES
from bot.errors import ConsentMissing, IdentityError, IdentityUnavailable, SignInCancelled, SignInRefused


def registered(login_url: str, graph_url: str) -> Registration:
    return Registration.at(
        client_id="app",
        client_secret="hidden",
        login_url=login_url,
        graph_url=graph_url,
        public_url="https://bot.example/",
    )


@pytest.mark.parametrize(
    ("answer", "kind", "admin"),
    [
        ({"error": "access_denied", "error_subcode": "cancel"}, SignInCancelled, None),
        ({"error": "access_denied", "error_description": "AADSTS65004: declined"}, SignInCancelled, None),
        ({"error": "access_denied", "error_description": "AADSTS90094: admin"}, ConsentMissing, True),
        ({"error": "access_denied", "error_description": "AADSTS90095: workflow"}, ConsentMissing, True),
        ({"error": "access_denied", "error_description": "AADSTS900941: risky"}, ConsentMissing, True),
        ({"error": "consent_required"}, ConsentMissing, True),
        ({"error": "invalid_grant", "suberror": "consent_required", "error_codes": [65001]}, ConsentMissing, False),
        ({"error": "invalid_grant", "error_codes": [50196]}, IdentityUnavailable, None),
        ({"error": "temporarily_unavailable", "error_codes": [90033]}, IdentityUnavailable, None),
        ({"error": "invalid_grant", "error_codes": [50105]}, SignInRefused, None),
        ({"error": "invalid_client", "error_codes": [7000222]}, SignInRefused, None),
        ({"error": "interaction_required", "error_codes": [53003]}, SignInRefused, None),
        ({}, SignInRefused, None),
    ],
)
def test_a_refusal_means_what_its_error_and_codes_say(
    answer: dict[str, Any], kind: type[IdentityError], admin: bool | None
) -> None:
    refusal = sign_in_refusal(answer)
    assert type(refusal) is kind
    if isinstance(refusal, ConsentMissing):
        assert refusal.admin_needed is admin
        assert refusal.scopes == BASE_SCOPES


def test_codes_come_from_the_list_or_else_from_the_description() -> None:
    assert codes_of({"error_codes": [1, "2", None, 3]}) == (1, 3)
    assert codes_of({"error_description": "AADSTS65004: x AADSTS90094"}) == (65004, 90094)
    assert codes_of({"error_codes": "65004", "error_description": None}) == ()


def test_what_the_operator_or_time_must_mend_is_no_reason_to_sign_in_again() -> None:
    assert is_operators({"error": "invalid_client"})
    assert is_passing({"error": "invalid_grant", "error_codes": [50196]})
    assert not is_passing({"error": "invalid_grant", "error_codes": [50173]})
    assert not is_operators({"error": "invalid_grant"})


def test_scopes_are_told_without_their_resource() -> None:
    assert granted("openid https://graph.microsoft.com/Calendars.Read User.Read") == {
        "openid",
        "Calendars.Read",
        "User.Read",
    }
    assert granted(["User.Read"]) == {"User.Read"}
    assert granted(None) == granted("") == frozenset()
    assert short("api://x/y/Calendars.Read") == "Calendars.Read"


def test_only_the_production_host_is_sent_elsewhere() -> None:
    local = "http://127.0.0.1:3979"
    assert rewritten(f"{PRODUCTION}/common/x?a=b", local) == f"{local}/common/x?a=b"
    for address in (
        "https://login.microsoftonline.com.evil.example/x",
        "http://login.microsoftonline.com/x",
        "https://login.microsoftonline.com:8443/x",
        "https://other.example/x",
    ):
        assert rewritten(address, local) == address


def test_a_test_server_is_reached_under_the_production_authority_and_without_proxies() -> None:
    registration = registered("http://127.0.0.1:3979", "http://127.0.0.1:3979")
    assert registration.authority_host == PRODUCTION
    assert registration.base_scopes == list(BASE_SCOPES)
    assert registration.redirect_uri == "https://bot.example/signin/callback"
    assert not registration.http._session.trust_env
    assert "hidden" not in repr(registration)


def test_the_public_cloud_is_talked_to_as_it_is() -> None:
    registration = registered(PRODUCTION, "https://graph.microsoft.com")
    assert registration.authority_host == PRODUCTION
    assert registration.base_scopes == list(BASE_SCOPES)
    assert registration.http._session.trust_env
    assert type(registration.http._session.get_adapter(PRODUCTION)) is requests.adapters.HTTPAdapter


def test_a_national_cloud_has_its_own_authority_and_names_its_graph() -> None:
    registration = registered("https://login.microsoftonline.us", "https://graph.microsoft.us")
    assert registration.authority_host == "https://login.microsoftonline.us"
    assert registration.base_scopes[0] == "https://graph.microsoft.us/User.Read"


def test_what_msal_and_requests_throw_counts_as_broken() -> None:
    for error in (requests.ConnectionError(), requests.Timeout(), ValueError(), KeyError(), RuntimeError()):
        assert isinstance(error, BROKEN)
