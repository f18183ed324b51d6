"""The Microsoft 365 Agents Playground as tests use it: a process for a bot's address, and its chat as a page object."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.async_api import Locator, Page, expect

from scripts import playground as starting

# The chat insists on 600 pixels, and its cards on 450; on a phone they are to be seen as wide as a phone is.
FIT = """@media (max-width: 599px) {
  div, span { min-width: 0 !important; max-width: 100%; }
}"""
OPTIONS = "[role=option], [role=menuitemcheckbox]"


@asynccontextmanager
async def running_playground(endpoint: str) -> AsyncIterator[str]:
    """A Playground on a free port for the bot whose messages go to ``endpoint``; yields the chat's address."""
    with tempfile.TemporaryDirectory(prefix="creneau-playground-") as folder:
        process = await asyncio.create_subprocess_exec(
            *starting.command(endpoint, port=0),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=starting.environment(Path(folder) / "playground.log"),
            cwd=folder,
        )
        assert process.stdin
        assert process.stdout
        try:
            async with asyncio.timeout(60):
                line = (await process.stdout.readline()).decode()
            listening = re.fullmatch(r"Listening on (\d+)\s*", line)
            assert listening, f"the Playground did not start: {line}"
            yield f"http://127.0.0.1:{listening[1]}/"
        finally:
            process.stdin.close()
            async with asyncio.timeout(20):
                await process.wait()


Playground: TypeAlias = Callable[[str], AbstractAsyncContextManager[str]]


@pytest.fixture
def playground() -> Playground:
    """``async with playground(f"{bot}/api/messages") as address: ...``"""
    return running_playground


def _labelled(label: str) -> re.Pattern[str]:
    """A required input's label ends with a star."""
    return re.compile(rf"^\s*{re.escape(label)}\s*\*?\s*$")


@dataclass(frozen=True, slots=True)
class CardOnScreen:
    """An Adaptive Card as the chat shows it; inputs are found by their labels, as a person finds them."""

    root: Locator

    def input(self, label: str) -> Locator:
        return self.root.get_by_label(_labelled(label)).first

    def button(self, title: str) -> Locator:
        """A button, or an Action.OpenUrl, which the chat presents as a link."""
        return self.root.get_by_role("button", name=title, exact=True).or_(
            self.root.get_by_role("link", name=title, exact=True)
        )

    def text(self, words: str | re.Pattern[str]) -> Locator:
        return self.root.get_by_text(words)

    async def fill(self, label: str, value: str) -> None:
        """Type into a text, number or time input."""
        await self.input(label).fill(value)
        await self.input(label).blur()

    async def tick(self, label: str, ticked: bool = True) -> None:
        """A toggle by its title, or one choice of an open list."""
        box = self.root.get_by_role("checkbox", name=re.compile(re.escape(label))).or_(
            self.root.get_by_label(_labelled(label))
        )
        await box.first.set_checked(ticked)

    async def choose(self, label: str, *options: str) -> None:
        """Of a drop-down list: pick the option, or of a multi-select make exactly these the chosen ones."""
        box = self.input(label)
        await box.click()
        offered = self.root.page.locator(OPTIONS)
        await offered.first.wait_for()
        if await offered.first.get_attribute("role") == "option":
            (option,) = options
            await offered.get_by_text(option, exact=True).or_(offered.filter(has_text=_labelled(option))).first.click()
        else:
            await self._set_checked(offered, set(options))
        await offered.first.wait_for(state="hidden")

    async def _set_checked(self, offered: Locator, wanted: set[str]) -> None:
        names = [name.strip() for name in await offered.all_inner_texts()]
        assert wanted <= set(names), f"{wanted - set(names)} not among {names}"
        for index, name in enumerate(names):
            if (await offered.nth(index).get_attribute("aria-checked") == "true") != (name in wanted):
                await offered.nth(index).click()
        await self.root.page.keyboard.press("Escape")

    async def options(self, label: str) -> list[str]:
        """What a drop-down list offers."""
        await self.input(label).click()
        offered = self.root.page.locator(OPTIONS)
        await offered.first.wait_for()
        names = [name.strip() for name in await offered.all_inner_texts()]
        await self.root.page.keyboard.press("Escape")
        return names

    async def pick(self, label: str, option: str) -> None:
        """Of a list that lies open: one radio button."""
        group = self.root.get_by_role("radiogroup", name=re.compile(re.escape(label)))
        await group.get_by_label(option, exact=True).check()

    async def press(self, title: str) -> None:
        await self.button(title).first.click()

    async def press_for_window(self, title: str) -> Page:
        """Press a button that opens an address; returns the new window once it has loaded."""
        async with self.root.page.context.expect_page() as opening:
            await self.button(title).first.click()
        window = await opening.value
        await window.wait_for_load_state()
        return window


@dataclass(frozen=True, slots=True)
class Chat:
    """The personal chat with the bot."""

    page: Page

    @classmethod
    async def open(cls, page: Page, address: str) -> Chat:
        """Load the chat, which installs the bot, and put the developer's log panel away."""
        await page.goto(address)
        chat = cls(page)
        await chat._editor.wait_for()
        panel = page.get_by_text("Log Panel", exact=True)
        await panel.wait_for()
        # In a narrow window the toolbar's parts lie over each other, so its buttons are asked, not clicked.
        await page.get_by_title("Toggle Log Panel").dispatch_event("click")
        await panel.wait_for(state="hidden")
        await page.add_style_tag(content=FIT)
        return chat

    @property
    def _editor(self) -> Locator:
        return self.page.locator("[data-lexical-editor=true]")

    @property
    def answers(self) -> Locator:
        """Every message of the bot, oldest first."""
        return self.page.locator(".fai-OutputCard")

    @property
    def cards(self) -> Locator:
        return self.page.locator(".ac-adaptiveCard")

    async def say(self, words: str) -> None:
        await self._editor.fill(words)
        await self._editor.press("Enter")
        await expect(self._editor).to_have_text("")

    async def ask(self, words: str) -> CardOnScreen:
        """Say something and wait for the card that answers it."""
        before = await self.answers.count()
        await self.say(words)
        answer = self.answers.nth(before).locator(".ac-adaptiveCard")
        await answer.wait_for()
        return CardOnScreen(answer)

    async def wait_for_text(self, words: str | re.Pattern[str]) -> Locator:
        """The newest of the bot's messages that contains the words, once there is one."""
        found = self.answers.filter(has_text=words).last
        await found.wait_for()
        return found

    async def card(self, *words: str | re.Pattern[str]) -> CardOnScreen:
        """The newest card with all of these words, or the newest at all, once there is one."""
        found = self.cards
        for one in words:
            found = found.filter(has_text=one)
        await found.last.wait_for()
        return CardOnScreen(found.last)

    async def wait_for_answers(self, count: int) -> Locator:
        """Wait until the bot has sent ``count`` messages in all; returns the newest."""
        await expect(self.answers).to_have_count(count)
        return self.answers.last

    async def footer(self, words: str | re.Pattern[str]) -> None:
        """Wait for a note that the chat shows below a card (a toast, or an error)."""
        note = self.page.get_by_text(words).and_(self.page.locator(":not(.ac-adaptiveCard *)"))
        await note.last.wait_for()

    async def texts(self) -> list[str]:
        """What the bot has said, message by message."""
        return [text.strip() for text in await self.answers.all_inner_texts()]


async def press_all(page: Page, marks: Iterable[str]) -> None:
    """Press what carries these ``data-testid`` one after another, each once it is there."""
    for mark in marks:
        await page.get_by_test_id(mark).click()
