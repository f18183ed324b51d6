"""A meeting moved and cancelled by a person in the chat: desktop and phone, English and French."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest

from dialogs.texts import Texts
from tests.e2e.test_main_path import ENGLISH, FRENCH, PARIS, Pictures, Words, connect
from tests.support.browser import DESKTOP, PHONE, Device, Screenshot, Windows
from tests.support.playground import Chat, Playground
from tests.support.sandbox import CAMILLE, Sandbox
from tests.support.served import Served

pytestmark = pytest.mark.e2e

GUEST = "anna@contoso.example"


@dataclass(frozen=True, slots=True)
class Says:
    """What the person types, in one language; ``{day}`` is written out, with its month."""

    book: str
    move: str
    cancel: str
    message: str
    subject: str


SAYS = {
    "en": Says(
        book="book 30 minutes with {guest} on {day} at 15:00 about Offsite",
        move="move the Offsite meeting to {day} at 10",
        cancel="cancel the Offsite meeting",
        message="Sorry, I am ill.",
        subject="Offsite",
    ),
    "fr": Says(
        book="réserve 30 minutes avec {guest} le {day} à 15h au sujet de Séminaire",
        move="déplace la réunion Séminaire au {day} à 10h",
        cancel="annule la réunion Séminaire",
        message="Désolée, je suis malade.",
        subject="Séminaire",
    ),
}


def written(texts: Texts, day: date) -> str:
    """The day and its month: "December 4", "4 décembre"."""
    return texts.day(day).split(" ", 1)[1]


def quiet_days(sandbox: Sandbox) -> tuple[date, date]:
    """A Wednesday three weeks ahead, and the day after it: free of what the demo's calendars hold."""
    today = sandbox.now().astimezone(PARIS).date()
    first = today + timedelta(days=21 + (2 - today.weekday()) % 7)
    return first, first + timedelta(days=1)


def stands_at(sandbox: Sandbox, subject: str) -> list[datetime]:
    events = sandbox.events(CAMILLE, subject=subject, deleted="false")
    return [datetime.fromisoformat(one["start"]).astimezone(UTC) for one in events if not one["is_cancelled"]]


async def walk(chat: Chat, words: Words, pictures: Pictures, sandbox: Sandbox) -> None:
    t, says = words.texts, SAYS[words.texts.language]
    first, second = quiet_days(sandbox)
    await chat.card(Texts("en")("welcome.value"))
    greeting = await chat.ask(words.hello)
    await greeting.press(t("action.connect"))
    await connect(chat, words, pictures, CAMILLE)

    form = await chat.ask(says.book.format(guest=GUEST, day=written(t, first)))
    await form.press(t("action.book"))
    card = await chat.card(t("confirmed.title"), says.subject)
    await pictures("1-booked", card.root)

    await card.press(t("action.move"))
    card = await chat.card(t("move.title_when"), says.subject)
    await pictures("2-when", card.root)
    await card.press(t("action.keep"))
    await chat.card(t("change.kept"), says.subject)

    card = await chat.ask(says.move.format(day=written(t, second)))
    await card.text(t("move.title")).wait_for()
    await pictures("3-move", card.root)
    assert stands_at(sandbox, says.subject) == [at(first, 15)], "nothing moves before the tap"
    await card.press(t("action.move"))
    card = await chat.card(t("moved.title"), says.subject)
    await pictures("4-moved", card.root)
    assert stands_at(sandbox, says.subject) == [at(second, 10)]

    card = await chat.ask(says.cancel)
    await card.text(t("cancel.title")).wait_for()
    await card.fill(t("cancel.message_label"), says.message)
    await pictures("5-cancel", card.root)
    await card.press(t("action.cancel_meeting"))
    card = await chat.card(t("cancelled.title"), says.subject)
    await pictures("6-cancelled", card.root)
    assert stands_at(sandbox, says.subject) == []
    (asked,) = sandbox.requests(method="POST", path="/cancel")
    assert says.message in repr(asked["body"])


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("words", "device"),
    [
        pytest.param(ENGLISH, DESKTOP, id="english-desktop"),
        pytest.param(ENGLISH, PHONE, id="english-phone"),
        pytest.param(FRENCH, DESKTOP, id="french-desktop"),
        pytest.param(FRENCH, PHONE, id="french-phone"),
    ],
)
async def test_book_move_and_cancel(
    words: Words,
    device: Device,
    served: Served,
    playground: Playground,
    windows: Windows,
    screenshot: Screenshot,
) -> None:
    async with playground(served.endpoint) as address:
        page = await windows.open(device, language=f"{words.texts.language}-FR")
        chat = await Chat.open(page, address)
        pictures = Pictures(screenshot, f"change-{words.texts.language}-{device.name}", page)
        await walk(chat, words, pictures, served.sandbox)
