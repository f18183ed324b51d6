"""Subscriptions as Graph keeps them: made with a handshake, limited, renewed, ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from tests.integration.sandbox.conftest import Graph
from tests.support.contracts import GraphContract
from tests.support.receiver import Receiver
from tests.support.sandbox import ANNA, BASE_SCOPES, CAMILLE, Sandbox

SPAN = ("2026-12-07T09:00:00", "2026-12-07T10:00:00")


def body(sandbox: Sandbox, receiver: Receiver, **change: Any) -> dict[str, Any]:
    whole = {
        "changeType": "created,updated,deleted",
        "notificationUrl": receiver.url,
        "lifecycleNotificationUrl": receiver.lifecycle_url,
        "resource": "me/events",
        "expirationDateTime": (sandbox.now() + timedelta(days=6)).isoformat(),
        "clientState": "a secret",
    } | change
    return {name: value for name, value in whole.items() if value is not None}


def problem(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


def expiry(response: requests.Response) -> datetime:
    return datetime.fromisoformat(response.json()["expirationDateTime"])


@pytest.fixture
def subscribe(sandbox: Sandbox, receiver: Receiver, graph: Graph) -> Callable[..., requests.Response]:
    """``subscribe(resource=..., by=graph_as(ANNA))`` posts a subscription."""

    def post(*, by: Graph | None = None, prefer: str = "", **change: Any) -> requests.Response:
        return (by or graph)("POST", "/subscriptions", body(sandbox, receiver, **change), prefer=prefer)

    return post


class TestMaking:
    def test_it_is_kept_as_asked_and_holds_to_the_contract(
        self,
        sandbox: Sandbox,
        receiver: Receiver,
        graph: Graph,
        subscribe: Callable[..., requests.Response],
        graph_contract: GraphContract,
    ) -> None:
        made = subscribe(resource="/me/events")
        assert made.status_code == 201
        one = made.json()
        assert (one["resource"], one["changeType"], one["clientState"]) == (
            "/me/events", "created,updated,deleted", "a secret",
        )  # fmt: skip
        assert graph("GET", f"/subscriptions/{one['id']}").json()["notificationUrl"] == receiver.url
        assert [row["id"] for row in graph("GET", "/subscriptions").json()["value"]] == [one["id"]]
        later = (sandbox.now() + timedelta(days=1)).isoformat()
        assert graph("PATCH", f"/subscriptions/{one['id']}", {"expirationDateTime": later}).status_code == 200
        assert graph("POST", f"/subscriptions/{one['id']}/reauthorize").status_code == 204
        assert graph("DELETE", f"/subscriptions/{one['id']}").status_code == 204
        assert problem(graph("DELETE", f"/subscriptions/{one['id']}")) == (404, "ResourceNotFound")
        assert graph_contract.check(sandbox.requests("graph")) == 7

    def test_both_addresses_are_asked_before_it_is_made(
        self, receiver: Receiver, subscribe: Callable[..., requests.Response]
    ) -> None:
        assert subscribe().status_code == 201
        assert {one["path"] for one in receiver.asked} == {"/graph/notices", "/graph/lifecycle"}
        assert all(one["type"].startswith("text/plain") for one in receiver.asked)

    @pytest.mark.parametrize(
        "answer",
        [
            lambda token: (202, "text/plain", token),
            lambda token: (200, "application/json", token),
            lambda token: (200, "text/plain", f'"{token}"'),
            lambda token: (200, "text/plain", token.replace("+", " ")),
            lambda token: (200, "text/plain", token.replace("<", "&lt;")),
            lambda _: (302, "text/plain", ""),
        ],
    )
    def test_a_wrong_answer_to_the_handshake_makes_none(
        self,
        sandbox: Sandbox,
        receiver: Receiver,
        subscribe: Callable[..., requests.Response],
        answer: Callable[[str], tuple[int, str, str]],
    ) -> None:
        receiver.handshake = answer
        assert problem(subscribe()) == (400, "InvalidRequest")
        assert sandbox.subscriptions() == []

    def test_only_the_lifecycle_address_failing_is_enough(
        self, sandbox: Sandbox, subscribe: Callable[..., requests.Response]
    ) -> None:
        dead = Receiver()
        dead.stop()
        response = subscribe(lifecycleNotificationUrl=dead.url)
        assert problem(response) == (400, "InvalidRequest")
        assert "must respond with 200 OK to validation request" in response.json()["error"]["message"]
        assert sandbox.subscriptions() == []

    def test_a_handshake_that_takes_too_long_makes_none(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., requests.Response]
    ) -> None:
        sandbox.notifying(handshake_within=0.2)
        receiver.delay = 1.0
        assert problem(subscribe()) == (400, "InvalidRequest")
        assert sandbox.subscriptions() == []

    @pytest.mark.parametrize(
        ("change", "status"),
        [
            ({"changeType": "created,moved"}, 400),
            ({"changeType": ""}, 400),
            ({"changeType": None}, 400),
            ({"notificationUrl": "http://example.com/notices"}, 400),
            ({"notificationUrl": "ftp://127.0.0.1/notices"}, 400),
            ({"notificationUrl": "notices"}, 400),
            ({"lifecycleNotificationUrl": "http://192.0.2.1/l"}, 400),
            ({"clientState": "x" * 129}, 400),
            ({"expirationDateTime": "tomorrow"}, 400),
            ({"expirationDateTime": "2027-01-01T00:00:00"}, 400),
            ({"includeResourceData": True}, 400),
            ({"flavour": "x"}, 400),
            ({"resource": "me/messages"}, 400),
            ({"resource": "me/calendar"}, 400),
            ({"resource": "me/events?$filter=isAllDay eq true"}, 400),
            ({"resource": "users/nobody@contoso.example/events"}, 404),
            ({"resource": f"users/{ANNA}/events"}, 403),
            ({"resource": "me/calendars/nonsense/events"}, 400),
        ],
    )
    def test_what_graph_refuses_is_refused_without_a_handshake(
        self,
        receiver: Receiver,
        subscribe: Callable[..., requests.Response],
        change: dict[str, Any],
        status: int,
    ) -> None:
        assert subscribe(**change).status_code == status
        assert receiver.asked == []

    def test_a_single_event_is_no_resource(self, sandbox: Sandbox, subscribe: Callable[..., requests.Response]) -> None:
        event = sandbox.add_event(*SPAN)
        response = subscribe(resource=f"me/events/{event['id']}")
        assert response.status_code == 400
        assert "of parameter 'Resource' is not supported" in response.json()["error"]["message"]

    def test_any_own_calendar_but_no_shared_and_no_strange_one(
        self, sandbox: Sandbox, graph_as: Callable[..., Graph], subscribe: Callable[..., requests.Response]
    ) -> None:
        own = sandbox.add_calendar("Site visits")["id"]
        sandbox.share_calendar(ANNA, "Calendar", CAMILLE, can_edit=True, name="Anna's")
        shared, hers = sandbox.calendar_id("Anna's"), sandbox.calendar_id("Calendar", ANNA)
        camille = graph_as(CAMILLE, *BASE_SCOPES, "Calendars.ReadWrite.Shared", "Calendars.Read.Shared")
        assert subscribe(resource=f"me/calendars/{own}/events").status_code == 201
        assert subscribe(resource=f"users/{CAMILLE}/calendars/{own}/events").status_code == 201
        assert subscribe(resource=f"users/{CAMILLE}/events").status_code == 201
        refused = subscribe(resource=f"me/calendars/{shared}/events", by=camille)
        assert problem(refused) == (403, "ErrorAccessDenied")
        assert problem(subscribe(resource=f"me/calendars/{hers}/events")) == (404, "ErrorItemNotFound")
        sandbox.delete_calendar("Site visits")
        assert problem(subscribe(resource=f"me/calendars/{own}/events")) == (404, "ErrorItemNotFound")

    def test_a_calendar_of_its_own_is_refused_where_the_switch_says_so(
        self, sandbox: Sandbox, subscribe: Callable[..., requests.Response]
    ) -> None:
        resource = f"me/calendars/{sandbox.calendar_id('Calendar')}/events"
        for refused in ("refuse", [CAMILLE]):
            sandbox.policy(calendar_subscriptions=refused)
            assert problem(subscribe(resource=resource)) == (400, "ExtensionError")
            assert subscribe().status_code == 201
        sandbox.policy(calendar_subscriptions=[ANNA])
        assert subscribe(resource=resource).status_code == 201

    def test_reading_must_have_been_granted_or_the_switch_says_writing_is_enough(
        self, sandbox: Sandbox, graph_as: Callable[..., Graph], subscribe: Callable[..., requests.Response]
    ) -> None:
        writer, stranger = graph_as(CAMILLE, "Calendars.ReadWrite"), graph_as(CAMILLE, "User.Read")
        assert problem(subscribe(by=writer)) == (403, "ErrorAccessDenied")
        sandbox.policy(subscriptions_need_read=False)
        assert subscribe(by=writer).status_code == 201
        assert problem(subscribe(by=stranger)) == (403, "ErrorAccessDenied")

    def test_a_second_one_for_the_same_is_made_or_refused_by_the_switch(
        self, sandbox: Sandbox, subscribe: Callable[..., requests.Response]
    ) -> None:
        assert [subscribe().status_code, subscribe().status_code] == [201, 201]
        sandbox.policy(duplicate_subscriptions="refuse")
        assert subscribe().status_code == 409
        assert subscribe(changeType="deleted").status_code == 201

    def test_a_mailbox_has_only_so_many(self, sandbox: Sandbox, subscribe: Callable[..., requests.Response]) -> None:
        sandbox.policy(subscriptions_most=2)
        assert [subscribe().status_code for _ in range(3)] == [201, 201, 403]


class TestLife:
    def test_it_lives_45_minutes_at_least_and_10080_at_most(
        self, sandbox: Sandbox, subscribe: Callable[..., requests.Response]
    ) -> None:
        sandbox.order("POST", "/clock", freeze=True)
        now = sandbox.now()

        def ask(minutes: float) -> requests.Response:
            return subscribe(expirationDateTime=(now + timedelta(minutes=minutes)).isoformat())

        assert expiry(ask(1)) == now + timedelta(minutes=45)
        assert expiry(ask(10_080)) == now + timedelta(minutes=10_080)
        assert problem(ask(10_081)) == (400, "InvalidRequest")
        assert problem(ask(-1)) == (400, "InvalidRequest")

    def test_it_is_renewed_within_the_same_limits_and_nothing_else_changes(
        self, sandbox: Sandbox, receiver: Receiver, graph: Graph, subscribe: Callable[..., requests.Response]
    ) -> None:
        sandbox.order("POST", "/clock", freeze=True)
        now = sandbox.now()
        path = f"/subscriptions/{subscribe(lifecycleNotificationUrl=None).json()['id']}"

        def renew(minutes: float, **more: Any) -> requests.Response:
            return graph("PATCH", path, {"expirationDateTime": (now + timedelta(minutes=minutes)).isoformat(), **more})

        assert expiry(renew(9_000)) == now + timedelta(minutes=9_000)
        assert expiry(renew(2)) == now + timedelta(minutes=45)
        assert renew(10_081).status_code == 400
        assert renew(-5).status_code == 400
        assert renew(60, lifecycleNotificationUrl=receiver.lifecycle_url).status_code == 400
        assert graph("PATCH", path, {}).status_code == 400
        assert graph("GET", path).json()["lifecycleNotificationUrl"] is None
        assert expiry(graph("GET", path)) == now + timedelta(minutes=45)

    def test_it_ends_by_the_sandboxes_clock(
        self, sandbox: Sandbox, receiver: Receiver, graph_as: Callable[..., Graph]
    ) -> None:
        made = graph_as()("POST", "/subscriptions", body(sandbox, receiver)).json()
        sandbox.advance(timedelta(days=6, seconds=1))
        graph = graph_as()
        sandbox.add_event(*SPAN)
        sandbox.settled()
        later = {"expirationDateTime": (sandbox.now() + timedelta(days=1)).isoformat()}
        assert problem(graph("PATCH", f"/subscriptions/{made['id']}", later)) == (404, "ResourceNotFound")
        assert graph("GET", "/subscriptions").json()["value"] == []
        assert receiver.bodies == []

    def test_nobody_else_sees_or_ends_it(
        self, sandbox: Sandbox, graph_as: Callable[..., Graph], subscribe: Callable[..., requests.Response]
    ) -> None:
        path = f"/subscriptions/{subscribe().json()['id']}"
        anna = graph_as(ANNA)
        later = {"expirationDateTime": (sandbox.now() + timedelta(days=1)).isoformat()}
        assert anna("GET", "/subscriptions").json()["value"] == []
        assert [
            anna("GET", path).status_code,
            anna("PATCH", path, later).status_code,
            anna("DELETE", path).status_code,
            anna("POST", f"{path}/reauthorize").status_code,
        ] == [404] * 4
        assert len(sandbox.subscriptions()) == 1

    def test_it_goes_with_its_calendar(
        self, sandbox: Sandbox, receiver: Receiver, graph: Graph, subscribe: Callable[..., requests.Response]
    ) -> None:
        own = sandbox.add_calendar("Site visits")["id"]
        sandbox.add_event(*SPAN, calendar="Site visits")
        path = f"/subscriptions/{subscribe(resource=f'me/calendars/{own}/events').json()['id']}"
        sandbox.delete_calendar("Site visits")
        assert graph("GET", path).status_code == 404
        sandbox.settled()
        assert receiver.changes() == ["deleted"]

    def test_it_falls_silent_without_consent_or_mailbox(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., requests.Response]
    ) -> None:
        subscribe()
        sandbox.policy(grants={CAMILLE: []})
        sandbox.add_event(*SPAN)
        sandbox.policy(grants={CAMILLE: ["Calendars.Read"]})
        sandbox.change_user(CAMILLE, has_mailbox=False)
        sandbox.add_event(*SPAN)
        sandbox.settled()
        assert receiver.bodies == []
        sandbox.change_user(CAMILLE, has_mailbox=True)
        sandbox.add_event(*SPAN)
        sandbox.settled()
        assert receiver.changes() == ["created", "updated"]
