"""Why, and the picture of the days, as a person sees them: desktop and phone, English and French."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

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
    why: str
    why_afternoon: str
    free: str
    day: str

    def on(self, template: str, day: date) -> str:
        return template.format(day=day.strftime(self.day))


ENGLISH = Words(
    Texts("en", PARIS),
    "hi",
    "why not {day} at 15:00?",
    "why am I not free on {day} in the afternoon?",
    "when am I free on {day}?",
    "%Y-%m-%d",
)
FRENCH = Words(
    Texts("fr", PARIS),
    "bonjour",
    "pourquoi ne suis-je pas libre le {day} à 15 h ?",
    "pourquoi ne suis-je pas libre le {day} après-midi ?",
    "quand suis-je libre le {day} ?",
    "%d/%m/%Y",
)


def busy_day(sandbox: Sandbox) -> date:
    """A working day ahead that nothing stands in yet: a meeting that blocks, and a tentative one."""
    today = sandbox.now().astimezone(PARIS).date()
    day = next(one for one in (today + timedelta(days=n) for n in range(21, 28)) if one.weekday() == 2)

    def at(hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), PARIS)

    for start, end, subject, status in (
        (at(10), at(11, 30), "Comité", "busy"),
        (at(15), at(16), "Peut-être", "tentative"),
    ):
        sandbox.add_event(start, end, subject=subject, show_as=status)
    return day


async def connect(chat: Chat, words: Words) -> None:
    """Sign in and let Tentative block."""
    t = words.texts
    # The welcome comes on its own, in English: what is said before it is there would be answered behind it.
    await chat.card(Texts("en")("welcome.value"))
    greeting = await chat.ask(words.hello)
    await greeting.press(t("action.connect"))
    card = await chat.card(t("connect.reads_title"))
    window = await card.press_for_window(t("action.sign_in"))
    await window.get_by_test_id(f"account-{CAMILLE}").click()
    await window.get_by_test_id("consent-accept").click()
    await window.wait_for_url("**/signin/finish*")
    await window.close()
    card = await chat.card(t("settings.conflicts_title"))
    await card.tick(t("status.tentative"))
    await card.press(t("action.save"))
    await chat.card(t.n("settings.saved_summary", 1, target="Calendar"))


_DRAWN = """root => {
  const bars = new Map();
  for (const one of root.querySelectorAll('.ac-container')) {
    const column = one.parentElement.getBoundingClientRect();
    if (one.innerText.trim() || getComputedStyle(one).backgroundColor === 'rgba(0, 0, 0, 0)') continue;
    const bar = bars.get(Math.round(column.top)) ?? [];
    bars.set(Math.round(column.top), [...bar, [column.left, column.width, column.height]]);
  }
  return [...bars.values()].map(bar => bar.sort((one, other) => one[0] - other[0]));
}"""


async def bars(card: CardOnScreen) -> list[list[tuple[float, float, float]]]:
    """Of each bar its pieces as drawn: left edge, width, height."""
    drawn = await card.root.evaluate(_DRAWN)
    return [[(piece[0], piece[1], piece[2]) for piece in bar] for bar in drawn]


async def left_of(card: CardOnScreen, hour: int, t: Texts) -> float:
    box = await card.root.get_by_text(t.hour(time(hour)), exact=True).first.bounding_box()
    assert box
    return box["x"]


async def check_bar(card: CardOnScreen, hours: tuple[int, int], t: Texts) -> None:
    """One bar without gaps, whose pieces begin at quarters of the hours that stand over it."""
    (bar,) = await bars(card)
    first = await left_of(card, hours[0], t)
    quarter = (await left_of(card, hours[1], t) - first) / (hours[1] - hours[0]) / 4
    assert quarter > 1
    assert len(bar) >= 3
    for left, width, height in bar:
        at, until = (left - first) / quarter, (left + width - first) / quarter
        assert at == pytest.approx(round(at), abs=0.25)
        assert until == pytest.approx(round(until), abs=0.25)
        assert height >= 8
    for (left, width, _), (following, _, _) in pairwise(bar):
        assert left + width == pytest.approx(following, abs=1)


async def whole(chat: Chat, card: CardOnScreen, take: Screenshot, name: str) -> None:
    """The chat shows a piece of a long card only, so the window grows for the picture."""
    size, box = chat.page.viewport_size, await card.root.bounding_box()
    assert size
    assert box
    await chat.page.set_viewport_size({"width": size["width"], "height": int(box["height"]) + 400})
    await card.root.scroll_into_view_if_needed()
    await take(card.root, name)
    await chat.page.set_viewport_size(size)


@pytest.mark.parametrize(
    ("words", "device"),
    [
        pytest.param(ENGLISH, DESKTOP, id="english-desktop"),
        pytest.param(ENGLISH, PHONE, id="english-phone"),
        pytest.param(FRENCH, DESKTOP, id="french-desktop"),
        pytest.param(FRENCH, PHONE, id="french-phone"),
    ],
)
async def test_why_names_what_is_in_the_way_and_a_tap_takes_it_away(
    words: Words,
    device: Device,
    served: Served,
    playground: Playground,
    windows: Windows,
    screenshot: Screenshot,
) -> None:
    t = words.texts
    day = busy_day(served.sandbox)
    prefix = f"why-{t.language}-{device.name}"
    async with playground(served.endpoint) as address:
        page = await windows.open(device, language=f"{t.language}-FR")
        chat = await Chat.open(page, address)
        await connect(chat, words)

        free = await chat.ask(words.on(words.free, day))
        await free.text(t("free.tap_title")).wait_for()
        await free.text(t("picture.free")).wait_for()
        await free.text(t("picture.taken")).wait_for()
        await check_bar(free, (9, 11), t)
        await whole(chat, free, screenshot, f"{prefix}-1-free")

        why = await chat.ask(words.on(words.why, day))
        await why.text("Peut-être").wait_for()
        await check_bar(why, (9, 11), t)
        await whole(chat, why, screenshot, f"{prefix}-2-why")

        part = await chat.ask(words.on(words.why_afternoon, day))
        await part.text(t("why.partly")).wait_for()
        await part.text("Peut-être").wait_for()
        await whole(chat, part, screenshot, f"{prefix}-3-afternoon")

        await why.press(t("remedy.tentative"))
        await chat.card(t("action.undo"))
        again = await chat.ask(words.on(words.why, day))
        await again.text(t("check.free")).wait_for()
        await expect(again.text("Peut-être")).to_have_count(0)
        await whole(chat, again, screenshot, f"{prefix}-4-free-now")
