"""The page's own files, and FullCalendar's from the npm package."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).with_name("static")
ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = "SANDBOX_FULLCALENDAR"

# What the page loads of the package; nothing else of it is served.
PACKAGE_FILES = (
    "all/global.js",
    "locales/fr/global.js",
    "skeleton.css",
    "themes/forma/global.js",
    "themes/forma/theme.css",
)
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


def package_folder() -> Path:
    """Where FullCalendar lies: ``SANDBOX_FULLCALENDAR``, else the project's ``node_modules``."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else ROOT / "node_modules" / "fullcalendar"


def missing_files(folder: Path) -> list[str]:
    return [name for name in PACKAGE_FILES if not (folder / name).is_file()]


def add_routes(app: web.Application) -> None:
    """Serve the page at ``/outlook/`` and its files below it."""
    files = {f"assets/{path.relative_to(STATIC).as_posix()}": path for path in STATIC.rglob("*.*")}
    folder = package_folder()
    files |= {f"fullcalendar/{name}": folder / name for name in PACKAGE_FILES}

    async def page(_: web.Request) -> web.StreamResponse:
        if missing := missing_files(folder):
            return web.Response(status=503, text=_missing(folder, missing), content_type="text/html", headers=HEADERS)
        return web.FileResponse(STATIC / "index.html", headers=HEADERS)

    async def file(request: web.Request) -> web.StreamResponse:
        path = files.get(request.match_info["name"])
        if path is None or not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers=HEADERS)

    async def to_page(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/outlook/")

    app.router.add_get("/outlook", to_page)
    app.router.add_get("/outlook/", page)
    app.router.add_get("/outlook/{name:(?:assets|fullcalendar)/.+}", file)


def _missing(folder: Path, missing: list[str]) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Outlook (sandbox)</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<link rel="stylesheet" href="assets/page.css"></head><body><main class="missing" data-testid="missing">'
        "<h1>The calendar view is not installed</h1>"
        f"<p>FullCalendar's file <code>{escape(missing[0])}</code> was not found in <code>{escape(str(folder))}</code>."
        "</p><p>Run <code>make setup</code> in the project's folder and load this page again, or let "
        f"<code>{ENVIRONMENT}</code> name the folder of the npm package <code>fullcalendar</code>.</p>"
        "</main></body></html>"
    )
