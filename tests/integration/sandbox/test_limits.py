"""Tokens, throttling and the faults that tests order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.integration.sandbox.conftest import Graph
from tests.support.sandbox import ANNA, CAMILLE, ControlError, Sandbox

TIMES = {key: {"dateTime": "2026-12-08T11:00:00", "timeZone": "UTC"} for key in ("start", "end")}


def code(response: requests.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


class TestTokens:
    def test_no_token_a_wrong_one_and_an_old_one_are_401(self, graph: Graph, sandbox: Sandbox) -> None:
        url = f"{sandbox.url}/v1.0/me"
        for headers in ({}, {"Authorization": "Basic x"}, {"Authorization": "Bearer x.y.z"}):
            response = requests.get(url, headers=headers, timeout=10)
            assert code(response) == (401, "InvalidAuthenticationToken")
            assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert graph("GET", "/me").status_code == 200
        sandbox.advance(timedelta(minutes=76))
        assert code(graph("GET", "/me")) == (401, "InvalidAuthenticationToken")

    def test_a_revoked_token_is_challenged_for_claims(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.revoke()
        response = graph("GET", "/me")
        assert response.status_code == 401
        assert 'error="insufficient_claims", claims="' in response.headers["WWW-Authenticate"]

    def test_a_token_for_another_audience_is_refused(self, graph: Graph, sandbox: Sandbox) -> None:
        graph.http.headers["Authorization"] = f"Bearer {sandbox.token(audience='api://botid-1/creneau-sandbox')}"
        assert graph("GET", "/me").status_code == 401


class TestConcurrency:
    def at_once(self, graph: Graph, count: int, path: str = "/me/calendars") -> list[requests.Response]:
        with ThreadPoolExecutor(count) as pool:
            url, headers = graph.base + path, dict(graph.http.headers)
            return list(pool.map(lambda _: requests.get(url, headers=headers, timeout=30), range(count)))

    def test_the_fifth_request_at_once_is_throttled(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.fault(delay=0.5, count=0)
        answers = self.at_once(graph, 6)
        assert sorted(one.status_code for one in answers) == [200] * 4 + [429] * 2
        throttled = next(one for one in answers if one.status_code == 429)
        assert code(throttled) == (429, "ApplicationThrottled")
        assert throttled.headers["Retry-After"] == "1"
        assert max(one["concurrency"] for one in sandbox.requests()) > 4

    def test_mailboxes_are_throttled_apart(self, graph_as: Callable[..., Graph], sandbox: Sandbox) -> None:
        camille, anna = graph_as(CAMILLE), graph_as(ANNA)
        sandbox.fault(delay=0.5, count=0, user=CAMILLE)
        with ThreadPoolExecutor(5) as pool:
            slow = [pool.submit(self.at_once, camille, 1) for _ in range(4)]
            assert anna("GET", "/me/calendars").status_code == 200
            assert [one.result()[0].status_code for one in slow] == [200] * 4


class TestFaults:
    def test_a_fault_strikes_as_often_as_ordered(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.fault(status=503, retry_after=2, count=2)
        answers = [graph("GET", "/me") for _ in range(3)]
        assert [one.status_code for one in answers] == [503, 503, 200]
        assert answers[0].headers["Retry-After"] == "2"

    def test_before_nothing_is_written_and_after_it_is(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.fault(status=503, method="POST", when="before")
        assert graph("POST", "/me/events", TIMES).status_code == 503
        assert sandbox.events() == []
        sandbox.fault(status=504, method="POST", when="after")
        assert graph("POST", "/me/events", TIMES).status_code == 504
        assert len(sandbox.events()) == 1

    def test_a_fault_is_matched_by_calendar_user_path_and_turn(
        self, graph_as: Callable[..., Graph], sandbox: Sandbox
    ) -> None:
        clients = sandbox.add_calendar("Clients")["id"]
        graph, window = graph_as(), "calendarView?startDateTime=2026-12-01&endDateTime=2026-12-02"
        sandbox.fault(status=403, calendar="Clients", path="calendarView", nth=2)
        assert graph("GET", f"/me/calendars/{clients}/{window}").status_code == 200
        assert graph("GET", f"/me/{window}").status_code == 200
        assert graph("GET", f"/me/calendars/{clients}").status_code == 200
        assert code(graph("GET", f"/me/calendars/{clients}/{window}")) == (403, "ErrorAccessDenied")
        sandbox.fault(status=404, code="MailboxNotEnabledForRESTAPI", user=ANNA)
        assert graph("GET", "/me").status_code == 200
        assert code(graph_as(ANNA)("GET", "/me")) == (404, "MailboxNotEnabledForRESTAPI")

    @pytest.mark.parametrize(("body", "text"), [("html", "<html>"), ("empty", ""), ("broken", '{"value"')])
    def test_answers_that_are_no_json(self, graph: Graph, sandbox: Sandbox, body: str, text: str) -> None:
        sandbox.fault(body=body, status=502 if body == "html" else 0)
        answer = graph("GET", "/me")
        assert answer.text.startswith(text)
        with pytest.raises(requests.JSONDecodeError):
            answer.json()

    def test_a_dropped_connection_gives_no_answer(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.fault(drop=True, when="after", method="POST")
        with pytest.raises(requests.ConnectionError):
            graph("POST", "/me/events", TIMES)
        assert len(sandbox.events()) == 1

    def test_orders_that_make_no_sense_are_refused(self, sandbox: Sandbox) -> None:
        for order in ({"status": 99}, {"when": "during"}, {"user_name": "x"}, {"path": "("}, {"body": "xml"}):
            with pytest.raises(ControlError):
                sandbox.fault(**order)

    def test_requests_are_recorded_without_tokens(self, graph: Graph, sandbox: Sandbox) -> None:
        graph("POST", "/me/events", TIMES, prefer='IdType="ImmutableId"')
        [seen] = sandbox.requests("graph", method="POST")
        assert (seen["user"], seen["status"], seen["body"]) == (CAMILLE, 201, TIMES)
        assert seen["headers"]["prefer"] == 'IdType="ImmutableId"'
        assert "authorization" not in seen["headers"]


class TestBatches:
    def run(self, graph: Graph, *requests: dict[str, Any]) -> dict[str, dict[str, Any]]:
        answer = graph("POST", "/$batch", {"requests": list(requests)})
        assert answer.status_code == 200, answer.text
        return {one["id"]: one for one in answer.json()["responses"]}

    def test_parts_are_answered_one_by_one(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.fault(status=429, retry_after=7, path="mailboxSettings")
        parts = self.run(
            graph,
            {"id": "1", "method": "GET", "url": "/me"},
            {"id": "2", "method": "GET", "url": "me/mailboxSettings"},
            {
                "id": "3",
                "method": "POST",
                "url": "/me/events",
                "body": TIMES,
                "headers": {"Content-Type": "application/json", "Prefer": 'outlook.timezone="Asia/Tokyo"'},
            },
            {"id": "4", "method": "DELETE", "url": "/me/events/x", "dependsOn": ["2"]},
        )
        assert {name: part["status"] for name, part in parts.items()} == {"1": 200, "2": 429, "3": 201, "4": 424}
        assert parts["2"]["headers"]["Retry-After"] == "7"
        assert parts["3"]["body"]["start"]["timeZone"] == "Asia/Tokyo"

    @pytest.mark.parametrize(
        "requests",
        [
            [],
            [{"id": "1", "method": "GET", "url": "/me"}] * 2,
            [{"id": str(n), "method": "GET", "url": "/me"} for n in range(21)],
            [{"id": "1", "method": "GET", "url": "https://graph.microsoft.com/v1.0/me"}],
            [{"id": "1", "method": "POST", "url": "/me/events", "body": TIMES}],
            [{"id": "1", "method": "GET", "url": "/me", "dependsOn": ["2"]}],
            [{"id": 1, "method": "GET", "url": "/me"}],
        ],
    )
    def test_a_batch_that_breaks_the_rules_is_refused_whole(self, graph: Graph, requests: list[dict[str, Any]]) -> None:
        assert graph("POST", "/$batch", {"requests": requests}).status_code == 400


class TestDelta:
    WINDOW = "startDateTime=2026-12-07T00:00:00Z&endDateTime=2026-12-14T00:00:00Z"

    def read(self, graph: Graph, link: str) -> tuple[list[dict[str, Any]], str]:
        found: list[dict[str, Any]] = []
        while True:
            answer = graph("GET", link, prefer='IdType="ImmutableId"').json()
            found += answer["value"]
            if "@odata.deltaLink" in answer:
                return found, answer["@odata.deltaLink"]
            link = answer["@odata.nextLink"]

    @pytest.mark.parametrize("form", ["delta", "delta()", "microsoft.graph.delta()"])
    def test_changes_come_once_and_what_left_the_window_looks_deleted(
        self, graph: Graph, sandbox: Sandbox, form: str
    ) -> None:
        for day in range(7, 12):
            for hour in (9, 11, 13):
                sandbox.add_event(f"2026-12-{day:02}T{hour:02}:00:00", f"2026-12-{day:02}T{hour + 1:02}:00:00")
        found, link = self.read(graph, f"/me/calendarView/{form}?{self.WINDOW}")
        assert len(found) == 15
        assert self.read(graph, link)[0] == []
        deleted, moved, changed = (one["id"] for one in found[:3])
        sandbox.act("delete", deleted)
        sandbox.act("move", moved, start="2027-01-07T09:00:00", end="2027-01-07T10:00:00")
        sandbox.act("change", changed, subject="Nouveau")
        after, link = self.read(graph, link)
        assert {one["id"]: one.get("@removed", {}).get("reason", one.get("subject")) for one in after} == {
            deleted: "deleted",
            moved: "deleted",
            changed: "Nouveau",
        }
        assert graph("GET", f"/me/events/{moved}").status_code == 200
        assert self.read(graph, link)[0] == []

    def test_a_lost_sync_state_and_options_that_delta_lacks(self, graph: Graph, sandbox: Sandbox) -> None:
        _, link = self.read(graph, f"/me/calendarView/delta?{self.WINDOW}")
        assert graph("GET", f"/me/calendarView/delta?{self.WINDOW}&$select=subject").status_code == 400
        assert graph("GET", "/me/calendarView/delta?$deltatoken=nonsense").status_code == 400
        sandbox.policy(delta_epoch=1)
        assert code(graph("GET", link)) == (410, "SyncStateNotFound")
