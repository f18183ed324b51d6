"""A meeting deleted in Outlook: the chat tells of it by itself, one tap puts it back, and Outlook shows it again."""

from __future__ import annotations

import asyncio
import re
from datetime import date

import pytest
from playwright.async_api import Page, expect

from dialogs.texts import Texts
from tests.e2e.test_changing import GUEST, SAYS, quiet_days, written
from tests.e2e.test_main_path import ENGLISH, FRENCH, Pictures, Words, connect
from tests.support.browser import DESKTOP, PHONE, Device, Screenshot, Windows
from tests.support.playground import CardOnScreen, Chat, Playground
from tests.support.sandbox import CAMILLE, Sandbox
from tests.support.served import Served

pytestmark = pytest.mark.e2e


async def book(chat: Chat, words: Words, pictures: Pictures, day: date) -> CardOnScreen:
    t, says = words.texts, SAYS[words.texts.language]
    await chat.card(Texts("en")("welcome.value"))
    greeting = await chat.ask(words.hello)
    await greeting.press(t("action.connect"))
    await connect(chat, words, pictures, CAMILLE)
    form = await chat.ask(says.book.format(guest=GUEST, day=written(t, day)))
    await form.press(t("action.book"))
    return await chat.card(t("confirmed.title"), says.subject)


async def until_subscribed(sandbox: Sandbox) -> None:
    """The bot listens to the calendar: what happens in it from here on is told at once."""
    async with asyncio.timeout(30):
        while not await asyncio.to_thread(sandbox.subscriptions):  # noqa: ASYNC110  # another process
            await asyncio.sleep(0.1)


async def outlook(windows: Windows, device: Device, words: Words, sandbox: Sandbox, subject: str) -> Page:
    """The Outlook page, at the week (on a phone the day) of the meeting."""
    page = await windows.open(device, language=words.texts.language)
    await page.goto(f"{sandbox.url}/outlook/")
    await page.locator("body[data-ready]").wait_for()
    event = page.get_by_test_id(f"event-{subject}")
    title = page.get_by_test_id("title")
    for _ in range(40):
        if await event.count():
            break
        before = await title.inner_text()
        async with page.expect_response(re.compile("/outlook/api/events")):
            await page.get_by_test_id("next").click()
        await expect(title).not_to_have_text(before)
    await expect(event).to_have_count(1)
    return page


@pytest.mark.parametrize(
    ("words", "device"),
    [pytest.param(ENGLISH, DESKTOP, id="english-desktop"), pytest.param(FRENCH, PHONE, id="french-phone")],
)
async def test_delete_in_outlook_and_put_it_back_in_the_chat(
    words: Words,
    device: Device,
    served: Served,
    playground: Playground,
    windows: Windows,
    screenshot: Screenshot,
) -> None:
    t, subject = words.texts, SAYS[words.texts.language].subject
    day, _ = quiet_days(served.sandbox)
    async with playground(served.endpoint) as address:
        chat = await Chat.open(await windows.open(device, language=f"{t.language}-FR"), address)
        pictures = Pictures(screenshot, f"putback-{t.language}-{device.name}", chat.page)
        await book(chat, words, pictures, day)
        await until_subscribed(served.sandbox)
        (before,) = served.sandbox.events(CAMILLE, subject=subject, deleted="false")

        page = await outlook(windows, device, words, served.sandbox, subject)
        event = page.get_by_test_id(f"event-{subject}")
        await event.click()
        await pictures.take(page, f"{pictures.prefix}-1-outlook")
        await page.get_by_test_id("delete-event").click()
        await page.get_by_test_id("answer-occurrence").click()
        await expect(event).to_have_count(0)

        notice = await chat.card(t("notice.cancelled_title"), subject)
        await expect(notice.button(t("action.put_back"))).to_be_visible()
        await pictures("2-notice", notice.root)
        await notice.press(t("action.put_back"))
        again = await chat.card(t("confirmed.title"), subject)
        await pictures("3-back", again.root)

        await expect(event).to_have_count(1)
        await event.click()
        await expect(page.get_by_test_id("booked-tag")).to_be_visible()
        await expect(page.get_by_test_id(f"attendee-{GUEST}")).to_be_visible()
        await pictures.take(page, f"{pictures.prefix}-4-outlook-again")
        (after,) = served.sandbox.events(CAMILLE, subject=subject, deleted="false")
        assert (after["start"], after["end"]) == (before["start"], before["end"])
        assert after["id"] != before["id"]
        assert await chat.cards.filter(has_text=t("notice.cancelled_title")).count() == 0, "told once, and decided"
