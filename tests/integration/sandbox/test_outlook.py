"""What the Outlook page asks of the sandbox, over HTTP; the page itself is walked in tests/e2e."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.sandbox import ANNA, BEN, CAMILLE, CAMILLE_AT_HOME, ROOT, Sandbox, SandboxProcess

TUESDAY = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
TAG = "String {7f0a2c5e-93d4-4b1b-8f6e-5c2d9a417e36} Name CreneauBookingId"
WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday"},
    "range": {"type": "noEnd", "startDate": "2026-11-24"},
}


class Outlook:
    """The page's requests, as the page sends them."""

    def __init__(self, url: str, mailbox: str = CAMILLE) -> None:
        self.url = f"{url}/outlook/"
        self.mailbox = mailbox
        self.http = requests.Session()
        self.http.trust_env = False

    def get(self, name: str, **query: str) -> Any:
        answer = self.http.get(f"{self.url}api/{name}", params={"mailbox": self.mailbox, **query}, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def send(self, method: str, **body: Any) -> requests.Response:
        values = {"mailbox": self.mailbox, "account": self.mailbox, **body}
        return self.http.request(method, f"{self.url}api/events", json=values, timeout=10)

    def post(self, name: str, **body: Any) -> requests.Response:
        """``answers`` and ``cancellations``."""
        values = {"mailbox": self.mailbox, "account": self.mailbox, **body}
        return self.http.post(f"{self.url}api/{name}", json=values, timeout=10)

    def week(self) -> list[dict[str, Any]]:
        return list(self.get("events", start="2026-11-23T00:00", end="2026-11-30T00:00")["events"])

    def organised(self, subject: str) -> list[dict[str, Any]]:
        return [one for one in self.week() if one["subject"] == subject and one["isOrganizer"]]

    def find(self, subject: str, day: str = "") -> dict[str, Any]:
        return next(one for one in self.week() if one["subject"] == subject and one["start"].startswith(day))

    def calendar(self, name: str, account: str = "") -> dict[str, Any]:
        accounts = self.get("mailbox")["accounts"]
        calendars = [one for each in accounts for one in each["calendars"]]
        return next(one for one in calendars if one["name"] == name and one["account"] == (account or self.mailbox))

    def new(self, **fields: Any) -> dict[str, Any]:
        return {
            "calendar": self.calendar("Calendar")["id"],
            "subject": "Point café",
            "start": "2026-11-25T11:00",
            "end": "2026-11-25T12:00",
            "allDay": False,
            "showAs": "busy",
            "private": False,
            "attendees": [],
            "location": "",
            "note": "",
        } | fields


@pytest.fixture
def demo(sandbox: Sandbox) -> Sandbox:
    sandbox.reset("demo", now=TUESDAY)
    return sandbox


@pytest.fixture
def outlook(demo: Sandbox) -> Iterator[Outlook]:
    page = Outlook(demo.url)
    yield page
    page.http.close()


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


class TestThePage:
    def test_it_allows_nothing_from_elsewhere(self, outlook: Outlook) -> None:
        page = outlook.http.get(outlook.url, timeout=10)
        policy = page.headers["Content-Security-Policy"]
        assert page.status_code == 200
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "//" not in page.text

    def test_every_file_it_names_is_served_with_its_type(self, outlook: Outlook) -> None:
        text = outlook.http.get(outlook.url, timeout=10).text
        names = [part.split('"')[0] for word in ('src="', 'href="') for part in text.split(word)[1:]]
        assert len(names) > 8
        for name in names:
            file = outlook.http.get(outlook.url + name, timeout=10)
            assert file.status_code == 200, name
            kind = {"js": "javascript", "css": "text/css", "svg": "svg"}[name.rsplit(".", 1)[1]]
            assert kind in file.headers["Content-Type"]

    @pytest.mark.parametrize(
        "path", ["assets/../routes.py", "assets/%2e%2e/routes.py", "fullcalendar/package.json", "assets/nothing.js"]
    )
    def test_nothing_else_is_served(self, outlook: Outlook, path: str) -> None:
        request = requests.Request("GET", outlook.url).prepare()
        request.url = outlook.url + path
        assert outlook.http.send(request, timeout=10).status_code == 404

    def test_its_address_without_the_slash_leads_to_it(self, outlook: Outlook) -> None:
        assert outlook.http.get(outlook.url.rstrip("/"), timeout=10).url == outlook.url

    def test_without_the_npm_package_it_says_what_to_do(self, tmp_path: Path) -> None:
        os.environ["SANDBOX_FULLCALENDAR"] = str(tmp_path / "<nowhere>")
        try:
            process = SandboxProcess("--seed", "empty")
        finally:
            del os.environ["SANDBOX_FULLCALENDAR"]
        try:
            answer = requests.get(f"{process.url}/outlook/", timeout=10)
        finally:
            process.stop()
        assert answer.status_code == 503
        assert "make setup" in answer.text
        assert "&lt;nowhere&gt;" in answer.text

    def test_no_file_of_it_loads_anything_by_an_address(self) -> None:
        for path in (ROOT / "sandbox" / "outlook" / "static").rglob("*.*"):
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
            assert "http://" not in text, path
            assert "https://" not in text, path


class TestLooking:
    def test_a_person_sees_every_calendar_of_both_accounts(self, outlook: Outlook) -> None:
        accounts = outlook.get("mailbox")["accounts"]
        assert [one["address"] for one in accounts] == [CAMILLE, CAMILLE_AT_HOME]
        work, home = ({one["name"]: one for one in each["calendars"]} for each in accounts)
        assert {"Calendar", "Clients", "Project X", "Famille", "Birthdays", "Anna Keller", "Équipe produit"} <= set(
            work
        )
        assert set(home) == {"Calendar", "Maison", "Sport"}
        assert not work["Birthdays"]["canEdit"]
        assert (work["Anna Keller"]["owner"], work["Anna Keller"]["canEdit"]) == ("Anna Keller", False)

    def test_people_without_a_mailbox_are_nobody_here(self, outlook: Outlook) -> None:
        names = {one["name"] for one in outlook.get("people")["people"]}
        assert names == {"Camille Moreau", "Anna Keller", "Ben Okafor", "Contoso Office"}

    def test_times_are_wall_times_of_the_mailbox_looked_from(self, demo: Sandbox, outlook: Outlook) -> None:
        demo.add_event(TUESDAY, TUESDAY + timedelta(minutes=30), user=BEN, subject="Here")
        ben = Outlook(demo.url, BEN)
        assert outlook.get("mailbox")["zone"] == "Europe/Paris"
        assert outlook.get("mailbox")["now"].startswith("2026-11-24T10:20")
        assert ben.find("Here")["start"] == "2026-11-24T04:20:00"
        ben.http.close()

    def test_days_stay_the_same_days_wherever_one_looks_from(self, demo: Sandbox) -> None:
        ben = Outlook(demo.url, BEN)
        demo.add_event("2026-11-23T00:00", "2026-11-24T00:00", user=BEN, subject="Day", is_all_day=True)
        found = ben.find("Day")
        assert (found["start"], found["end"]) == ("2026-11-23T00:00:00", "2026-11-24T00:00:00")
        ben.http.close()

    def test_somebody_elses_private_event_shows_no_more_than_that(self, demo: Sandbox, outlook: Outlook) -> None:
        start = "2026-11-24T10:00"
        demo.add_event(
            start, "2026-11-24T11:00", user=ANNA, subject="Secret", sensitivity="private", attendees=[BEN],
            location="There", body="Words",
        )  # fmt: skip
        week = outlook.week()
        assert not any("Secret" in str(one) or "There" in str(one) or "Words" in str(one) for one in week)
        hidden = next(one for one in week if one["isHidden"] and one["start"].startswith(start))
        assert (hidden["attendees"], hidden["organizer"], hidden["canChange"]) == ([], "", False)
        assert code(outlook.send("PATCH", id=hidden["id"], subject="Mine"))[0] == 403

    def test_a_booking_of_the_bot_is_marked(self, demo: Sandbox, outlook: Outlook) -> None:
        demo.add_event(TUESDAY, TUESDAY + timedelta(minutes=30), subject="Booked", tags={TAG: "1"})
        assert outlook.find("Booked")["isBooking"]
        assert not outlook.find("Daily produit")["isBooking"]

    def test_a_body_in_html_is_shown_as_its_words(self, demo: Sandbox, outlook: Outlook) -> None:
        body = "<html><style>p{}</style><p>Bring <b>numbers</b></p><script>alert(1)</script><p>&lt;all&gt;</p></html>"
        demo.add_event(TUESDAY, TUESDAY + timedelta(minutes=30), subject="Note", body=body)
        assert outlook.find("Note")["note"] == "Bring numbers\n<all>"

    @pytest.mark.parametrize(
        "query",
        [
            {"start": "2026-11-23T00:00"},
            {"start": "x", "end": "2026-11-30T00:00"},
            {"start": "2026-11-30T00:00", "end": "2026-11-23T00:00"},
            {"start": "2026-01-01T00:00", "end": "2027-01-01T00:00"},
            {"start": "0001-01-01T00:00", "end": "0001-01-02T00:00"},
            {"start": "2026-11-23T00:00Z", "end": "2026-11-30T00:00Z"},
        ],
    )
    def test_a_span_that_makes_no_sense_is_refused(self, outlook: Outlook, query: dict[str, str]) -> None:
        answer = outlook.http.get(f"{outlook.url}api/events", params={"mailbox": CAMILLE, **query}, timeout=10)
        assert code(answer) == (400, "BadField")

    def test_a_mailbox_that_is_none_is_not_found(self, outlook: Outlook) -> None:
        assert outlook.http.get(f"{outlook.url}api/mailbox?mailbox=x@y.example", timeout=10).status_code == 404


class TestWriting:
    def test_an_event_is_created_in_the_mailboxs_zone_and_its_invitees_invited(
        self, demo: Sandbox, outlook: Outlook
    ) -> None:
        answer = outlook.send("POST", **outlook.new(attendees=[ANNA, ANNA.upper()], private=True, note="Words"))
        assert answer.status_code == 200, answer.text
        (made,) = demo.events(subject="Point café")
        assert made["start"] == "2026-11-25T10:00:00+00:00"
        assert made["zone"] == "Romance Standard Time"
        assert (made["sensitivity"], made["body"]) == ("private", "Words")
        assert [one["address"] for one in made["attendees"]] == [ANNA]
        assert len(demo.events(ANNA, subject="Point café")) == 1

    def test_one_in_the_other_account_lies_at_the_same_instant(self, demo: Sandbox, outlook: Outlook) -> None:
        target = outlook.calendar("Maison", CAMILLE_AT_HOME)["id"]
        answer = outlook.send("POST", **outlook.new(calendar=target), account=CAMILLE_AT_HOME)
        assert answer.status_code == 200
        assert demo.events(CAMILLE_AT_HOME, subject="Point café")[0]["calendar"] == "Maison"

    def test_a_read_only_calendar_takes_nothing(self, demo: Sandbox, outlook: Outlook) -> None:
        answer = outlook.send("POST", **outlook.new(calendar=outlook.calendar("Birthdays")["id"]))
        assert code(answer) == (403, "ErrorAccessDenied")
        assert demo.events(subject="Point café") == []

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"end": "2026-11-25T11:00"}, (400, "ErrorInvalidTimeInterval")),
            ({"start": "2026-02-30T11:00"}, (400, "BadField")),
            ({"start": 5}, (400, "BadField")),
            ({"subject": "x" * 256}, (400, "BadField")),
            ({"attendees": ["no address"]}, (400, "BadField")),
            ({"attendees": "anna@contoso.example"}, (400, "BadField")),
            ({"attendees": ["a@b.example"] * 101}, (400, "BadField")),
            ({"showAs": "asleep"}, (400, "BadField")),
            ({"allDay": "yes"}, (400, "BadField")),
            ({"calendar": "nowhere"}, (404, "ErrorItemNotFound")),
            ({"calendar": ""}, (400, "BadField")),
        ],
    )
    def test_bad_values_are_refused_and_change_nothing(
        self, demo: Sandbox, outlook: Outlook, fields: dict[str, Any], expected: tuple[int, str]
    ) -> None:
        before = len(demo.events())
        assert code(outlook.send("POST", **outlook.new(**fields))) == expected
        assert len(demo.events()) == before

    def test_moving_changes_the_time_alone(self, demo: Sandbox, outlook: Outlook) -> None:
        event = outlook.find("Déjeuner avec Léa")
        answer = outlook.send("PATCH", id=event["id"], start="2026-11-26T12:30", end="2026-11-26T13:15", allDay=False)
        assert answer.status_code == 200, answer.text
        moved = outlook.find("Déjeuner avec Léa")
        assert (moved["start"], moved["end"]) == ("2026-11-26T12:30:00", "2026-11-26T13:15:00")
        assert {**moved, "start": 0, "end": 0} == {**event, "start": 0, "end": 0}

    def test_an_event_becomes_a_day_and_an_event_again(self, outlook: Outlook) -> None:
        event = outlook.find("Déjeuner avec Léa")
        day = {"start": "2026-11-27T00:00", "end": "2026-11-28T00:00", "allDay": True}
        assert outlook.send("PATCH", id=event["id"], **day).status_code == 200
        assert outlook.find("Déjeuner avec Léa")["allDay"]
        hour = {"start": "2026-11-27T12:00", "end": "2026-11-27T13:00", "allDay": False}
        assert outlook.send("PATCH", id=event["id"], **hour).status_code == 200
        assert outlook.find("Déjeuner avec Léa")["start"] == "2026-11-27T12:00:00"

    def test_one_occurrence_moves_and_the_series_stays(self, outlook: Outlook) -> None:
        event = outlook.find("Daily produit", "2026-11-24")
        hour = {"start": "2026-11-24T11:30", "end": "2026-11-24T11:45", "allDay": False}
        assert outlook.send("PATCH", id=event["id"], **hour).status_code == 200
        times = sorted(one["start"][8:16] for one in outlook.organised("Daily produit"))
        assert times == ["23T09:30", "24T11:30", "25T09:30", "26T09:30", "27T09:30"]
        assert outlook.find("Daily produit", "2026-11-24")["isException"]

    def test_an_occurrence_does_not_leap_over_another(self, outlook: Outlook) -> None:
        event = outlook.find("Daily produit", "2026-11-24")
        leap = {"start": "2026-11-26T08:00", "end": "2026-11-26T08:15", "allDay": False}
        assert code(outlook.send("PATCH", id=event["id"], **leap)) == (400, "ErrorOccurrenceCrossingBoundary")

    def test_the_series_moves_in_the_day_only(self, demo: Sandbox, outlook: Outlook) -> None:
        demo.add_event("2026-11-24T15:00", "2026-11-24T15:30", subject="Series", recurrence=WEEKLY)
        event = outlook.find("Series")
        later = {"start": "2026-11-24T16:00", "end": "2026-11-24T17:00", "allDay": False}
        assert outlook.send("PATCH", id=event["id"], scope="series", **later).status_code == 200
        seen = demo.occurrences(TUESDAY, TUESDAY + timedelta(days=8))
        first, second = (one for one in seen if one["subject"] == "Series")
        assert (first["start"], second["start"]) == ("2026-11-24T15:00:00+00:00", "2026-12-01T15:00:00+00:00")
        other = {"start": "2026-11-25T16:00", "end": "2026-11-25T17:00", "allDay": False}
        assert code(outlook.send("PATCH", id=event["id"], scope="series", **other)) == (400, "ErrorSeriesDays")

    def test_a_new_title_of_a_series_keeps_its_exceptions(self, outlook: Outlook) -> None:
        event = outlook.find("Daily produit", "2026-11-24")
        hour = {"start": "2026-11-24T11:30", "end": "2026-11-24T11:45", "allDay": False}
        outlook.send("PATCH", id=event["id"], **hour)
        monday = outlook.find("Daily produit", "2026-11-23")
        same = {"start": monday["start"][:16], "end": monday["end"][:16], "allDay": False}
        assert outlook.send("PATCH", id=monday["id"], scope="series", subject="Daily", **same).status_code == 200
        assert outlook.find("Daily", "2026-11-24")["start"] == "2026-11-24T11:30:00"

    def test_other_fields_change_and_answers_are_kept(self, demo: Sandbox, outlook: Outlook) -> None:
        event = outlook.find("Daily produit", "2026-11-24")
        changes = {"location": "Salle Curie", "showAs": "oof", "private": True, "attendees": [ANNA]}
        assert outlook.send("PATCH", id=event["id"], scope="series", **changes).status_code == 200
        (series,) = demo.events(subject="Daily produit")
        assert (series["location"], series["show_as"], series["sensitivity"]) == ("Salle Curie", "oof", "private")
        assert [(one["address"], one["response"]) for one in series["attendees"]] == [(ANNA, "accepted")]

    def test_an_invitee_changes_only_what_is_their_own(self, outlook: Outlook) -> None:
        event = outlook.find("UX workshop #4")
        hour = {"start": "2026-11-27T12:00", "end": "2026-11-27T13:00", "allDay": False}
        assert code(outlook.send("PATCH", id=event["id"], **hour)) == (403, "ErrorNotOrganizer")
        assert outlook.send("PATCH", id=event["id"], showAs="free").status_code == 200
        assert outlook.find("UX workshop #4")["showAs"] == "free"

    def test_an_event_moves_to_another_calendar_and_keeps_its_id(self, demo: Sandbox, outlook: Outlook) -> None:
        event = outlook.find("Call Northwind")
        target = outlook.calendar("Project X")["id"]
        assert outlook.send("PATCH", id=event["id"], calendar=target).status_code == 200
        (moved,) = [one for one in demo.events(subject="Call Northwind") if one["id"] == event["id"]]
        assert moved["calendar"] == "Project X"

    @pytest.mark.parametrize(
        ("name", "account", "expected"),
        [
            ("Birthdays", CAMILLE, (403, "ErrorAccessDenied")),
            ("Équipe produit", CAMILLE, (400, "ErrorOtherMailbox")),
            ("Maison", CAMILLE_AT_HOME, (404, "ErrorItemNotFound")),
        ],
    )
    def test_it_moves_nowhere_else(self, outlook: Outlook, name: str, account: str, expected: tuple[int, str]) -> None:
        event, target = outlook.find("Call Northwind"), outlook.calendar(name, account)["id"]
        assert code(outlook.send("PATCH", id=event["id"], calendar=target)) == expected

    def test_nobody_changes_what_lies_in_no_calendar_of_theirs(self, demo: Sandbox, outlook: Outlook) -> None:
        foreign = demo.add_event(TUESDAY, TUESDAY + timedelta(hours=1), user=BEN, subject="Ben's")
        assert code(outlook.send("PATCH", id=foreign["id"], subject="Mine")) == (404, "ErrorItemNotFound")
        assert code(outlook.send("DELETE", id=foreign["id"])) == (404, "ErrorItemNotFound")

    def test_a_deleted_meeting_is_cancelled_for_its_attendees(self, demo: Sandbox, outlook: Outlook) -> None:
        outlook.send("POST", **outlook.new(attendees=[ANNA]))
        assert outlook.send("DELETE", id=outlook.find("Point café")["id"]).status_code == 200
        assert demo.events(subject="Point café")[0]["deleted"]
        assert demo.events(ANNA, subject="Canceled: Point café")[0]["is_cancelled"]

    @pytest.mark.parametrize(("scope", "left"), [("occurrence", 4), ("series", 0)])
    def test_an_occurrence_or_the_series_is_deleted(self, outlook: Outlook, scope: str, left: int) -> None:
        event = outlook.find("Daily produit", "2026-11-24")
        assert outlook.send("DELETE", id=event["id"], scope=scope).status_code == 200
        assert len(outlook.organised("Daily produit")) == left

    def test_a_read_only_event_is_not_deleted(self, demo: Sandbox, outlook: Outlook) -> None:
        made = demo.add_event(TUESDAY, TUESDAY + timedelta(hours=1), calendar="Company events", subject="Hands off")
        assert code(outlook.send("DELETE", id=made["id"])) == (403, "ErrorAccessDenied")
        assert not demo.events(subject="Hands off")[0]["deleted"]


class TestAnswering:
    """As an invitee and as an organizer; what becomes of the copies is test_answers.py's."""

    @pytest.fixture
    def anna(self, demo: Sandbox) -> Iterator[Outlook]:
        """Anna's page, with an invitation of Camille's in it."""
        demo.add_event("2026-11-25T11:00", "2026-11-25T12:00", subject="Point café", attendees=[ANNA, BEN])
        page = Outlook(demo.url, ANNA)
        yield page
        page.http.close()

    def attendee(self, demo: Sandbox) -> dict[str, Any]:
        found: dict[str, Any] = demo.events(subject="Point café")[0]["attendees"][0]
        return found

    def test_an_invitation_says_what_may_be_done_with_it(self, demo: Sandbox, outlook: Outlook, anna: Outlook) -> None:
        theirs, own = anna.find("Point café"), outlook.find("Point café")
        names = ("canAnswer", "wantsAnswer", "takesProposals", "response", "showAs")
        assert [theirs[name] for name in names] == [True, True, True, "notResponded", "tentative"]
        assert (own["canAnswer"], own["isOrganizer"]) == (False, True)
        annas = outlook.calendar("Anna Keller")["id"]
        (shared,) = (one for one in outlook.week() if one["subject"] == "Point café" and one["calendar"] == annas)
        assert (shared["canAnswer"], shared["isOrganizer"]) == (False, False)
        demo.add_event(
            "2026-11-25T13:00", "2026-11-25T14:00", subject="Quiet", attendees=[ANNA],
            response_requested=False, allow_proposals=False,
        )  # fmt: skip
        assert [anna.find("Quiet")[name] for name in names[:3]] == [True, False, False]
        demo.act("cancel", demo.events(subject="Quiet")[0]["id"], comment="Not now")
        gone = anna.find("Canceled: Quiet")
        assert (gone["canAnswer"], gone["isCancelled"], gone["farewell"]) == (False, True, "Not now")

    @pytest.mark.parametrize(
        ("do", "response"), [("accept", "accepted"), ("tentative", "tentativelyAccepted"), ("decline", "declined")]
    )
    def test_an_answer_reaches_the_organizer_with_its_words(
        self, demo: Sandbox, anna: Outlook, do: str, response: str
    ) -> None:
        answer = anna.post("answers", id=anna.find("Point café")["id"], do=do, message=" See you ")
        assert answer.status_code == 200, answer.text
        found = self.attendee(demo)
        assert (found["response"], found["comment"]) == (response, "See you")

    @pytest.mark.parametrize(("setting", "keep"), [(False, None), (True, None), (False, True), (True, False)])
    def test_a_declined_event_stays_as_the_setting_or_the_person_says(
        self, demo: Sandbox, anna: Outlook, setting: bool, keep: bool | None
    ) -> None:
        values = {"mailbox": ANNA, "savesDeclined": setting}
        changed = anna.http.patch(f"{anna.url}api/settings", json=values, timeout=10)
        assert changed.json()["savesDeclined"] is setting
        asked = {} if keep is None else {"keep": keep}
        anna.post("answers", id=anna.find("Point café")["id"], do="decline", **asked)
        stays = setting if keep is None else keep
        left = [one for one in anna.week() if one["subject"] == "Point café"]
        assert [(one["response"], one["showAs"]) for one in left] == ([("declined", "free")] if stays else [])
        assert self.attendee(demo)["response"] == "declined"

    def test_an_answer_not_sent_is_not_seen(self, demo: Sandbox, anna: Outlook) -> None:
        anna.post("answers", id=anna.find("Point café")["id"], do="accept", send=False, message="Words")
        assert anna.find("Point café")["response"] == "accepted"
        assert self.attendee(demo) | {"name": ""} == {
            "address": ANNA, "name": "", "response": "none", "comment": "", "proposed": None,
        }  # fmt: skip

    def test_a_proposed_time_is_read_in_each_ones_zone_and_can_be_taken(
        self, demo: Sandbox, outlook: Outlook, anna: Outlook
    ) -> None:
        ben = Outlook(demo.url, BEN)
        times = {"start": "2026-11-25T09:00", "end": "2026-11-25T10:00"}
        assert ben.post("answers", id=ben.find("Point café")["id"], do="decline", **times).status_code == 200
        ben.http.close()
        event = outlook.find("Point café")
        proposed = event["attendees"][1]["proposed"]
        assert proposed == {"start": "2026-11-25T15:00:00", "end": "2026-11-25T16:00:00"}
        assert anna.find("Point café")["attendees"][1]["proposed"] is None
        assert outlook.send("PATCH", id=event["id"], allDay=False, **proposed).status_code == 200
        assert outlook.find("Point café")["start"] == "2026-11-25T15:00:00"

    def test_one_occurrence_or_the_series_is_answered(self, demo: Sandbox, outlook: Outlook) -> None:
        demo.add_event("2026-11-24T15:00", "2026-11-24T15:30", user=ANNA, subject="Series", recurrence=WEEKLY,
                       attendees=[CAMILLE])  # fmt: skip
        event = outlook.find("Series")
        assert outlook.post("answers", id=event["id"], do="accept").status_code == 200
        (series,) = demo.events(subject="Series")
        assert (outlook.find("Series")["response"], series["response"]) == ("accepted", "notResponded")
        assert outlook.post("answers", id=event["id"], do="decline", scope="series", keep=False).status_code == 200
        assert demo.events(subject="Series")[0]["deleted"]

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"do": "perhaps"}, (400, "BadField")),
            ({"do": "accept", "send": "no"}, (400, "BadField")),
            ({"do": "decline", "keep": 1}, (400, "BadField")),
            ({"do": "decline", "message": "x" * 2001}, (400, "BadField")),
            ({"do": "decline", "start": "2026-11-25T15:00"}, (400, "BadField")),
            ({"do": "decline", "start": "2026-11-25T15:00", "end": "2026-11-25T15:00"},
             (400, "ErrorInvalidTimeInterval")),
            ({"do": "decline", "send": False, "start": "2026-11-25T15:00", "end": "2026-11-25T16:00"},
             (400, "ErrorInvalidParameter")),
            ({"do": "decline", "scope": "all"}, (400, "BadField")),
            ({"do": "decline", "id": "x"}, (404, "ErrorItemNotFound")),
        ],
    )  # fmt: skip
    def test_bad_answers_are_refused_and_change_nothing(
        self, demo: Sandbox, anna: Outlook, fields: dict[str, Any], expected: tuple[int, str]
    ) -> None:
        answer = anna.post("answers", **({"id": anna.find("Point café")["id"]} | fields))
        assert code(answer) == expected
        assert self.attendee(demo)["response"] == "none"
        assert anna.find("Point café")["response"] == "notResponded"

    def test_an_organizer_does_not_answer_and_an_invitee_does_not_cancel(
        self, demo: Sandbox, outlook: Outlook, anna: Outlook
    ) -> None:
        assert code(outlook.post("answers", id=outlook.find("Point café")["id"], do="decline"))[0] == 400
        assert code(anna.post("cancellations", id=anna.find("Point café")["id"]))[0] == 400
        assert not demo.events(subject="Point café")[0]["deleted"]

    def test_nobody_answers_or_cancels_what_is_anothers(self, demo: Sandbox, outlook: Outlook, anna: Outlook) -> None:
        theirs = anna.find("Point café")["id"]
        for name, words in (("answers", {"do": "decline"}), ("cancellations", {})):
            assert code(outlook.post(name, id=theirs, **words))[0] in {403, 404}
        assert anna.find("Point café")["response"] == "notResponded"
        assert not demo.events(subject="Point café")[0]["deleted"]

    def test_a_cancelled_meeting_says_so_with_the_organizers_words(
        self, demo: Sandbox, outlook: Outlook, anna: Outlook
    ) -> None:
        answer = outlook.post("cancellations", id=outlook.find("Point café")["id"], message="Another time")
        assert answer.status_code == 200
        assert demo.events(subject="Point café")[0]["deleted"]
        gone = anna.find("Canceled: Point café")
        assert (gone["showAs"], gone["farewell"]) == ("free", "Another time")

    def test_an_invitation_moves_to_another_calendar_of_its_own_mailbox(self, demo: Sandbox, outlook: Outlook) -> None:
        event, target = outlook.find("UX workshop #4"), outlook.calendar("Project X")["id"]
        assert outlook.send("PATCH", id=event["id"], calendar=target).status_code == 200
        assert demo.events(subject="UX workshop #4")[0]["calendar"] == "Project X"

    @pytest.mark.parametrize(("repeat", "days"), [("daily", 5), ("weekly", 1), ("monthly", 1)])
    def test_an_event_becomes_a_series(self, demo: Sandbox, outlook: Outlook, repeat: str, days: int) -> None:
        assert outlook.send("POST", **outlook.new(repeat=repeat)).status_code == 200
        assert outlook.send("PATCH", id=outlook.find("Call Northwind")["id"], repeat=repeat).status_code == 200
        kinds = {one["type"] for one in demo.events(subject="Point café")}
        changed = next(one for one in demo.events(subject="Call Northwind") if one["local_start"] > "2026-11-26")
        assert (kinds, changed["type"]) == ({"seriesMaster"}, "seriesMaster")
        assert len(outlook.organised("Point café")) == days
        assert code(outlook.send("POST", **outlook.new(repeat="hourly"))) == (400, "BadField")
        assert len(demo.events(subject="Point café")) == 1

    def test_a_shared_mailbox_invites_and_a_withdrawn_share_is_out_of_sight(
        self, demo: Sandbox, outlook: Outlook
    ) -> None:
        entry = outlook.calendar("Contoso Office")
        assert (entry["isShared"], entry["canEdit"], entry["ownerAddress"]) == (True, True, "office@contoso.example")
        rows = {one["calendar"]: one for one in outlook.week() if one["subject"] == "Visite des locaux"}
        own = rows.pop(outlook.calendar("Calendar")["id"])
        assert (own["canAnswer"], own["isOrganizer"]) == (True, False)
        assert (rows[entry["id"]]["canAnswer"], rows[entry["id"]]["isOrganizer"]) == (False, True)
        demo.unshare_calendar("office@contoso.example", "", CAMILLE, listed=True)
        assert "Contoso Office" not in str(outlook.get("mailbox")["accounts"])
        left = [one for one in outlook.week() if one["subject"] == "Visite des locaux"]
        assert [one["calendar"] for one in left] == [own["calendar"]]
        assert code(outlook.send("DELETE", id=rows[entry["id"]]["id"]))[0] == 404


class TestForeignPages:
    def test_another_sites_script_writes_nothing(self, demo: Sandbox, outlook: Outlook) -> None:
        outlook.http.headers["Origin"] = "http://elsewhere.example"
        assert code(outlook.send("POST", **outlook.new()))[0] == 403
        assert demo.events(subject="Point café") == []

    def test_a_form_of_another_site_writes_nothing(self, outlook: Outlook) -> None:
        answer = outlook.http.post(f"{outlook.url}api/events", data={"mailbox": CAMILLE}, timeout=10)
        assert code(answer)[0] == 415

    @pytest.mark.parametrize("body", [b"[]", b"{", b'"x"', b"\xff"])
    def test_a_body_that_is_no_object_is_refused(self, outlook: Outlook, body: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        answer = outlook.http.post(f"{outlook.url}api/events", data=body, headers=headers, timeout=10)
        assert code(answer) == (400, "BadField")


class TestLive:
    def test_a_change_by_anybody_is_announced(self, demo: Sandbox, outlook: Outlook) -> None:
        with outlook.http.get(f"{outlook.url}api/live", stream=True, timeout=10) as stream:
            lines = (line for line in stream.iter_lines(chunk_size=1, decode_unicode=True) if line.startswith("data:"))
            before = next(lines)
            demo.add_event(TUESDAY, TUESDAY + timedelta(hours=1), subject="Booked")
            assert next(lines) != before

    def test_an_open_page_does_not_keep_the_sandbox_from_ending(self) -> None:
        process = SandboxProcess("--seed", "empty")
        stream = requests.get(f"{process.url}/outlook/api/live", stream=True, timeout=10)
        try:
            next(stream.iter_lines(chunk_size=1))
        finally:
            started = datetime.now(UTC)
            status = process.stop()
            stream.close()
        assert status == 0
        assert datetime.now(UTC) - started < timedelta(seconds=5)
