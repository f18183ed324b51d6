"""The main path as a person walks it, in the chat and in Outlook: desktop and phone, English and French."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, expect

from dialogs.texts import Texts
from tests.support.browser import DESKTOP, PHONE, Device, Screenshot, Windows
from tests.support.playground import CardOnScreen, Chat, Playground
from tests.support.sandbox import CAMILLE, Sandbox
from tests.support.served import Served

pytestmark = pytest.mark.e2e

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Words:
    """What the person types, in one language."""

    texts: Texts
    hello: str
    tomorrow_afternoon: str
    weekdays: tuple[str, ...]
    on_day_afternoon: str
    subject: str

    def ask_free(self, day: datetime, today: datetime) -> str:
        if day.date() == today.date() + timedelta(days=1):
            return self.tomorrow_afternoon
        return self.on_day_afternoon.format(day=self.weekdays[day.weekday()])


ENGLISH = Words(
    texts=Texts("en", PARIS),
    hello="hi",
    tomorrow_afternoon="when am I free tomorrow afternoon?",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    on_day_afternoon="when am I free {day} afternoon?",
    subject="Budget with Anna",
)
FRENCH = Words(
    texts=Texts("fr", PARIS),
    hello="bonjour",
    tomorrow_afternoon="quand suis-je libre demain après-midi ?",
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi"),
    on_day_afternoon="quand suis-je libre {day} après-midi ?",
    subject="Point budget – été",
)


@dataclass(frozen=True, slots=True)
class Pictures:
    """Keeps a picture of each stage, numbered."""

    take: Screenshot
    prefix: str
    page: Page

    async def __call__(self, stage: str, what: Locator | None = None) -> None:
        if what is not None:
            await self._whole(what, f"{self.prefix}-{stage}-card")
        await self.take(self.page, f"{self.prefix}-{stage}")

    async def _whole(self, what: Locator, name: str) -> None:
        """The chat shows a piece of a long card only, so the window grows for the picture."""
        size, box = self.page.viewport_size, await what.bounding_box()
        assert size
        assert box
        await self.page.set_viewport_size({"width": size["width"], "height": int(box["height"]) + 400})
        await what.scroll_into_view_if_needed()
        await self.take(what, name)
        await self.page.set_viewport_size(size)


async def connect(chat: Chat, words: Words, pictures: Pictures, account: str) -> None:
    """From the connect card through Microsoft's pages to the chat's own word that it is done."""
    t = words.texts
    card = await chat.card(t("connect.reads_title"))
    await pictures("2-connect", card.root)
    window = await card.press_for_window(t("action.sign_in"))
    await window.get_by_test_id(f"account-{account}").click()
    await window.get_by_test_id("consent-accept").click()
    await window.wait_for_url(re.compile("/signin/finish"))
    await pictures.take(window, f"{pictures.prefix}-3-signed-in")
    await window.close()
    await chat.card(t("connected.title"))


async def choose_settings(chat: Chat, words: Words, pictures: Pictures) -> None:
    """Tick two more calendars, untick one of them again; another target; Out of office blocks."""
    t = words.texts
    card = await chat.card(t("settings.conflicts_title"))
    await pictures("4-settings", card.root)
    await card.tick("Clients")
    await card.tick("Famille")
    await card.press(t("action.save"))
    card = await chat.card(t.n("settings.saved_summary", 3, target="Calendar"))
    await card.press(t("action.all_settings"))
    card = await chat.card(t("settings.conflicts_title"))
    await card.tick("Famille", ticked=False)
    await card.choose(t("settings.target_label"), "Project X")
    await card.tick(t("status.oof"))
    await card.press(t("action.save"))
    card = await chat.card(t.n("settings.saved_summary", 2, target="Project X"))
    await pictures("5-saved", card.root)
    await card.press(t("action.all_settings"))
    card = await chat.card(t("settings.conflicts_title"))
    await expect(card.root.get_by_role("checkbox", name=re.compile("Famille"))).not_to_be_checked()
    await expect(card.input(t("settings.target_label"))).to_have_value("Project X")


def start_buttons(card: CardOnScreen) -> Locator:
    """The times that can be tapped."""
    return card.root.get_by_role("button", name=re.compile(r"^\d{1,2}[:.]\d{2}|^\d{1,2} h"))


async def ask_and_book(chat: Chat, words: Words, pictures: Pictures, question: str) -> str:
    """Ask, tap the first time, book; returns the time as it was offered."""
    t = words.texts
    card = await chat.ask(question)
    await card.text(t("free.tap_title")).wait_for()
    await pictures("6-free", card.root)
    button = start_buttons(card).first
    offered = (await button.inner_text()).strip()
    await button.click()

    card = await chat.card(t("book.subject_label"))
    await card.fill(t("book.subject_label"), words.subject)
    await pictures("7-form", card.root)
    await card.press(t("action.book"))
    card = await chat.card(t("confirmed.title"), words.subject)
    await pictures("8-booked", card.root)
    return offered


async def walk(chat: Chat, words: Words, pictures: Pictures, sandbox: Sandbox, day: datetime, today: datetime) -> None:
    """The whole path in the chat; the event is in the chosen calendar, once."""
    t = words.texts
    welcome = await chat.card(Texts("en")("welcome.value"))
    await pictures("1-welcome", welcome.root)
    greeting = await chat.ask(words.hello)
    await greeting.text(t("greeting.text_not_connected")).wait_for()
    await greeting.press(t("action.connect"))
    await connect(chat, words, pictures, CAMILLE)
    await choose_settings(chat, words, pictures)

    question = words.ask_free(day, today)
    offered = await ask_and_book(chat, words, pictures, question)
    assert len(sandbox.events(CAMILLE, subject=words.subject, deleted="false")) == 1
    assert len(sandbox.events(CAMILLE, subject=words.subject, calendar="Project X", deleted="false")) == 1

    again = await chat.ask(question)
    await start_buttons(again).first.wait_for()
    assert offered not in [text.strip() for text in await start_buttons(again).all_inner_texts()]
    await pictures("9-again", again.root)


async def see_in_outlook(windows: Windows, words: Words, device: Device, sandbox: Sandbox, pictures: Pictures) -> None:
    """On the Outlook page, some steps ahead, the booking stands in its calendar."""
    page = await windows.open(device, language=words.texts.language)
    async with page.expect_response(re.compile("/outlook/api/events")):
        await page.goto(f"{sandbox.url}/outlook/")
    event = page.get_by_test_id(f"event-{words.subject}")
    for _ in range(4):
        title = await page.get_by_test_id("title").inner_text()
        with suppress(AssertionError):
            await expect(event).not_to_have_count(0, timeout=1_500)
            break
        await page.get_by_test_id("next").click()
        await expect(page.get_by_test_id("title")).not_to_have_text(title)
    await event.first.click()
    await expect(page.get_by_test_id("details-subject")).to_contain_text(words.subject)
    await expect(page.get_by_test_id("details")).to_contain_text("Project X")
    await expect(page.get_by_test_id("booked-tag")).to_be_visible()
    await pictures.take(page, f"{pictures.prefix}-10-outlook")


@pytest.mark.parametrize(
    ("words", "device"),
    [
        pytest.param(ENGLISH, DESKTOP, id="english-desktop"),
        pytest.param(FRENCH, DESKTOP, id="french-desktop"),
        pytest.param(FRENCH, PHONE, id="french-phone"),
    ],
)
async def test_connect_choose_ask_book_and_see_it_in_outlook(
    words: Words,
    device: Device,
    served: Served,
    playground: Playground,
    windows: Windows,
    screenshot: Screenshot,
) -> None:
    today = served.sandbox.now().astimezone(PARIS)
    day = next(one for one in (today + timedelta(days=n) for n in range(1, 4)) if one.weekday() < 5)
    async with playground(served.endpoint) as address:
        page = await windows.open(device, language=f"{words.texts.language}-FR")
        chat = await Chat.open(page, address)
        pictures = Pictures(screenshot, f"main-{words.texts.language}-{device.name}", page)
        await walk(chat, words, pictures, served.sandbox, day, today)

        await see_in_outlook(windows, words, device, served.sandbox, pictures)
