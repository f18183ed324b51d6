"""The sandbox's Outlook page in a browser, as the demo's person uses it; what came of it is read from the sandbox."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import ConsoleMessage, Locator, Page, expect

from tests.support.browser import DESKTOP, PHONE, Screenshot, Windows
from tests.support.sandbox import ANNA, BEN, CAMILLE, CAMILLE_AT_HOME, Sandbox

pytestmark = pytest.mark.e2e

TUESDAY = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
TAG = "String {7f0a2c5e-93d4-4b1b-8f6e-5c2d9a417e36} Name CreneauBookingId"


@pytest.fixture
def demo(sandbox: Sandbox) -> Sandbox:
    sandbox.reset("demo", now=TUESDAY)
    return sandbox


@pytest.fixture
def complaints() -> list[str]:
    """What the pages' consoles complain of: scripts that fail, and what the page's own policy forbids."""
    return []


async def open_page(windows: Windows, demo: Sandbox, complaints: list[str], *args: Any, **options: Any) -> Page:
    page = await windows.open(*args, **options)

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{demo.url}/outlook/")
    await page.locator("body[data-ready]").wait_for()
    return page


def event(page: Page, subject: str, **marks: str) -> Locator:
    """The event in the grid; ``calendar="Clients"``, ``start="2026-11-24"`` (how it begins) narrow."""
    narrowed = "".join(f'[data-{name}^="{value}"]' for name, value in marks.items())
    return page.locator(f'[data-testid="event-{subject}"]{narrowed}')


async def until(fact: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 10
    while not fact():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.05)


def only(demo: Sandbox, subject: str) -> dict[str, Any]:
    """The one event of that subject in the week that the page opens with."""
    kept = demo.events(subject=subject, deleted="false")
    (found,) = (one for one in kept if "2026-11-23" <= one["local_start"] < "2026-11-30")
    return found


async def box(locator: Locator) -> dict[str, float]:
    await locator.scroll_into_view_if_needed()
    found = await locator.bounding_box()
    assert found
    return dict(found)


async def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    await page.mouse.move(*start)
    await page.mouse.down()
    await page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=4)
    await page.mouse.move(*end, steps=6)
    await page.mouse.up()


class TestTheWeek:
    async def test_it_shows_calendars_statuses_and_marks(
        self, windows: Windows, demo: Sandbox, complaints: list[str], screenshot: Screenshot
    ) -> None:
        page = await open_page(windows, demo, complaints)
        await expect(page.get_by_test_id("title")).to_have_text("23–29 November 2026")
        work = page.get_by_test_id("account-camille@contoso.example")
        await expect(work.get_by_role("checkbox")).to_have_count(9)
        await expect(page.get_by_test_id(f"account-{CAMILLE_AT_HOME}").get_by_role("checkbox")).to_have_count(3)
        await expect(work.get_by_label("Birthdays").locator("..").get_by_label("Read-only")).to_be_visible()
        await expect(work.get_by_text("Shared by Ben Okafor")).to_be_visible()
        await expect(event(page, "UX workshop #4")).to_contain_text("Tentative")
        await expect(event(page, "Télétravail")).to_contain_text("Working elsewhere")
        await expect(event(page, "Canceled: Budget review").locator("s")).to_be_visible()
        await expect(event(page, "Daily produit").first.locator(".icon-series")).to_be_visible()
        await expect(event(page, "Rendez-vous médical").locator(".icon-lock")).to_be_attached()
        await screenshot(page, "outlook-desktop")
        assert complaints == []

    async def test_an_unticked_calendar_is_gone_and_stays_so(
        self, windows: Windows, demo: Sandbox, complaints: list[str]
    ) -> None:
        page = await open_page(windows, demo, complaints)
        await expect(event(page, "Call Northwind")).to_be_visible()
        await page.get_by_test_id("calendar-Clients").uncheck()
        await expect(event(page, "Call Northwind")).to_have_count(0)
        await page.reload()
        await expect(event(page, "Comité Projet X")).to_be_visible()
        await expect(event(page, "Call Northwind")).to_have_count(0)

    async def test_it_turns_and_changes_its_view(
        self, windows: Windows, demo: Sandbox, complaints: list[str], screenshot: Screenshot
    ) -> None:
        page = await open_page(windows, demo, complaints)
        await page.get_by_test_id("next").click()
        await expect(page.get_by_test_id("title")).to_have_text("30 November – 6 December 2026")
        await page.get_by_test_id("view-month").click()
        await expect(event(page, "Contoso Customer Week")).to_contain_text("Free")
        await screenshot(page, "outlook-month")
        await page.get_by_test_id("today").click()
        await page.get_by_test_id("view-day").click()
        await expect(event(page, "Daily produit")).to_have_count(1)
        assert complaints == []

    async def test_what_the_bot_writes_appears_by_itself(
        self, windows: Windows, demo: Sandbox, complaints: list[str], screenshot: Screenshot
    ) -> None:
        page = await open_page(windows, demo, complaints)
        await expect(event(page, "Call Northwind")).to_be_visible()
        start = TUESDAY + timedelta(days=2)
        demo.add_event(
            start, start + timedelta(minutes=30), calendar="Project X", subject="Budget with Anna", tags={TAG: "1"},
            attendees=[ANNA], online=True, location="Salle Turing", body="Bring numbers",
        )  # fmt: skip
        booked = event(page, "Budget with Anna", calendar="Project X")
        await expect(booked).to_be_visible(timeout=3000)
        await booked.click()
        card = page.get_by_test_id("details")
        await expect(card.get_by_test_id("booked-tag")).to_have_text("Booked with Créneau")
        await expect(card.get_by_test_id(f"attendee-{ANNA}")).to_contain_text("No answer")
        await expect(card.get_by_test_id("join")).to_have_attribute("href", re.compile("^https://teams"))
        await expect(card).to_contain_text("Thu, 26 November 2026, 10:20")
        await expect(card).to_contain_text("Salle Turing")
        await expect(card).to_contain_text("Bring numbers")
        await screenshot(page, "outlook-booked")
        await page.keyboard.press("Escape")
        await expect(card).to_be_hidden()

    async def test_somebody_elses_mailbox_opens_in_their_zone(
        self, windows: Windows, demo: Sandbox, complaints: list[str]
    ) -> None:
        page = await open_page(windows, demo, complaints)
        await page.get_by_test_id("account").click()
        await page.get_by_test_id(f"mailbox-{BEN}").click()
        await expect(event(page, "Architecture review", start="2026-11-25T10:00")).to_be_visible()
        await expect(page.get_by_test_id("calendar-Clients")).to_have_count(0)


class TestWriting:
    async def test_a_dragged_range_becomes_an_event_with_invitees(
        self, windows: Windows, demo: Sandbox, complaints: list[str], screenshot: Screenshot
    ) -> None:
        page = await open_page(windows, demo, complaints)
        beside = await box(event(page, "Call Northwind"))  # Thursday, 11:00 to 12:00
        x, y = beside["x"] - beside["width"] / 2, beside["y"] + 3
        await drag(page, (x, y), (x, y + beside["height"] - 6))
        await page.get_by_test_id("field-subject").fill("Point café")
        await page.get_by_test_id("field-invitees").fill(f"{ANNA}; {BEN}")
        await page.get_by_test_id("field-calendar").select_option("Clients")
        await page.get_by_test_id("field-show-as").select_option("Out of office")
        await page.get_by_test_id("field-private").check()
        await screenshot(page, "outlook-editor")
        await page.get_by_test_id("save-event").click()
        await expect(event(page, "Point café", calendar="Clients")).to_contain_text("Out of office")
        made = only(demo, "Point café")
        assert (made["start"], made["end"]) == ("2026-11-25T10:00:00+00:00", "2026-11-25T11:00:00+00:00")
        assert (made["calendar"], made["show_as"], made["sensitivity"]) == ("Clients", "oof", "private")
        assert {one["address"] for one in made["attendees"]} == {ANNA, BEN}
        assert complaints == []

    async def test_a_click_on_free_time_proposes_it_but_one_beside_an_open_card_only_closes_that(
        self, windows: Windows, demo: Sandbox, complaints: list[str]
    ) -> None:
        page = await open_page(windows, demo, complaints)
        at = await box(event(page, "Call Northwind"))
        await event(page, "Call Northwind").click()
        await expect(page.get_by_test_id("details")).to_be_visible()
        free = (at["x"] - at["width"] / 2, at["y"] + 3)
        await page.mouse.click(*free)
        await expect(page.get_by_test_id("details")).to_be_hidden()
        await asyncio.sleep(0.6)  # as long as the page takes a click for one that closed the card
        await expect(page.get_by_test_id("editor")).to_be_hidden()
        await page.mouse.click(*free)
        await expect(page.get_by_test_id("field-start-date")).to_have_value("2026-11-25")
        await expect(page.get_by_test_id("field-start-time")).to_have_value("11:00")
        await expect(page.get_by_test_id("field-end-time")).to_have_value("11:30")

    async def test_a_bad_form_says_why_and_keeps_what_was_typed(
        self, windows: Windows, demo: Sandbox, complaints: list[str]
    ) -> None:
        page = await open_page(windows, demo, complaints)
        await page.get_by_test_id("new-event").click()
        await expect(page.get_by_test_id("field-start-time")).to_have_value("10:30")
        await page.get_by_test_id("field-subject").fill("Point café")
        await page.get_by_test_id("field-end-time").fill("09:00")
        await page.get_by_test_id("save-event").click()
        await expect(page.get_by_test_id("form-error")).to_have_text("The event must end after it starts.")
        await page.get_by_test_id("field-end-time").fill("11:00")
        await page.get_by_test_id("field-invitees").fill("anna")
        await page.get_by_test_id("save-event").click()
        await expect(page.get_by_test_id("form-error")).to_contain_text("anna")
        await expect(page.get_by_test_id("field-subject")).to_have_value("Point café")
        assert demo.events(subject="Point café") == []

    async def test_an_event_moves_by_dragging_and_grows_at_its_edge(
        self, windows: Windows, demo: Sandbox, complaints: list[str]
    ) -> None:
        page = await open_page(windows, demo, complaints)
        moving = event(page, "Call Northwind")
        at = await box(moving)
        middle = (at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        await drag(page, middle, (middle[0] + at["width"], middle[1]))
        await until(lambda: only(demo, "Call Northwind")["start"] == "2026-11-27T10:00:00+00:00", "it did not move")
        await expect(event(page, "Call Northwind", start="2026-11-27T11:00")).to_be_visible()
        at = await box(moving)
        edge = (at["x"] + at["width"] / 2, at["y"] + at["height"] - 1)
        await drag(page, edge, (edge[0], edge[1] + at["height"] / 2))
        await until(lambda: only(demo, "Call Northwind")["end"] == "2026-11-27T11:30:00+00:00", "it did not grow")
        assert complaints == []

    async def test_a_read_only_event_does_not_move_and_offers_nothing(
        self, windows: Windows, demo: Sandbox, complaints: list[str]
    ) -> None:
        demo.add_event("2026-11-24T11:00", "2026-11-24T12:00", calendar="Company events", subject="Hands off")
        page = await open_page(windows, demo, complaints)
        at = await box(event(page, "Hands off"))
        middle = (at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        await drag(page, middle, (middle[0] + at["width"], middle[1]))
        assert only(demo, "Hands off")["local_start"] == "2026-11-24T11:00:00"
        await event(page, "Hands off").click()
        await expect(page.get_by_test_id("read-only")).to_be_visible()
        await expect(page.get_by_test_id("delete-event")).to_have_count(0)

    async def test_a_refused_move_springs_back_and_says_why(
        self, windows: Windows, demo: Sandbox, complaints: list[str]
    ) -> None:
        page = await open_page(windows, demo, complaints)
        daily = event(page, "Daily produit", start="2026-11-24")
        at = await box(daily)
        middle = (at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        await drag(page, middle, (middle[0] + 2 * at["width"], middle[1]))
        await expect(page.get_by_test_id("message")).to_contain_text("another occurrence")
        await expect(event(page, "Daily produit")).to_have_count(5)
        assert (await box(daily))["x"] == at["x"]

    async def test_it_is_edited_and_moved_to_another_calendar_by_keyboard(
        self, windows: Windows, demo: Sandbox, complaints: list[str]
    ) -> None:
        page = await open_page(windows, demo, complaints)
        await page.get_by_role("button", name=re.compile("^Call Northwind")).focus()
        await page.keyboard.press("Enter")
        await page.get_by_test_id("edit-event").focus()
        await page.keyboard.press("Enter")
        await page.get_by_test_id("field-subject").fill("Call Adatum")
        await page.get_by_test_id("field-calendar").select_option("Project X")
        await page.get_by_test_id("field-subject").press("Enter")
        await expect(event(page, "Call Adatum", calendar="Project X")).to_be_visible()
        changed = only(demo, "Call Adatum")
        assert (changed["calendar"], changed["start"]) == ("Project X", "2026-11-26T10:00:00+00:00")

    async def test_an_event_is_deleted_after_a_question(
        self, windows: Windows, demo: Sandbox, complaints: list[str]
    ) -> None:
        page = await open_page(windows, demo, complaints)
        await event(page, "Comité Projet X").click()
        await page.get_by_test_id("delete-event").click()
        await page.get_by_test_id("answer-none").click()
        await expect(event(page, "Comité Projet X")).to_be_visible()
        await event(page, "Call Northwind").click()
        await page.get_by_test_id("delete-event").click()
        await page.get_by_test_id("answer-occurrence").click()
        await expect(event(page, "Call Northwind")).to_have_count(0)
        gone = [one for one in demo.events(subject="Call Northwind") if one["start"].startswith("2026-11-26")]
        assert [one["deleted"] for one in gone] == [True]

    @pytest.mark.parametrize(("scope", "left"), [("occurrence", 4), ("series", 0)])
    async def test_of_a_series_one_or_all_are_deleted(
        self, windows: Windows, demo: Sandbox, complaints: list[str], scope: str, left: int
    ) -> None:
        page = await open_page(windows, demo, complaints)
        await event(page, "Daily produit", start="2026-11-25").click()
        await page.get_by_test_id("delete-event").click()
        await page.get_by_test_id(f"answer-{scope}").click()
        await expect(event(page, "Daily produit")).to_have_count(left)
        assert complaints == []


class TestAnswering:
    """Invitations, as Anna and as Camille see them."""

    @pytest.fixture
    def invited(self, demo: Sandbox) -> Sandbox:
        """Camille invites Anna to Wednesday 11:00."""
        demo.add_event("2026-11-25T11:00", "2026-11-25T12:00", subject="Point café", attendees=[ANNA])
        return demo

    def attendee(self, demo: Sandbox) -> dict[str, Any]:
        found: dict[str, Any] = demo.events(subject="Point café")[0]["attendees"][0]
        return found

    async def open_as(self, page: Page, mailbox: str) -> None:
        await page.get_by_test_id("account").click()
        await page.get_by_test_id(f"mailbox-{mailbox}").click()

    async def test_an_invitee_accepts_and_declines_and_the_organizer_reads_it(
        self, windows: Windows, invited: Sandbox, complaints: list[str], screenshot: Screenshot
    ) -> None:
        page = await open_page(windows, invited, complaints)
        await expect(event(page, "Point café")).to_be_visible()
        await self.open_as(page, ANNA)
        own = event(page, "Point café", response="notResponded")
        await expect(own).to_contain_text("Tentative")
        await own.click()
        await screenshot(page, "outlook-invitation")
        await page.get_by_test_id("respond-accept").click()
        await page.get_by_test_id("answer-occurrence").click()
        await event(page, "Point café", response="accepted").click()
        await expect(page.get_by_test_id("respond-accept")).to_have_attribute("aria-pressed", "true")
        await page.get_by_test_id("respond-decline").click()
        await expect(page.get_by_test_id("respond-keep")).not_to_be_checked()
        await page.get_by_test_id("respond-keep").check()
        await page.get_by_test_id("field-message").fill("I am away that day")
        await screenshot(page, "outlook-decline")
        await page.get_by_test_id("answer-occurrence").click()
        declined = event(page, "Point café", response="declined")
        await expect(declined.locator("s")).to_have_text("Point café")
        await expect(declined).to_contain_text("Declined")
        await self.open_as(page, CAMILLE)
        await event(page, "Point café", response="organizer").click()
        listed = page.get_by_test_id(f"attendee-{ANNA}")
        await expect(listed).to_contain_text("Declined")
        await expect(listed).to_contain_text("I am away that day")
        assert self.attendee(invited)["response"] == "declined"
        assert complaints == []

    async def test_the_mailboxs_setting_keeps_declined_events(
        self, windows: Windows, invited: Sandbox, complaints: list[str], screenshot: Screenshot
    ) -> None:
        page = await open_page(windows, invited, complaints)
        await self.open_as(page, ANNA)
        await expect(event(page, "Point café")).to_be_visible()
        await page.get_by_test_id("account").click()
        await page.get_by_test_id("save-declined").click()
        await expect(page.get_by_test_id("save-declined")).to_have_attribute("aria-checked", "true")
        await screenshot(page, "outlook-settings")
        await page.keyboard.press("Escape")
        await event(page, "Point café").click()
        await page.get_by_test_id("respond-decline").click()
        await expect(page.get_by_test_id("respond-keep")).to_be_checked()
        await page.get_by_test_id("respond-send").uncheck()
        await page.get_by_test_id("answer-occurrence").click()
        await expect(event(page, "Point café", response="declined")).to_have_attribute("data-show-as", "free")
        assert self.attendee(invited)["response"] == "none"
        await event(page, "Point café").click()
        await page.get_by_test_id("respond-decline").click()
        await page.get_by_test_id("respond-keep").uncheck()
        await page.get_by_test_id("answer-occurrence").click()
        await expect(event(page, "Point café")).to_have_count(0)
        assert self.attendee(invited)["response"] == "declined"

    async def test_a_proposed_time_reaches_the_organizer_who_takes_it(
        self, windows: Windows, invited: Sandbox, complaints: list[str], screenshot: Screenshot
    ) -> None:
        page = await open_page(windows, invited, complaints)
        await self.open_as(page, ANNA)
        await event(page, "Point café").click()
        await page.get_by_test_id("respond-propose").click()
        await expect(page.get_by_test_id("propose-date")).to_have_value("2026-11-25")
        await page.get_by_test_id("propose-start").fill("15:30")
        await page.get_by_test_id("answer-occurrence").click()
        await expect(page.get_by_test_id("question-error")).to_have_text("The event must end after it starts.")
        await page.get_by_test_id("propose-end").fill("16:15")
        await page.get_by_test_id("field-message").fill("Later?")
        await screenshot(page, "outlook-propose")
        await page.get_by_test_id("answer-occurrence").click()
        await until(lambda: self.attendee(invited)["proposed"] is not None, "nothing was proposed")
        assert self.attendee(invited)["proposed"]["start"] == "2026-11-25T14:30:00+00:00"
        await self.open_as(page, CAMILLE)
        await event(page, "Point café", response="organizer").click()
        await expect(page.get_by_test_id(f"proposal-{ANNA}")).to_contain_text("15:30")
        await screenshot(page, "outlook-proposed")
        await page.get_by_test_id(f"take-proposal-{ANNA}").click()
        await expect(event(page, "Point café", start="2026-11-25T15:30")).to_be_visible()
        assert only(invited, "Point café")["end"] == "2026-11-25T15:15:00+00:00"
        assert complaints == []

    @pytest.mark.parametrize("how", ["delete", "cancel"])
    async def test_the_hosts_end_is_seen_by_the_invitee(
        self, windows: Windows, invited: Sandbox, complaints: list[str], screenshot: Screenshot, how: str
    ) -> None:
        page = await open_page(windows, invited, complaints)
        await event(page, "Point café").click()
        await page.get_by_test_id(f"{how}-event").click()
        if how == "cancel":
            await page.get_by_test_id("field-message").fill("Another time")
        await page.get_by_test_id("answer-occurrence").click()
        await expect(event(page, "Point café")).to_have_count(0)
        await self.open_as(page, ANNA)
        cancelled = event(page, "Canceled: Point café")
        await cancelled.click()
        await expect(page.get_by_test_id("respond-accept")).to_have_count(0)
        if how == "cancel":
            await expect(page.get_by_test_id("farewell")).to_have_text("Another time")
            await screenshot(page, "outlook-cancelled")
        await page.get_by_test_id("delete-event").click()
        await page.get_by_test_id("answer-occurrence").click()
        await expect(cancelled).to_have_count(0)
        assert complaints == []

    @pytest.mark.parametrize(("choice", "told"), [("occurrence", "none"), ("decline", "declined")])
    async def test_an_invitation_is_removed_with_or_without_a_word(
        self, windows: Windows, invited: Sandbox, complaints: list[str], choice: str, told: str
    ) -> None:
        page = await open_page(windows, invited, complaints)
        await self.open_as(page, ANNA)
        await event(page, "Point café").click()
        await page.get_by_test_id("delete-event").click()
        await page.get_by_test_id(f"answer-{choice}").click()
        await expect(event(page, "Point café")).to_have_count(0)
        assert self.attendee(invited)["response"] == told
        assert not only(invited, "Point café")["deleted"]

    async def test_an_event_moves_to_another_calendar_and_becomes_a_series(
        self, windows: Windows, demo: Sandbox, complaints: list[str], screenshot: Screenshot
    ) -> None:
        page = await open_page(windows, demo, complaints)
        await event(page, "Call Northwind").click()
        await page.get_by_test_id("move-event").click()
        await page.get_by_test_id("field-move-to").select_option("Famille")
        await screenshot(page, "outlook-move")
        await page.get_by_test_id("answer-occurrence").click()
        await event(page, "Call Northwind", calendar="Famille").click()
        await page.get_by_test_id("edit-event").click()
        await page.get_by_test_id("field-repeat").select_option("Every day")
        await page.get_by_test_id("save-event").click()
        await expect(event(page, "Call Northwind")).to_have_count(4)
        assert only(demo, "Call Northwind")["type"] == "seriesMaster"
        assert complaints == []

    async def test_on_a_phone_an_invitation_is_answered_with_a_thumb(
        self, windows: Windows, demo: Sandbox, complaints: list[str], screenshot: Screenshot
    ) -> None:
        demo.add_event("2026-11-24T11:00", "2026-11-24T12:00", user=ANNA, subject="Point café", attendees=[CAMILLE])
        page = await open_page(windows, demo, complaints, PHONE)
        await event(page, "Point café").click()
        await screenshot(page, "outlook-phone-invitation")
        for name in ("accept", "tentative", "decline", "propose"):
            assert (await box(page.get_by_test_id(f"respond-{name}")))["height"] >= 40
        await page.get_by_test_id("respond-propose").click()
        await screenshot(page, "outlook-phone-propose")
        await page.get_by_test_id("answer-none").click()
        await event(page, "Point café").click()
        await page.get_by_test_id("respond-tentative").click()
        await screenshot(page, "outlook-phone-tentative")
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE.width
        await page.get_by_test_id("answer-occurrence").click()
        await expect(event(page, "Point café", response="tentativelyAccepted")).to_be_visible()
        assert demo.events(ANNA, subject="Point café")[0]["attendees"][0]["response"] == "tentativelyAccepted"
        assert complaints == []


class TestEverywhere:
    async def test_on_a_phone_in_french(
        self, windows: Windows, demo: Sandbox, complaints: list[str], screenshot: Screenshot
    ) -> None:
        page = await open_page(windows, demo, complaints, PHONE, language="fr-FR")
        await expect(page.get_by_test_id("title")).to_have_text("mardi 24 novembre 2026")
        await expect(event(page, "Daily produit")).to_have_count(1)
        await screenshot(page, "outlook-phone-fr")
        await page.get_by_test_id("pane-toggle").click()
        await page.get_by_test_id("calendar-Clients").uncheck()
        await screenshot(page, "outlook-phone-fr-pane")
        await page.get_by_test_id("new-event").click()
        await expect(page.get_by_test_id("editor").get_by_role("heading")).to_have_text("Nouvel événement")
        await page.get_by_test_id("field-subject").fill("Déjeuner")
        await screenshot(page, "outlook-phone-fr-editor")
        await page.get_by_test_id("save-event").click()
        await event(page, "Déjeuner").click()
        await expect(page.get_by_test_id("delete-event")).to_have_text("Supprimer")
        await screenshot(page, "outlook-phone-fr-details")
        width = await page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE.width
        assert only(demo, "Déjeuner")["start"] == "2026-11-24T09:30:00+00:00"
        assert complaints == []

    async def test_in_the_dark_and_in_french(
        self, windows: Windows, demo: Sandbox, complaints: list[str], screenshot: Screenshot
    ) -> None:
        page = await open_page(windows, demo, complaints, DESKTOP, dark=True, language="fr-CA")
        await expect(page.locator("html")).to_have_attribute("lang", "fr")
        await event(page, "1:1 Anna / Camille").click()
        await expect(page.get_by_test_id("details")).to_contain_text("Vous avez accepté")
        await screenshot(page, "outlook-dark-fr")
        paper = await page.evaluate("getComputedStyle(document.querySelector('.main')).backgroundColor")
        assert paper == "rgb(31, 31, 31)"
        assert complaints == []
