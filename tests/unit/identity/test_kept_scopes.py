"""Which access token of a kept cache says what was granted."""

from __future__ import annotations

import json
from typing import Any

import msal
import pytest

from adapters.identity.tokens import _targets


def cache(*entries: tuple[str, int]) -> msal.SerializableTokenCache:
    tokens: dict[str, Any] = {
        f"token-{target}": {
            "credential_type": "AccessToken",
            "home_account_id": "oid.tid",
            "environment": "login.microsoftonline.com",
            "client_id": "app",
            "realm": "tid",
            "target": target,
            "secret": target,
            "cached_at": str(cached_at),
            "expires_on": "9999999999",
        }
        for target, cached_at in entries
    }
    kept = msal.SerializableTokenCache()
    kept.deserialize(json.dumps({"AccessToken": tokens}))
    return kept


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((), set()),
        ((("User.Read", 10),), {"User.Read"}),
        ((("User.Read Calendars.Read", 20), ("User.Read", 10)), {"User.Read", "Calendars.Read"}),
        ((("User.Read", 10), ("User.Read Calendars.Read openid", 10)), {"User.Read", "Calendars.Read"}),
    ],
    ids=["none", "one", "the newest", "two in one second"],
)
def test_the_token_that_came_last_counts(entries: tuple[tuple[str, int], ...], expected: set[str]) -> None:
    assert _targets(cache(*entries)) == expected
