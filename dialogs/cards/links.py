"""Links of other people's making: only those that lead where they say, and none that Markdown could read otherwise."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_TEAMS = frozenset(
    {
        "teams.microsoft.com",
        "teams.live.com",
        "teams.cloud.microsoft",
        "gov.teams.microsoft.us",
        "dod.teams.microsoft.us",
    }
)
_OUTLOOK = frozenset(
    {
        "outlook.office365.com",
        "outlook.office.com",
        "outlook.live.com",
        "outlook.cloud.microsoft",
        "outlook.office365.us",
        "outlook-dod.office365.us",
        "partner.outlook.cn",
    }
)
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})
_LONGEST = 1_000
_PRINTABLE = re.compile(r"[!-~]+")


def join_link(url: str) -> str:
    """``url`` where it leads into a Teams meeting, else nothing: an invitation from outside may hold any address."""
    return url if _leads_to(url, _TEAMS) else ""


def outlook_link(url: str) -> str:
    """``url`` where it leads to Outlook on the web (Graph's ``webLink``) or to the sandbox on this machine."""
    return url if _leads_to(url, _OUTLOOK) or _leads_to(url, _LOOPBACK, scheme="http") else ""


def markdown_link(text: str, url: str) -> str:
    """A link in a TextBlock; ``text`` is our own."""
    return f"[{text}]({quote(url, safe=':/?#@!$&+,;=%.-~')})"


def _leads_to(url: str, hosts: frozenset[str], *, scheme: str = "https") -> bool:
    if len(url) > _LONGEST or not _PRINTABLE.fullmatch(url) or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = parts.username is None and (port is None or scheme == "http")
    return plain and parts.scheme == scheme and (parts.hostname or "") in hosts
