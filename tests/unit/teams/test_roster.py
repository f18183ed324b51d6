from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.teams.roster import addresses_of
from bot.model import TeamsUser

USER = TeamsUser("5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d", "0c2d6a54-3b1f-4e8a-9d70-6f5e4d3c2b1a")
MEMBER = {
    "id": "29:1camille",
    "name": "Camille Moreau",
    "aadObjectId": USER.user_id,
    "tenantId": USER.tenant_id,
    "email": "Camille.Moreau@contoso.example",
    "userPrincipalName": "cmoreau@contoso.example",
    "userRole": "user",
}


def said(**fields: Any) -> tuple[str, ...]:
    member = MEMBER | fields
    return addresses_of(json.dumps({name: value for name, value in member.items() if value is not ...}).encode(), USER)


def test_a_member_is_known_by_mail_address_and_principal_name() -> None:
    assert said() == ("Camille.Moreau@contoso.example", "cmoreau@contoso.example")
    assert said(aadObjectId=USER.user_id.upper(), tenantId=USER.tenant_id.upper()) == said()
    assert said(aadObjectId=..., objectId=USER.user_id) == said()


@pytest.mark.parametrize(
    "fields",
    [
        {"aadObjectId": "1a3e7b65-4c20-4f9b-8e81-705f5e4d3c2b"},
        {"aadObjectId": ...},
        {"aadObjectId": None},
        {"aadObjectId": 17},
        {"tenantId": "9a8b7c6d-1111-2222-3333-444455556666"},
        {"tenantId": ...},
        {"tenantId": ""},
    ],
)
def test_somebody_else_or_of_elsewhere_proves_nothing(fields: dict[str, Any]) -> None:
    assert said(**fields) == ()


@pytest.mark.parametrize(
    "address",
    [
        ...,
        None,
        "",
        17,
        ["a@b.example"],
        "no address",
        "a@b@c.example",
        "@contoso.example",
        "a@",
        "lee_partner.example#EXT#@contoso.example",
        "a b@contoso.example",
        "a@contoso.example\n",
        "a" * 320 + "@contoso.example",
    ],
)
def test_what_is_no_address_is_left_out(address: Any) -> None:
    assert said(email=address) == ("cmoreau@contoso.example",)


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"<html>", b"\xff\xfe", b'"text"', b"[" * 100_000])
def test_an_answer_that_is_no_member_says_nothing(content: bytes) -> None:
    assert addresses_of(content, USER) == ()
