"""One page as HTML: everything escaped, nothing from elsewhere but Microsoft's Teams script where it has a use."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from html import escape

from aiohttp import web

# The address and hash that Microsoft publishes with this version of the library (its README).
TEAMS_JS = "https://res.cdn.office.net/teams-js/2.58.0/js/MicrosoftTeams.min.js"
TEAMS_JS_HASH = "sha384-sMo/EOqQPa1OCup2/VBRum7oFeOS22kvs8WGDc45xK53tUVZzFR5WwFYDUYN1LO4"

STYLE = """
:root { color-scheme: light dark; --ink: #242424; --soft: #616161; --paper: #fff; --ground: #f5f5f5; --accent: #4f52b2;
  --line: #e0e0e0; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #fff; --soft: #adadad; --paper: #292929; --ground: #1f1f1f; --accent: #aab1fa; --line: #3d3d3d; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground);
  color: var(--ink); font: 1rem/1.5 "Segoe UI", system-ui, -apple-system, "Helvetica Neue", sans-serif; }
main { width: 100%; max-width: 32rem; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem;
  padding: 2rem; }
.product { margin: 0 0 1rem; color: var(--soft); font-weight: 600; }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
.code { font: 700 clamp(2.25rem, 12vw, 3.5rem)/1.2 ui-monospace, "Cascadia Mono", Consolas, monospace;
  letter-spacing: .12em; text-align: center; margin: 1rem 0 1.5rem; padding: .5rem; border: 2px solid var(--accent);
  border-radius: .5rem; user-select: all; }
.note { color: var(--soft); }
a { color: var(--accent); overflow-wrap: anywhere; }
a.button { display: inline-block; padding: .5rem 1.25rem; border: 1px solid var(--accent); border-radius: .25rem;
  text-decoration: none; font-weight: 600; }
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says, in plain text; ``code`` is shown large, ``notes`` small, ``link`` is (label, address)."""

    title: str
    paragraphs: tuple[str, ...] = ()
    code: str = ""
    notes: tuple[str, ...] = ()
    link: tuple[str, str] | None = None
    link_is_button: bool = field(default=True)
    status: int = 200


def rendered(page: Page, language: str, *, hand_code_to_teams: bool = False) -> web.Response:
    """The response; ``hand_code_to_teams`` lets a Teams sign-in window pass the code to the chat by itself."""
    nonce = secrets.token_urlsafe(16)
    with_script = hand_code_to_teams and bool(page.code)
    body = [f"<h1>{escape(page.title)}</h1>", *(f"<p>{escape(text)}</p>" for text in page.paragraphs)]
    if page.code:
        body.append(f'<p class="code" id="code">{escape(page.code)}</p>')
    body += [f'<p class="note">{escape(text)}</p>' for text in page.notes]
    if page.link:
        label, address = page.link
        kind = ' class="button"' if page.link_is_button else ""
        body.append(f'<p><a{kind} href="{escape(address)}" rel="noreferrer">{escape(label)}</a></p>')
    if with_script:
        body.append(_script(nonce))
    html = (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(page.title)} – Créneau</title>\n<style nonce="{nonce}">{STYLE}</style>\n</head>\n'
        f'<body>\n<main>\n<p class="product">Créneau</p>\n{chr(10).join(body)}\n</main>\n</body>\n</html>\n'
    )
    response = web.Response(text=html, content_type="text/html", status=page.status)
    response.headers["Content-Security-Policy"] = _policy(nonce, with_script=with_script)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _policy(nonce: str, *, with_script: bool) -> str:
    script = f"script-src 'nonce-{nonce}'; " if with_script else ""
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; {script}"
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )


def _script(nonce: str) -> str:
    """Teams' own sign-in window takes the code from the page; any other browser ignores this."""
    return (
        f'<script nonce="{nonce}" src="{TEAMS_JS}" integrity="{TEAMS_JS_HASH}" crossorigin="anonymous"></script>\n'
        f'<script nonce="{nonce}">\n'
        "if (window.microsoftTeams) {\n"
        "  microsoftTeams.app.initialize().then(function () {\n"
        '    microsoftTeams.authentication.notifySuccess(document.getElementById("code").textContent);\n'
        "  }).catch(function () {});\n"
        "}\n</script>"
    )
