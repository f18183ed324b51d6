"""``python -m tests.e2e.preview``: screenshots of every sample card, to be looked at.

Draws each card of ``tests/support/cards.py`` with the ``adaptivecards`` npm package in headless Chromium: phone and
desktop width, light and dark, every language. ``--only book`` draws the cards whose name starts so; ``--sheets`` puts
many cards on one picture.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from dialogs.texts import languages
from tests.e2e.preview.page import page_of
from tests.support.cards import SAMPLES, texts

WIDTHS = (320, 640)
THEMES = ("light", "dark")
_FIND_CHROMIUM = "import('@sparticuz/chromium').then(async found => console.log(await found.default.executablePath()))"


@dataclass(frozen=True, slots=True)
class Look:
    language: str
    theme: str
    width: int

    @property
    def name(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


def main() -> None:
    options = _parser().parse_args()
    names = [name for name in SAMPLES if name.startswith(tuple(options.only) or "")]
    looks = [
        Look(language, theme, width)
        for language in options.language or sorted(languages())
        for theme in options.theme or THEMES
        for width in options.width or WIDTHS
    ]
    renderer = options.modules / "adaptivecards" / "dist" / "adaptivecards.min.js"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(options.modules), args=["--no-sandbox"])
        for look in looks:
            folder = options.out / look.name
            folder.mkdir(parents=True, exist_ok=True)
            cards = {name: SAMPLES[name](texts(look.language)) for name in names}
            columns = max(1, 1980 // (look.width + 20)) if options.sheets else 1
            page = browser.new_page(viewport={"width": (look.width + 20) * columns + 40, "height": 900})
            page.set_content(page_of(look.theme, look.width))
            page.add_script_tag(path=renderer)
            for path in _shoot(page, cards, folder, columns * options.rows if options.sheets else 1):
                print(path)
            page.close()
        browser.close()


def _shoot(page: Page, cards: dict[str, object], folder: Path, together: int) -> Iterator[Path]:
    names = list(cards)
    for first in range(0, len(names), together):
        some = names[first : first + together]
        errors = page.evaluate("cards => show(cards)", [[name, json.dumps(cards[name])] for name in some])
        if errors:
            raise SystemExit("\n".join(errors))
        path = folder / f"{some[0]}{'-and-more' if len(some) > 1 else ''}.png"
        page.locator("#cards").screenshot(path=path)
        yield path


def _chromium(modules: Path) -> str:
    """The browser of ``CHROMIUM``, else the one inside the npm package (Linux x86-64)."""
    if found := os.environ.get("CHROMIUM"):
        return found
    command = ["node", "--input-type=module", "--eval", _FIND_CHROMIUM]
    return subprocess.run(command, cwd=modules.parent, check=True, capture_output=True, text=True).stdout.strip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.preview", description=__doc__.split("\n")[0])
    parser.add_argument("--only", action="append", default=[], help="cards whose name starts so (may be repeated)")
    parser.add_argument("--language", action="append", choices=sorted(languages()))
    parser.add_argument("--theme", action="append", choices=THEMES)
    parser.add_argument("--width", action="append", type=int)
    parser.add_argument("--sheets", action="store_true", help="many cards on one picture")
    parser.add_argument("--rows", type=int, default=1, help="rows of cards on a sheet")
    parser.add_argument("--modules", type=Path, default=Path("node_modules"), help="where npm put its packages")
    parser.add_argument("--out", type=Path, default=Path("screenshots/cards"))
    return parser


if __name__ == "__main__":
    main()
