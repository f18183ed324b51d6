"""What somebody has on, as it looks in the chat: desktop and phone, English and French."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.async_api import expect

from dialogs.texts import Texts
from tests.e2e.test_main_path import ENGLISH, FRENCH, PARIS, Pictures, Words, connect
from tests.support.browser import DESKTOP, PHONE, Device, Screenshot, Windows
from tests.support.playground import Chat, Playground
from tests.support.sandbox import ANNA, CAMILLE, Sandbox
from tests.support.served import Served

pytestmark = pytest.mark.e2e


def fill(sandbox: Sandbox) -> None:
    """Tomorrow, as a working day is: something all day, a call, a private one, one that is not sure."""
    day = sandbox.now().astimezone(PARIS).date() + timedelta(days=1)
    clock = f"{day}T{{:02}}:{{:02}}:00"
    sandbox.add_event(
        clock.format(9, 0), clock.format(9, 15), subject="Stand-up <b>**produit**</b>", online=True, attendees=[ANNA]
    )
    sandbox.add_event(clock.format(14, 0), clock.format(15, 30), subject="Revue budgétaire", location="Salle 4")
    sandbox.add_event(
        clock.format(12, 30), clock.format(13, 30), subject="Dentiste", sensitivity="private", show_as="oof"
    )
    sandbox.add_event(clock.format(16, 0), clock.format(17, 0), subject="Atelier", show_as="tentative", organizer=ANNA)
    sandbox.add_event(f"{day}T00:00:00", f"{day + timedelta(days=1)}T00:00:00", subject="Salon", is_all_day=True)


@pytest.mark.parametrize(
    ("words", "device", "question", "following"),
    [
        pytest.param(ENGLISH, DESKTOP, "what do I have tomorrow?", "my next meeting", id="english-desktop"),
        pytest.param(FRENCH, PHONE, "qu'est-ce que j'ai demain ?", "ma prochaine réunion", id="french-phone"),
    ],
)
async def test_tomorrow_is_told_and_what_comes_next(
    words: Words,
    device: Device,
    question: str,
    following: str,
    served: Served,
    playground: Playground,
    windows: Windows,
    screenshot: Screenshot,
) -> None:
    t = words.texts
    fill(served.sandbox)
    async with playground(served.endpoint) as address:
        page = await windows.open(device, language=f"{t.language}-FR")
        chat = await Chat.open(page, address)
        pictures = Pictures(screenshot, f"agenda-{t.language}-{device.name}", page)
        welcome = await chat.card(Texts("en")("welcome.value"))
        await welcome.root.wait_for()
        greeting = await chat.ask(words.hello)
        await greeting.press(t("action.connect"))
        await connect(chat, words, pictures, CAMILLE)
        await chat.card(t("settings.conflicts_title"))

        card = await chat.ask(question)
        await card.text("Revue budgétaire").wait_for()
        await pictures("1-day", card.root)
        await expect(card.root).to_contain_text("**produit**")
        join = card.root.get_by_role("link", name=t("agenda.join"), exact=True)
        await expect(join.first).to_have_attribute("href", re.compile("^https://teams.microsoft.com/"))
        await card.root.get_by_role("button", name=re.compile("→")).click()
        after = served.sandbox.now().astimezone(PARIS).date() + timedelta(days=2)
        card = await chat.card(t.day(after))
        await pictures("2-after", card.root)

        card = await chat.ask(following)
        await card.text(t("next.title")).wait_for()
        await pictures("3-next", card.root)
