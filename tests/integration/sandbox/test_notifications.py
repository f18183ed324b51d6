"""What a change makes of notifications, how they are brought, and the trouble that tests order on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.integration.sandbox.conftest import Graph
from tests.support.contracts import GraphContract
from tests.support.receiver import Receiver
from tests.support.sandbox import ANNA, CAMILLE, ControlError, Sandbox

SPAN = ("2026-12-07T09:00:00", "2026-12-07T10:00:00")
LATER = {"start": "2026-12-08T09:00:00", "end": "2026-12-08T10:00:00"}
RANGE = {"startDateTime": "2026-12-01T00:00:00Z", "endDateTime": "2026-12-31T00:00:00Z"}
IMMUTABLE = 'IdType="ImmutableId"'


@pytest.fixture
def subscribe(sandbox: Sandbox, receiver: Receiver, graph_as: Callable[..., Graph]) -> Callable[..., dict[str, Any]]:
    """``subscribe(ANNA, "me/events", changeType="deleted")`` makes a subscription with immutable ids."""

    def make(user: str = CAMILLE, resource: str = "me/events", *, prefer: str = IMMUTABLE, **change: Any) -> Any:
        whole = {
            "changeType": "created,updated,deleted",
            "notificationUrl": receiver.url,
            "lifecycleNotificationUrl": receiver.lifecycle_url,
            "resource": resource,
            "expirationDateTime": (sandbox.now() + timedelta(days=6)).isoformat(),
            "clientState": f"secret of {user}",
        } | change
        response = graph_as(user)("POST", "/subscriptions", whole, prefer=prefer)
        assert response.status_code == 201, response.text
        return response.json()

    return make


def take(sandbox: Sandbox, receiver: Receiver) -> list[str]:
    """The change types that came since the last time, sorted: the order of what comes is nobody's promise."""
    sandbox.settled()
    found = sorted(receiver.changes())
    receiver.bodies.clear()
    return found


def until(holds: Callable[[], Any], within: float = 20) -> None:
    """Wait for a condition."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, "it never came to hold"
        time.sleep(0.01)


class TestWhatIsTold:
    @pytest.fixture(autouse=True)
    def _one_each(self, sandbox: Sandbox) -> None:
        sandbox.notifying(echo=0, again=0)

    def test_the_envelope_is_graphs(
        self,
        sandbox: Sandbox,
        receiver: Receiver,
        subscribe: Callable[..., dict[str, Any]],
        graph: Graph,
        graph_contract: GraphContract,
    ) -> None:
        made = subscribe()
        event = sandbox.add_event(*SPAN)
        sandbox.settled()
        (body,) = receiver.bodies
        (notice,) = body["value"]
        user = graph("GET", "/me").json()["id"]
        read = graph("GET", f"/me/events/{event['id']}", prefer=IMMUTABLE).json()
        assert notice.pop("id")
        assert notice == {
            "subscriptionId": made["id"],
            "subscriptionExpirationDateTime": made["expirationDateTime"],
            "clientState": f"secret of {CAMILLE}",
            "changeType": "created",
            "tenantId": "5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d",
            "resource": f"Users/{user}/Events/{event['id']}",
            "resourceData": {
                "@odata.type": "#Microsoft.Graph.Event",
                "@odata.id": f"Users/{user}/Events/{event['id']}",
                "@odata.etag": read["@odata.etag"],
                "id": event["id"],
            },
        }
        assert graph_contract.body_problems("microsoft.graph.changeNotificationCollection", body) == []
        broken = {"value": [{**notice, "changeType": "moved"}]}
        assert graph_contract.body_problems("microsoft.graph.changeNotificationCollection", broken)

    def test_outlook_and_the_bot_itself_are_told_alike(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]], graph: Graph
    ) -> None:
        subscribe()
        event = sandbox.add_event(*SPAN)["id"]
        assert take(sandbox, receiver) == ["created"]
        sandbox.act("move", event, **LATER)
        assert take(sandbox, receiver) == ["updated"]
        assert graph("PATCH", f"/me/events/{event}", {"subject": "Other"}).status_code == 200
        assert take(sandbox, receiver) == ["updated"]
        assert graph("DELETE", f"/me/events/{event}").status_code == 204
        assert take(sandbox, receiver) == ["deleted"]

    def test_the_outlook_page_is_told_too(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        subscribe()
        event = sandbox.add_event(*SPAN)["id"]
        take(sandbox, receiver)
        body = {"mailbox": CAMILLE, "account": CAMILLE, "id": event}
        gone = requests.delete(f"{sandbox.url}/outlook/api/events", json=body, timeout=10)
        assert gone.status_code == 200, gone.text
        assert take(sandbox, receiver) == ["deleted"]

    def test_an_invitees_answer_reaches_the_organizers_subscription(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        subscribe()
        event = sandbox.add_event(*SPAN, attendees=[ANNA])["id"]
        subscribe(ANNA)
        take(sandbox, receiver)
        sandbox.act("decline", event, user=ANNA)
        sandbox.settled()
        told = {(one["clientState"], one["changeType"]) for one in receiver.notices}
        assert told == {(f"secret of {CAMILLE}", "updated"), (f"secret of {ANNA}", "deleted")}
        receiver.bodies.clear()
        sandbox.act("cancel", event)
        sandbox.settled()
        assert [(one["clientState"], one["changeType"]) for one in receiver.notices] == [
            (f"secret of {CAMILLE}", "deleted")
        ]

    def test_a_move_is_a_deletion_here_and_a_creation_there(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        there = sandbox.add_calendar("Site visits")["id"]
        first, second = subscribe(), subscribe(resource=f"me/calendars/{there}/events")
        event = sandbox.add_event(*SPAN)["id"]
        take(sandbox, receiver)
        sandbox.act("move_to_calendar", event, user=CAMILLE, calendar="Site visits")
        sandbox.settled()
        told = {(one["subscriptionId"], one["changeType"], one["resourceData"]["id"]) for one in receiver.notices}
        assert told == {(first["id"], "deleted", event), (second["id"], "created", event)}

    def test_the_mailbox_means_its_default_calendar_only(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        sandbox.add_calendar("Site visits")
        subscribe()
        sandbox.add_event(*SPAN, calendar="Site visits")
        assert take(sandbox, receiver) == []

    def test_only_what_was_asked_for_is_told(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        subscribe(changeType="deleted")
        event = sandbox.add_event(*SPAN)["id"]
        sandbox.act("delete", event)
        assert take(sandbox, receiver) == ["deleted"]

    def test_ids_are_mutable_unless_asked_otherwise(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        subscribe(prefer="")
        event = sandbox.add_event(*SPAN)
        sandbox.act("delete", event["id"])
        sandbox.settled()
        assert {one["resourceData"]["id"] for one in receiver.notices} == {event["mutable_id"]}
        assert event["mutable_id"] != event["id"]

    def test_one_act_says_more_than_once_unless_told_not_to(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        subscribe()
        sandbox.notifying(echo=2, again=2)
        event = sandbox.add_event(*SPAN)["id"]
        assert take(sandbox, receiver) == ["created", "updated", "updated"]
        told = [self._moved(sandbox, receiver, event) for _ in range(4)]
        assert sorted(told) == [1, 1, 2, 2]

    def _moved(self, sandbox: Sandbox, receiver: Receiver, event: str) -> int:
        sandbox.act("move", event, **LATER)
        return len(take(sandbox, receiver))


class TestDelivery:
    @pytest.fixture(autouse=True)
    def _one_each(self, sandbox: Sandbox) -> None:
        sandbox.notifying(echo=0, again=0)

    def test_several_people_share_one_post(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        subscribe()
        subscribe(ANNA)
        sandbox.notifying(hold=True)
        for user in (CAMILLE, ANNA, CAMILLE):
            sandbox.add_event(*SPAN, user=user)
        sandbox.notifying(release=True)
        sandbox.settled()
        (body,) = receiver.bodies
        assert {one["clientState"] for one in body["value"]} == {f"secret of {CAMILLE}", f"secret of {ANNA}"}
        assert len(body["value"]) == 3

    @pytest.mark.parametrize("status", [302, 404, 503])
    def test_anything_but_success_is_tried_again(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]], status: int
    ) -> None:
        subscribe()
        receiver.status = status
        sandbox.add_event(*SPAN)
        until(lambda: len(receiver.bodies) > 1)
        receiver.status = 202
        sandbox.settled()
        sent = sandbox.notifications(kind="change")["sent"]
        assert [one["status"] for one in sent] == [status] * (len(sent) - 1) + [202]
        assert [one["attempt"] for one in sent] == list(range(1, len(sent) + 1))
        assert len({one["id"] for one in receiver.notices}) == 1

    def test_an_answer_that_comes_too_late_counts_as_none(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        subscribe()
        sandbox.notifying(answer_within=0.1)
        receiver.delay = 0.6
        sandbox.add_event(*SPAN)
        until(lambda: sandbox.notifications(kind="change")["sent"])
        sandbox.notifying(answer_within=3)
        receiver.delay = 0
        sandbox.settled()
        first, *_, last = sandbox.notifications(kind="change")["sent"]
        assert (first["status"], last["status"]) == (0, 202)
        assert first["ms"] >= 100

    def test_a_receiver_that_dies_and_comes_back_gets_all_of_it(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        subscribe()
        receiver.stop()
        for _ in range(3):
            sandbox.add_event(*SPAN)
        assert not sandbox.notifications(settle=0.3)["idle"]
        receiver.start()
        sandbox.settled()
        assert receiver.changes() == ["created"] * 3

    def test_after_four_hours_it_is_given_up(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        subscribe()
        receiver.status = 503
        sandbox.add_event(*SPAN)
        sandbox.advance(timedelta(hours=3, minutes=59))
        assert not sandbox.notifications(settle=0.3)["idle"]
        sandbox.advance(timedelta(minutes=2))
        sandbox.settled()
        assert [one["why"] for one in sandbox.notifications()["lost"]] == ["given_up"]

    def test_a_reset_forgets_what_waits_and_the_next_one_is_served(
        self,
        sandbox: Sandbox,
        receiver: Receiver,
        graph_as: Callable[..., Graph],
        subscribe: Callable[..., dict[str, Any]],
    ) -> None:
        subscribe()
        receiver.status, receiver.delay = 503, 0.4
        asked = receiver.answered
        sandbox.add_event(*SPAN)
        until(lambda: receiver.bodies)
        sandbox.reset()
        receiver.status, receiver.delay = 202, 0
        until(lambda: receiver.answered > asked)
        assert sandbox.notifications(settle=0.2) == {"idle": True, "sent": [], "waiting": [], "lost": []}
        receiver.bodies.clear()
        subscribe()
        sandbox.add_event(*SPAN)
        assert take(sandbox, receiver) == ["created", "updated"]


class TestTrouble:
    @pytest.fixture(autouse=True)
    def _one_each(self, sandbox: Sandbox, subscribe: Callable[..., dict[str, Any]]) -> None:
        sandbox.notifying(echo=0, again=0)
        subscribe()

    def test_duplicates_come_with_the_same_id_in_posts_of_their_own(self, sandbox: Sandbox, receiver: Receiver) -> None:
        sandbox.notifying(duplicate=2)
        sandbox.add_event(*SPAN)
        sandbox.settled()
        assert len(receiver.bodies) == 3
        assert len({one["id"] for one in receiver.notices}) == 1

    def test_some_are_lost(self, sandbox: Sandbox, receiver: Receiver) -> None:
        sandbox.notifying(drop_next=2)
        for _ in range(3):
            sandbox.add_event(*SPAN)
        assert take(sandbox, receiver) == ["created"]
        sandbox.notifying(drop=1.0)
        sandbox.add_event(*SPAN)
        assert take(sandbox, receiver) == []
        assert [one["why"] for one in sandbox.notifications()["lost"]] == ["dropped"] * 3

    def test_deletions_may_never_be_told(self, sandbox: Sandbox, receiver: Receiver) -> None:
        sandbox.notifying(only_created_updated=True)
        sandbox.act("delete", sandbox.add_event(*SPAN)["id"])
        assert take(sandbox, receiver) == ["created"]

    def test_held_ones_come_when_released_in_the_order_asked_for(self, sandbox: Sandbox, receiver: Receiver) -> None:
        sandbox.notifying(hold=True, concurrency=1)
        events = [sandbox.add_event(*SPAN)["id"] for _ in range(4)]
        assert len(sandbox.notifications(settle=0.1)["waiting"]) == 4
        assert receiver.bodies == []
        sandbox.notifying(release="reverse")
        sandbox.settled()
        assert [one["resourceData"]["id"] for one in receiver.notices] == events[::-1]

    def test_a_delay_lets_nothing_through_before(self, sandbox: Sandbox, receiver: Receiver) -> None:
        sandbox.notifying(delay=3600)
        sandbox.add_event(*SPAN)
        sandbox.notifying(delay=0)
        later = sandbox.add_event(*SPAN)["id"]
        until(lambda: receiver.bodies)
        assert [one["resourceData"]["id"] for one in receiver.notices] == [later]
        assert len(sandbox.notifications()["waiting"]) == 1

    def test_reordering_sends_each_alone_and_none_twice(self, sandbox: Sandbox, receiver: Receiver) -> None:
        sandbox.notifying(reorder=0.3)
        events = [sandbox.add_event(*SPAN)["id"] for _ in range(12)]
        sandbox.settled()
        found = [one["resourceData"]["id"] for one in receiver.notices]
        assert sorted(found) == sorted(events)
        assert found != events
        assert len(receiver.bodies) == 12

    def test_a_notification_can_come_before_the_subscription_is_answered(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        event = sandbox.add_event(*SPAN)["id"]
        take(sandbox, receiver)
        sandbox.notifying(early_notification=1)
        made = subscribe()
        assert [(one["subscriptionId"], one["resourceData"]["id"]) for one in receiver.notices] == [(made["id"], event)]
        receiver.bodies.clear()
        subscribe()
        assert receiver.bodies == []

    def test_wrong_orders_are_refused(self, sandbox: Sandbox) -> None:
        for wrong in ({"drop": -1}, {"hold": 1}, {"batch": 0}, {"retry": "soon"}, {"flavour": 1}, {"release": "up"}):
            with pytest.raises(ControlError):
                sandbox.notifying(**wrong)
        with pytest.raises(ControlError):
            sandbox.send_notification(lifecycle="ended")
        with pytest.raises(ControlError):
            sandbox.send_notification(user=ANNA)


class TestForged:
    def test_anything_can_be_sent_and_the_answer_is_seen(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        made = subscribe()
        event = sandbox.add_event(*SPAN)["id"]
        sandbox.settled()
        receiver.bodies.clear()
        false = sandbox.send_notification(event=event, changeType="deleted")
        assert false["status"] == 202
        forged = sandbox.send_notification(event=event, clientState="guess", subscriptionId="another", times=2)
        assert forged["status"] == 202
        receiver.status = 401
        assert sandbox.send_notification(url=receiver.url, body={"value": []})["status"] == 401
        deleted, *twice = receiver.notices
        assert (deleted["changeType"], deleted["resourceData"]["id"]) == ("deleted", event)
        assert deleted["subscriptionId"] == made["id"]
        assert [(one["clientState"], one["subscriptionId"]) for one in twice] == [("guess", "another")] * 2
        assert [one["deleted"] for one in sandbox.events()] == [False]

    def test_what_is_no_json_travels_as_it_is(self, sandbox: Sandbox, subscribe: Callable[..., dict[str, Any]]) -> None:
        subscribe()
        sent = sandbox.send_notification(user=CAMILLE, raw='{"value": [', content_type="text/html")
        # This receiver breaks on it: what matters is that it got it.
        assert (sent["status"], sent["kind"], sent["body"]) == (0, "forged", '{"value": [')


class TestLifecycle:
    def test_events_come_to_the_address_given_for_them(
        self,
        sandbox: Sandbox,
        receiver: Receiver,
        subscribe: Callable[..., dict[str, Any]],
        graph_contract: GraphContract,
    ) -> None:
        made = subscribe()
        subscribe(ANNA, lifecycleNotificationUrl=None)
        for event in ("missed", "reauthorizationRequired"):
            assert sandbox.lifecycle(event) == 1
        sandbox.settled()
        assert [one["lifecycleEvent"] for one in receiver.notices] == ["missed", "reauthorizationRequired"]
        notice = receiver.notices[0]
        assert (notice["subscriptionId"], notice["clientState"]) == (made["id"], f"secret of {CAMILLE}")
        assert "resourceData" not in notice
        assert graph_contract.body_problems("microsoft.graph.changeNotificationCollection", receiver.bodies[0]) == []
        assert {one["url"] for one in sandbox.notifications(kind="lifecycle")["sent"]} == {receiver.lifecycle_url}

    def test_a_removed_one_is_gone(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]], graph: Graph
    ) -> None:
        made = subscribe()
        assert sandbox.lifecycle("subscriptionRemoved", user=CAMILLE) == 1
        sandbox.add_event(*SPAN)
        sandbox.settled()
        assert [one.get("lifecycleEvent") for one in receiver.notices] == ["subscriptionRemoved"]
        assert graph("GET", f"/subscriptions/{made['id']}").status_code == 404


class TestDelta:
    def test_a_living_event_can_be_called_removed_once(self, sandbox: Sandbox, graph: Graph) -> None:
        event = sandbox.add_event(*SPAN)
        other = sandbox.add_event(*SPAN)
        link = graph("GET", "/me/calendarView/delta()", prefer=IMMUTABLE, **RANGE).json()["@odata.deltaLink"]
        sandbox.false_removal(event["id"])
        sandbox.act("change", other["id"], subject="Other")
        first = graph("GET", link, prefer=IMMUTABLE).json()
        assert [(one["id"], "@removed" in one) for one in first["value"]] == [(other["id"], False), (event["id"], True)]
        assert graph("GET", first["@odata.deltaLink"]).json()["value"] == []
        assert graph("GET", f"/me/events/{event['id']}").status_code == 200

    def test_a_lost_token_is_answered_as_the_switch_says(self, sandbox: Sandbox, graph: Graph) -> None:
        link = graph("GET", "/me/calendarView/delta()", **RANGE).json()["@odata.deltaLink"]
        sandbox.policy(delta_epoch=1)
        for answer in ("410 SyncStateNotFound", "404 syncStateNotFound", "400 resyncRequired"):
            sandbox.policy(delta_lost=answer)
            response = graph("GET", link)
            assert f"{response.status_code} {response.json()['error']['code']}" == answer

    def test_a_calendars_own_delta_is_refused_where_the_switch_says_so(self, sandbox: Sandbox, graph: Graph) -> None:
        path = f"/me/calendars/{sandbox.calendar_id('Calendar')}/calendarView/delta()"
        assert graph("GET", path, **RANGE).status_code == 200
        sandbox.policy(calendar_delta="refuse")
        assert graph("GET", path, **RANGE).status_code == 400
        assert graph("GET", "/me/calendarView/delta()", **RANGE).status_code == 200


class TestByTheThousand:
    def test_many_people_and_many_acts(
        self, sandbox: Sandbox, receiver: Receiver, subscribe: Callable[..., dict[str, Any]]
    ) -> None:
        people = sandbox.add_people(60, events=2, scopes=["Calendars.Read"])
        sandbox.notifying(again=0)
        for one in people[:10]:
            subscribe(one["address"])
            assert one["access_token"]
        done = sandbox.acts(
            [{"do": "change", "event": event, "subject": "Other"} for one in people for event in one["events"]]
        )
        assert (done["done"], done["refused"]) == (120, [])
        assert take(sandbox, receiver) == ["updated"] * 20
        users = sandbox.request_summary()["users"]
        assert users[people[0]["address"]] == {"requests": 1, "most_at_once": 1, "throttled": 0, "failed": 0}
        assert sandbox.acts([{"do": "delete", "event": "nonsense"}])["refused"][0]["place"] == 0
