"""What Teams asks of a package, checked on the files that go into it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from manifest import png

ICON_SIZES = {"color": 192, "outline": 32}
# A store rule: an app's name must not lean on the platform's.
_BARRED_WORDS = re.compile(r"\b(calendar|teams|microsoft|outlook|office)\b", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_PLACEHOLDER = re.compile(r"\$\{[^}]*\}?")
_LONGEST = {
    "name.short": 30,
    "name.full": 100,
    "description.short": 80,
    "description.full": 4000,
    "developer.name": 32,
    "title": 128,
    "description": 4000,
}
_TRANSLATED = ("name.short", "name.full", "description.short", "description.full")


def problems(files: Mapping[str, bytes]) -> list[str]:
    """One line for everything that is wrong with the package's files; empty where it may go out."""
    try:
        manifest = json.loads(files["manifest.json"])
        return list(_all(manifest, files))
    except KeyError as error:
        return [f"{error.args[0]} is missing"]
    except (ValueError, TypeError, IndexError) as error:
        return [f"the manifest is malformed: {error}"]


def _all(manifest: dict[str, Any], files: Mapping[str, bytes]) -> Iterator[str]:
    for name, body in files.items():
        if name.endswith(".json") and (left := _PLACEHOLDER.search(body.decode())):
            yield f"{name} still holds the placeholder {left.group()}"
    texts = dict(_texts(manifest))
    yield from _lengths(texts)
    yield from _ids(manifest)
    yield from _addresses(manifest)
    yield from _icons(manifest, files)
    for language in manifest["localizationInfo"]["additionalLanguages"]:
        yield from _translation(language["file"], texts, manifest, files)


def _texts(manifest: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text that a person reads, by the key that a translation file uses."""
    for name in ("name", "description"):
        for size in ("short", "full"):
            yield f"{name}.{size}", manifest[name][size]
    yield "developer.name", manifest["developer"]["name"]
    for at, group in enumerate(manifest["bots"][0]["commandLists"]):
        for number, command in enumerate(group["commands"]):
            for part in ("title", "description"):
                yield f"bots[0].commandLists[{at}].commands[{number}].{part}", command[part]


def _lengths(texts: Mapping[str, str]) -> Iterator[str]:
    for key, text in texts.items():
        longest = _LONGEST.get(key) or _LONGEST[key.rsplit(".", 1)[1]]
        if not text.strip() or len(text) > longest:
            yield f"{key} must have 1 to {longest} characters, it has {len(text)}"
        if key.startswith("name.") and (word := _BARRED_WORDS.search(text)):
            yield f"{key} must not contain {word.group()!r}"
    titles = [text.casefold() for key, text in texts.items() if key.endswith("].title")]
    if not 1 <= len(titles) <= 12 or len(titles) != len(set(titles)):
        yield "there must be 1 to 12 commands, each with its own title"
    if any(title.startswith("/") for title in titles):
        yield "a command must not start with a slash"


def _ids(manifest: dict[str, Any]) -> Iterator[str]:
    bot, graph = manifest["bots"][0]["botId"], manifest["webApplicationInfo"]["id"]
    for name, value in (("id", manifest["id"]), ("botId", bot), ("webApplicationInfo.id", graph)):
        if not _UUID.fullmatch(value):
            yield f"{name} is no UUID: {value!r}"
    if manifest["webApplicationInfo"]["resource"] != f"api://botid-{bot}":
        yield "webApplicationInfo.resource must be api://botid-<botId>, or sign-in within Teams fails"


def _addresses(manifest: dict[str, Any]) -> Iterator[str]:
    for name in ("websiteUrl", "privacyUrl", "termsOfUseUrl"):
        if urlsplit(manifest["developer"][name]).scheme != "https":
            yield f"developer.{name} must be an https address"
    for domain in manifest["validDomains"]:
        if "/" in domain or ":" in domain or "." not in domain or "*" in domain:
            yield f"validDomains must hold plain host names, not {domain!r}"


def _icons(manifest: dict[str, Any], files: Mapping[str, bytes]) -> Iterator[str]:
    for kind, size in ICON_SIZES.items():
        name = manifest["icons"][kind]
        try:
            header, pixels = png.read_header(files[name]), png.read_pixels(files[name])
        except png.NotPng as error:
            yield f"{name} is {error}"
            continue
        if (header.width, header.height) != (size, size):
            yield f"{name} must be {size} by {size} pixels, it is {header.width} by {header.height}"
        colors = {pixels[at : at + 3] for at in range(0, len(pixels), 4)}
        alphas = set(pixels[3::4])
        if kind == "outline" and (colors != {b"\xff\xff\xff"} or not {0, 255} <= alphas):
            yield f"{name} must be white on transparent, nothing else"
        if kind == "color" and alphas != {255}:
            yield f"{name} must not be transparent"


def _translation(
    name: str, texts: Mapping[str, str], manifest: dict[str, Any], files: Mapping[str, bytes]
) -> Iterator[str]:
    translation = json.loads(files[name])
    schema = str(translation.pop("$schema", ""))
    if f"/v{manifest['manifestVersion']}/" not in schema:
        yield f"{name} must name the manifest's schema version {manifest['manifestVersion']}"
    wanted = {key for key in texts if key in _TRANSLATED or key.startswith("bots[")}
    for key in sorted(wanted ^ translation.keys()):
        yield f"{name}: {key} is {'missing' if key in wanted else 'unknown'}"
    known = {key: translation[key] for key in wanted & translation.keys()}
    yield from (f"{name}: {problem}" for problem in _lengths(known))
