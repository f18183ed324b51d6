"""Answers to invitations, what reaches whom of them, and calendars that belong to somebody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.sandbox.conftest import Graph
from tests.support.sandbox import ANNA, BASE_SCOPES, BEN, CAMILLE, ControlError, Sandbox

OFFICE = "office@contoso.example"
SHARED = (*BASE_SCOPES, "Calendars.ReadWrite.Shared")
IMMUTABLE = 'IdType="ImmutableId"'
START, END = "2026-12-08T10:00:00", "2026-12-08T11:00:00"
LATER, LATER_END = "2026-12-08T15:00:00+00:00", "2026-12-08T16:00:00+00:00"


def body(*attendees: str, **more: Any) -> dict[str, Any]:
    return {
        "subject": "Point",
        "start": {"dateTime": START, "timeZone": "UTC"},
        "end": {"dateTime": END, "timeZone": "UTC"},
        "attendees": [{"emailAddress": {"address": one}} for one in attendees],
    } | more


def slot(start: str = LATER, end: str = LATER_END) -> dict[str, Any]:
    return {"start": {"dateTime": start[:19], "timeZone": "UTC"}, "end": {"dateTime": end[:19], "timeZone": "UTC"}}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def copy_of(sandbox: Sandbox, user: str) -> dict[str, Any]:
    """The one copy in a mailbox, wherever it lies."""
    (found,) = sandbox.events(user)
    return found


def answers(graph: Graph, path: str) -> list[str]:
    read = graph("GET", path)
    assert read.status_code == 200, read.text
    return [one["status"]["response"] for one in read.json()["attendees"]]


class TestAnswering:
    """As a person in Outlook, by the control API; the organizer looks by Graph."""

    @pytest.mark.parametrize(
        ("do", "response", "show_as"),
        [("accept", "accepted", "busy"), ("tentative", "tentativelyAccepted", "tentative")],
    )
    def test_an_answer_is_seen_in_the_own_copy_and_by_the_organizer(
        self, graph: Graph, sandbox: Sandbox, do: str, response: str, show_as: str
    ) -> None:
        made = graph("POST", "/me/events", body(ANNA, BEN), prefer=IMMUTABLE).json()["id"]
        sandbox.act(do, made, user=ANNA, comment="With pleasure")
        copy = copy_of(sandbox, ANNA)
        assert (copy["response"], copy["show_as"], copy["deleted"]) == (response, show_as, False)
        assert answers(graph, f"/me/events/{made}") == [response, "none"]
        assert [one["comment"] for one in copy_of(sandbox, CAMILLE)["attendees"]] == ["With pleasure", ""]
        assert copy_of(sandbox, BEN)["response"] == "notResponded"

    @pytest.mark.parametrize(
        ("mailbox_saves", "act_saves"), [(False, None), (True, None), (True, False), (False, True)]
    )
    def test_a_declined_copy_goes_or_stays_as_the_mailbox_or_the_person_says(
        self,
        graph: Graph,
        graph_as: Callable[..., Graph],
        sandbox: Sandbox,
        mailbox_saves: bool,
        act_saves: bool | None,
    ) -> None:
        sandbox.change_user(ANNA, save_declined=mailbox_saves)
        made = graph("POST", "/me/events", body(ANNA), prefer=IMMUTABLE).json()["id"]
        sandbox.act("decline", made, user=ANNA, save_declined=act_saves)
        stays = mailbox_saves if act_saves is None else act_saves
        copy = copy_of(sandbox, ANNA)
        assert copy["deleted"] is not stays
        read = graph_as(ANNA)("GET", f"/me/events/{copy['id']}")
        if stays:
            assert (read.json()["responseStatus"]["response"], read.json()["showAs"]) == ("declined", "free")
        else:
            assert code(read) == (404, "ErrorItemNotFound")
        assert answers(graph, f"/me/events/{made}") == ["declined"]

    def test_an_answer_that_is_not_sent_stays_with_its_giver(self, graph: Graph, sandbox: Sandbox) -> None:
        made = graph("POST", "/me/events", body(ANNA), prefer=IMMUTABLE).json()["id"]
        sandbox.act("decline", made, user=ANNA, send=False, save_declined=True)
        assert copy_of(sandbox, ANNA)["response"] == "declined"
        assert answers(graph, f"/me/events/{made}") == ["none"]

    def test_an_invitee_who_deletes_changes_nothing_for_the_organizer(self, graph: Graph, sandbox: Sandbox) -> None:
        made = graph("POST", "/me/events", body(ANNA), prefer=IMMUTABLE).json()
        sandbox.act("delete", made["id"], user=ANNA)
        assert copy_of(sandbox, ANNA)["deleted"]
        read = graph("GET", f"/me/events/{made['id']}", prefer=IMMUTABLE).json()
        assert (read["@odata.etag"], answers(graph, f"/me/events/{made['id']}")) == (made["@odata.etag"], ["none"])

    def test_an_organizer_cannot_answer_and_nobody_answers_what_was_cancelled(
        self, graph: Graph, sandbox: Sandbox
    ) -> None:
        made = graph("POST", "/me/events", body(ANNA), prefer=IMMUTABLE).json()["id"]
        for do in ("accept", "decline", "tentative"):
            with pytest.raises(ControlError, match=r"409.*organizer"):
                sandbox.act(do, made, user=CAMILLE)
        copy = copy_of(sandbox, ANNA)["id"]
        sandbox.act("cancel", made, comment="Sorry")
        with pytest.raises(ControlError, match=r"409.*canceled"):
            sandbox.act("accept", copy)

    @pytest.mark.parametrize("do", ["delete", "cancel"])
    def test_an_organizers_end_marks_every_attendees_copy(self, graph: Graph, sandbox: Sandbox, do: str) -> None:
        made = graph("POST", "/me/events", body(ANNA, BEN), prefer=IMMUTABLE).json()["id"]
        sandbox.act(do, made, user=CAMILLE, comment="Sorry")
        assert copy_of(sandbox, CAMILLE)["deleted"]
        for user in (ANNA, BEN):
            copy = copy_of(sandbox, user)
            assert (copy["is_cancelled"], copy["show_as"], copy["subject"]) == (True, "free", "Canceled: Point")
            assert copy["farewell"] == ("Sorry" if do == "cancel" else "")
        with pytest.raises(ControlError, match="404"):
            sandbox.act("delete", made, user="nobody@contoso.example")

    def test_one_occurrence_is_answered_alone(self, graph: Graph, sandbox: Sandbox) -> None:
        week = {
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday"},
            "range": {"type": "noEnd", "startDate": "2026-12-08"},
        }
        made = graph("POST", "/me/events", body(ANNA, recurrence=week), prefer=IMMUTABLE).json()["id"]
        window = {"startDateTime": "2026-12-08T00:00:00Z", "endDateTime": "2026-12-17T00:00:00Z"}
        first, second = graph("GET", f"/me/events/{made}/instances", prefer=IMMUTABLE, **window).json()["value"]
        sandbox.act("propose", second["id"], user=ANNA, start="2026-12-15T15:00:00Z", end="2026-12-15T16:00:00Z")
        assert answers(graph, f"/me/events/{first['id']}") == ["none"]
        (attendee,) = graph("GET", f"/me/events/{second['id']}").json()["attendees"]
        assert attendee["status"]["response"] == "tentativelyAccepted"
        assert attendee["proposedNewTime"]["start"]["dateTime"][:16] == "2026-12-15T15:00"


class TestProposing:
    @pytest.mark.parametrize(
        ("action", "response"), [("tentativelyAccept", "tentativelyAccepted"), ("decline", "declined")]
    )
    def test_a_proposed_time_stands_at_the_organizers_attendee_in_the_zone_asked_for(
        self, graph: Graph, graph_as: Callable[..., Graph], sandbox: Sandbox, action: str, response: str
    ) -> None:
        made = graph("POST", "/me/events", body(ANNA, BEN)).json()["id"]
        sent = {"Comment": "Later?", "SendResponse": True, "ProposedNewTime": slot()}
        path = f"/me/events/{copy_of(sandbox, ANNA)['id']}"
        assert graph_as(ANNA)("POST", f"{path}/{action}", sent).status_code == 202
        read = graph("GET", f"/me/events/{made}", prefer='outlook.timezone="Romance Standard Time"').json()
        anna, ben = read["attendees"]
        assert anna["status"]["response"] == response
        assert anna["proposedNewTime"] == {
            "start": {"dateTime": "2026-12-08T16:00:00.0000000", "timeZone": "Romance Standard Time"},
            "end": {"dateTime": "2026-12-08T17:00:00.0000000", "timeZone": "Romance Standard Time"},
        }
        assert "proposedNewTime" not in ben
        assert read["start"]["dateTime"][:16] == "2026-12-08T11:00"
        assert all("proposedNewTime" not in one for one in copy_of(sandbox, BEN)["attendees"])

    def test_by_the_control_api_too_and_a_later_answer_ends_it(self, graph: Graph, sandbox: Sandbox) -> None:
        made = graph("POST", "/me/events", body(ANNA), prefer=IMMUTABLE).json()["id"]
        sandbox.act("propose", made, user=ANNA, start=LATER, end=LATER_END, comment="Later?")
        (one,) = copy_of(sandbox, CAMILLE)["attendees"]
        assert (one["response"], one["comment"]) == ("tentativelyAccepted", "Later?")
        assert one["proposed"] == {"start": LATER, "end": LATER_END}
        sandbox.act("accept", made, user=ANNA)
        assert copy_of(sandbox, CAMILLE)["attendees"][0]["proposed"] is None

    def test_the_organizers_new_time_ends_it(self, graph: Graph, sandbox: Sandbox) -> None:
        made = graph("POST", "/me/events", body(ANNA), prefer=IMMUTABLE).json()["id"]
        sandbox.act("propose", made, user=ANNA, start=LATER, end=LATER_END, **{"as": "decline"}, save_declined=True)
        assert graph("PATCH", f"/me/events/{made}", slot()).status_code == 200
        (one,) = graph("GET", f"/me/events/{made}").json()["attendees"]
        assert ("proposedNewTime" in one, one["status"]["response"]) == (False, "none")
        assert copy_of(sandbox, ANNA)["response"] == "notResponded"

    def test_added_invitees_leave_it(self, graph: Graph, sandbox: Sandbox) -> None:
        made = graph("POST", "/me/events", body(ANNA), prefer=IMMUTABLE).json()["id"]
        sandbox.act("propose", made, user=ANNA, start=LATER, end=LATER_END)
        graph("PATCH", f"/me/events/{made}", {"attendees": body(ANNA, BEN)["attendees"]})
        assert [bool(one["proposed"]) for one in copy_of(sandbox, CAMILLE)["attendees"]] == [True, False]

    @pytest.mark.parametrize(
        ("action", "sent", "expected"),
        [
            ("decline", {"SendResponse": False, "ProposedNewTime": slot()}, "ErrorInvalidParameter"),
            ("accept", {"ProposedNewTime": slot()}, "RequestBodyRead"),
            ("decline", {"ProposedNewTime": slot(LATER_END, LATER)}, "ErrorInvalidRequest"),
            ("decline", {"ProposedNewTime": {"start": slot()["start"]}}, "RequestBodyRead"),
            ("decline", {"ProposedNewTime": "tomorrow"}, "RequestBodyRead"),
            ("decline", {"Comment": 5}, "RequestBodyRead"),
        ],
    )
    def test_what_makes_no_sense_is_refused_and_answers_nothing(
        self, graph: Graph, graph_as: Callable[..., Graph], sandbox: Sandbox, action: str, sent: Any, expected: str
    ) -> None:
        graph("POST", "/me/events", body(ANNA))
        path = f"/me/events/{copy_of(sandbox, ANNA)['id']}/{action}"
        assert code(graph_as(ANNA)("POST", path, sent)) == (400, expected)
        assert copy_of(sandbox, ANNA)["response"] == "notResponded"
        assert copy_of(sandbox, CAMILLE)["attendees"][0]["response"] == "none"


class TestSharedCalendar:
    """A calendar of somebody else in Camille's list, in which she may write: its owner organises."""

    @pytest.fixture
    def camille(self, graph_as: Callable[..., Graph]) -> Graph:
        return graph_as(CAMILLE, *SHARED)

    @pytest.fixture
    def office(self, sandbox: Sandbox) -> str:
        """The path of a shared mailbox's primary calendar in Camille's list."""
        return f"/me/calendars/{sandbox.lend_calendar(OFFICE)['calendar']['id']}"

    @pytest.fixture
    def team(self, sandbox: Sandbox) -> str:
        """The path of a secondary calendar of Anna's in Camille's list."""
        return f"/me/calendars/{sandbox.lend_calendar(ANNA, 'Team meetings')['calendar']['id']}"

    def book(self, camille: Graph, path: str, *attendees: str, **more: Any) -> dict[str, Any]:
        answer = camille("POST", f"{path}/events", body(*attendees, **more), prefer=IMMUTABLE)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def test_it_is_listed_with_its_own_id_and_its_owner(self, camille: Graph, sandbox: Sandbox) -> None:
        lent = sandbox.lend_calendar(ANNA, "Team meetings", listed_as="Anna's team")
        listed = next(one for one in camille("GET", "/me/calendars").json()["value"] if one["name"] == "Anna's team")
        assert listed["id"] not in {lent["original"]["id"], sandbox.calendar_id("Calendar", ANNA)}
        assert (listed["owner"]["address"], listed["canEdit"], listed["canShare"]) == (ANNA, True, False)
        assert (listed["isDefaultCalendar"], listed["isTallyingResponses"]) == (False, False)
        assert sandbox.lend_calendar(OFFICE)["calendar"]["isTallyingResponses"] is True

    @pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "cancel", "read", "view"])
    def test_nothing_of_it_is_done_without_the_shared_scope(
        self, graph: Graph, camille: Graph, office: str, sandbox: Sandbox, method: str
    ) -> None:
        made = self.book(camille, office, CAMILLE)["id"]
        event = f"{office}/events/{made}"
        window = {"startDateTime": "2026-12-08T00:00:00Z", "endDateTime": "2026-12-09T00:00:00Z"}
        calls: dict[str, Callable[[], Any]] = {
            "POST": lambda: graph("POST", f"{office}/events", body()),
            "PATCH": lambda: graph("PATCH", event, {"subject": "x"}),
            "DELETE": lambda: graph("DELETE", event),
            "cancel": lambda: graph("POST", f"{event}/cancel", {}),
            "read": lambda: graph("GET", event),
            "view": lambda: graph("GET", f"{office}/calendarView", **window),
        }
        assert code(calls[method]()) == (403, "ErrorAccessDenied")
        assert not copy_of(sandbox, OFFICE)["deleted"]
        assert copy_of(sandbox, OFFICE)["subject"] == "Point"

    def test_the_owner_organises_and_camille_is_invited_like_anybody(
        self, camille: Graph, office: str, sandbox: Sandbox
    ) -> None:
        made = self.book(camille, office, CAMILLE, BEN, transactionId="t-1")
        assert made["organizer"]["emailAddress"]["address"] == OFFICE
        assert (made["isOrganizer"], made["responseStatus"]["response"]) == (True, "organizer")
        again = camille("POST", f"{office}/events", body(CAMILLE, transactionId="t-1"), prefer=IMMUTABLE)
        assert again.json()["id"] == made["id"]
        for user in (CAMILLE, BEN):
            copy = copy_of(sandbox, user)
            assert (copy["calendar"], copy["is_organizer"], copy["organizer"]) == ("Calendar", False, OFFICE)
            assert (copy["ical_uid"], copy["response"]) == (made["iCalUId"], "notResponded")
            assert copy["id"] != made["id"]

    def test_it_is_read_changed_and_found_by_its_immutable_id(
        self, camille: Graph, office: str, sandbox: Sandbox
    ) -> None:
        made = self.book(camille, office, CAMILLE)
        event = f"{office}/events/{made['id']}"
        read = camille("GET", event, prefer=IMMUTABLE).json()
        assert (read["id"], read["subject"]) == (made["id"], "Point")
        where = camille("GET", f"{event}/calendar").json()
        assert (where["id"], where["owner"]["address"]) == (office.rsplit("/", 1)[1], OFFICE)
        assert camille("PATCH", event, {"subject": "Autre", **slot()}).status_code == 200
        copy = copy_of(sandbox, CAMILLE)
        assert (copy["subject"], copy["start"]) == ("Autre", LATER)
        window = {"startDateTime": "2026-12-08T00:00:00Z", "endDateTime": "2026-12-09T00:00:00Z"}
        (seen,) = camille("GET", f"{office}/calendarView", prefer=IMMUTABLE, **window).json()["value"]
        assert seen["id"] == made["id"]

    @pytest.mark.parametrize("direct", [False, True])
    def test_whether_it_is_found_without_its_calendar_is_a_switch(
        self, graph: Graph, camille: Graph, office: str, sandbox: Sandbox, direct: bool
    ) -> None:
        sandbox.policy(shared_by_id=direct)
        made = self.book(camille, office)["id"]
        read = camille("GET", f"/me/events/{made}/calendar")
        if direct:
            assert read.json()["id"] == office.rsplit("/", 1)[1]
            assert code(graph("GET", f"/me/events/{made}")) == (403, "ErrorAccessDenied")
        else:
            assert code(read) == (404, "ErrorItemNotFound")

    @pytest.mark.parametrize("do", ["DELETE", "cancel", "owner"])
    def test_its_end_goes_to_the_owners_deleted_items_and_cancels_every_copy(
        self, camille: Graph, office: str, sandbox: Sandbox, do: str
    ) -> None:
        made = self.book(camille, office, CAMILLE, BEN)["id"]
        event = f"{office}/events/{made}"
        if do == "DELETE":
            assert camille("DELETE", event).status_code == 204
        elif do == "cancel":
            assert camille("POST", f"{event}/cancel", {"Comment": "Sorry"}).status_code == 202
        else:
            sandbox.act("delete", made, user=OFFICE)
        gone = copy_of(sandbox, OFFICE)
        assert (gone["id"], gone["deleted"], gone["calendar"]) == (made, True, "")
        for user in (CAMILLE, BEN):
            assert copy_of(sandbox, user)["subject"] == "Canceled: Point"
            assert copy_of(sandbox, user)["farewell"] == ("Sorry" if do == "cancel" else "")
            assert not copy_of(sandbox, user)["deleted"]
        for readable in (False, True):
            sandbox.policy(deleted_readable=readable)
            assert code(camille("GET", event)) == (404, "ErrorItemNotFound")
            assert code(camille("GET", f"/me/events/{made}")) == (404, "ErrorItemNotFound")

    @pytest.mark.parametrize("saves", [False, True])
    def test_camille_declines_her_own_copy_and_a_primary_calendar_tallies_it(
        self, camille: Graph, office: str, sandbox: Sandbox, saves: bool
    ) -> None:
        sandbox.change_user(CAMILLE, save_declined=saves)
        made = self.book(camille, office, CAMILLE, BEN)["id"]
        sandbox.act("decline", made, user=CAMILLE)
        copy = copy_of(sandbox, CAMILLE)
        assert copy["deleted"] is not saves
        read = camille("GET", f"/me/events/{copy['id']}")
        if saves:
            assert (read.json()["responseStatus"]["response"], read.json()["showAs"]) == ("declined", "free")
        else:
            assert code(read) == (404, "ErrorItemNotFound")
        assert answers(camille, f"{office}/events/{made}") == ["declined", "none"]
        assert copy_of(sandbox, BEN)["is_cancelled"] is False

    def test_a_secondary_calendar_tallies_nothing(self, camille: Graph, team: str, sandbox: Sandbox) -> None:
        made = self.book(camille, team, CAMILLE)["id"]
        sandbox.act("decline", made, user=CAMILLE)
        assert answers(camille, f"{team}/events/{made}") == ["none"]
        assert copy_of(sandbox, CAMILLE)["deleted"]

    def test_in_it_nobody_answers_for_its_owner(self, camille: Graph, office: str) -> None:
        made = self.book(camille, office, CAMILLE)["id"]
        answer = camille("POST", f"{office}/events/{made}/decline", {"SendResponse": False})
        assert code(answer) == (400, "ErrorInvalidRequest")

    def test_who_is_not_invited_acts_in_the_calendar_itself(self, camille: Graph, team: str, sandbox: Sandbox) -> None:
        made = self.book(camille, team, BEN)["id"]
        sandbox.act("move", made, user=CAMILLE, start=LATER, end=LATER_END)
        assert copy_of(sandbox, BEN)["start"] == LATER
        sandbox.act("delete", made, user=CAMILLE)
        assert copy_of(sandbox, ANNA)["deleted"]
        with pytest.raises(ControlError, match="404"):
            sandbox.act("delete", made, user=CAMILLE)

    @pytest.mark.parametrize(
        ("listed", "refusal"), [(False, (404, "ErrorItemNotFound")), (True, (403, "ErrorAccessDenied"))]
    )
    def test_a_withdrawn_share_closes_everything_and_opens_again(
        self, camille: Graph, team: str, sandbox: Sandbox, listed: bool, refusal: tuple[int, str]
    ) -> None:
        made = self.book(camille, team, CAMILLE)["id"]
        sandbox.unshare_calendar(ANNA, "Team meetings", CAMILLE, listed=listed)
        event = f"{team}/events/{made}"
        for answer in (
            camille("GET", f"{team}/events"),
            camille("GET", event),
            camille("POST", f"{team}/events", body()),
            camille("PATCH", event, {"subject": "x"}),
            camille("DELETE", event),
            camille("POST", f"{event}/cancel", {}),
        ):
            assert code(answer) == refusal
        original = sandbox.calendar_id("Team meetings", ANNA)
        assert code(camille("GET", f"/users/{ANNA}/calendars/{original}/events")) == (403, "ErrorAccessDenied")
        names = {one["name"] for one in camille("GET", "/me/calendars").json()["value"]}
        assert ("Team meetings" in names) is listed
        assert not copy_of(sandbox, ANNA)["deleted"]
        again = sandbox.share_calendar(ANNA, "Team meetings", CAMILLE, can_edit=True)
        assert (f"/me/calendars/{again['id']}" == team) is listed
        assert camille("GET", f"/me/calendars/{again['id']}/events/{made}").status_code == 200

    def test_one_made_read_only_takes_no_more_writes(self, camille: Graph, team: str, sandbox: Sandbox) -> None:
        made = self.book(camille, team)["id"]
        sandbox.change_calendar("Team meetings", can_edit=False)
        assert camille("GET", f"{team}/events/{made}").status_code == 200
        assert code(camille("DELETE", f"{team}/events/{made}")) == (403, "ErrorAccessDenied")
        assert code(camille("POST", f"{team}/events", body())) == (403, "ErrorAccessDenied")

    def test_an_event_that_the_owner_moved_out_of_it_is_found_there_no_more(
        self, camille: Graph, team: str, sandbox: Sandbox
    ) -> None:
        made = self.book(camille, team, CAMILLE)["id"]
        sandbox.act("move_to_calendar", made, user=ANNA, calendar="Calendar")
        assert code(camille("GET", f"{team}/events/{made}")) == (404, "ErrorItemNotFound")
        assert copy_of(sandbox, CAMILLE)["is_cancelled"] is False

    def test_what_cannot_be_lent_or_withdrawn_is_a_wrong_order(self, sandbox: Sandbox) -> None:
        with pytest.raises(ControlError, match="404"):
            sandbox.unshare_calendar(ANNA, "", CAMILLE)
        with pytest.raises(ControlError, match="400"):
            sandbox.lend_calendar(ANNA, "Team", colour="red")


class TestDeletedItems:
    @pytest.mark.parametrize("readable", [False, True])
    @pytest.mark.parametrize("how", ["delete", "decline"])
    def test_what_was_deleted_lies_in_no_calendar(
        self, graph: Graph, sandbox: Sandbox, readable: bool, how: str
    ) -> None:
        sandbox.policy(deleted_readable=readable)
        if how == "delete":
            event = graph("POST", "/me/events", body(ANNA), prefer=IMMUTABLE).json()["id"]
            sandbox.act("delete", event, user=CAMILLE)
        else:
            sandbox.add_event(START + "Z", END + "Z", user=ANNA, attendees=[CAMILLE], subject="Point")
            event = copy_of(sandbox, CAMILLE)["id"]
            sandbox.act("decline", event)
        read = graph("GET", f"/me/events/{event}", prefer=IMMUTABLE)
        assert read.status_code == (200 if readable else 404)
        assert code(graph("GET", f"/me/events/{event}/calendar")) == (404, "ErrorItemNotFound")
        calendar = sandbox.calendar_id("Calendar")
        assert code(graph("GET", f"/me/calendars/{calendar}/events/{event}")) == (404, "ErrorItemNotFound")
        assert graph("GET", f"/me/calendars/{calendar}/events").json()["value"] == []

    def test_one_moved_back_out_of_them_lives_again(self, graph: Graph, sandbox: Sandbox) -> None:
        event = graph("POST", "/me/events", body(ANNA), prefer=IMMUTABLE).json()["id"]
        sandbox.act("delete", event, user=CAMILLE)
        sandbox.act("move_to_calendar", event, user=CAMILLE, calendar="Calendar")
        assert graph("GET", f"/me/events/{event}/calendar").json()["name"] == "Calendar"
        assert copy_of(sandbox, ANNA)["is_cancelled"] is True

    def test_what_happens_to_one_there_reaches_nobody(self, graph: Graph, sandbox: Sandbox) -> None:
        sandbox.policy(deleted_readable=True)
        event = graph("POST", "/me/events", body(ANNA), prefer=IMMUTABLE).json()["id"]
        sandbox.act("delete", event, user=CAMILLE)
        graph("PATCH", f"/me/events/{event}", {"subject": "Autre"})
        assert copy_of(sandbox, ANNA)["subject"] == "Canceled: Point"
        with pytest.raises(ControlError, match="409"):
            sandbox.act("accept", event, user=CAMILLE)


class TestRecurring:
    def test_an_event_becomes_a_series_under_its_id(self, graph: Graph, sandbox: Sandbox) -> None:
        event = graph("POST", "/me/events", body(ANNA), prefer=IMMUTABLE).json()["id"]
        made = sandbox.act("recur", event)
        assert made["type"] == "seriesMaster"
        read = graph("GET", f"/me/events/{event}", prefer=IMMUTABLE).json()
        assert (read["id"], read["type"]) == (event, "seriesMaster")
        assert read["recurrence"]["pattern"]["daysOfWeek"] == ["tuesday"]
        window = {"startDateTime": "2026-12-08T00:00:00Z", "endDateTime": "2026-12-23T00:00:00Z"}
        assert len(graph("GET", "/me/calendarView", **window).json()["value"]) == 3
        assert copy_of(sandbox, ANNA)["type"] == "seriesMaster"
        sandbox.act("recur", event, recurrence={})
        assert graph("GET", f"/me/events/{event}").json()["type"] == "singleInstance"

    def test_by_a_pattern_of_ones_own_and_not_of_an_occurrence(self, graph: Graph, sandbox: Sandbox) -> None:
        event = graph("POST", "/me/events", body(), prefer=IMMUTABLE).json()["id"]
        rule = {
            "pattern": {"type": "daily", "interval": 2},
            "range": {"type": "numbered", "numberOfOccurrences": 3, "startDate": "2026-12-08"},
        }
        sandbox.act("recur", event, recurrence=rule)
        window = {"startDateTime": "2026-12-01T00:00:00Z", "endDateTime": "2026-12-31T00:00:00Z"}
        found = graph("GET", "/me/calendarView", prefer=IMMUTABLE, **window).json()["value"]
        assert [one["start"]["dateTime"][8:10] for one in found] == ["08", "10", "12"]
        with pytest.raises(ControlError, match="409"):
            sandbox.act("recur", found[1]["id"])
