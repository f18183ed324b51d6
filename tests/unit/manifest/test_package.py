"""The Teams app package: what goes in, what is refused."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft4Validator

from bot.language import understand
from bot.language.request import Intent
from manifest import icons, png
from manifest.__main__ import main
from manifest.build import FOLDER, pack, package_files
from manifest.checks import problems
from manifest.settings import PackageError
from tests.support.contracts import contracts_folder

GOOD = {
    "BOT_APP_ID": "7b0b1f1e-52a1-4e0c-9a53-0d1f6f0a9b11",
    "GRAPH_CLIENT_ID": "0f6d2f8c-8c0e-4a39-8f4e-6d5c4b3a2f10",
    "PUBLIC_URL": "https://creneau.contoso.example",
    "PACKAGE_VERSION": "1.2.3",
    "PRIVACY_URL": "https://creneau.contoso.example/privacy",
    "TERMS_URL": "https://creneau.contoso.example/terms",
}
INTENTS = [Intent.FREE, Intent.BOOK, Intent.CONNECT, Intent.SETTINGS, Intent.DISCONNECT, Intent.HELP]


@pytest.fixture
def files() -> dict[str, bytes]:
    return package_files(GOOD)


def changed(files: dict[str, bytes], path: str, value: Any) -> dict[str, bytes]:
    """The files with one value of the manifest replaced; ``path`` is dotted."""
    manifest = json.loads(files["manifest.json"])
    *ways, last = path.split(".")
    place = manifest
    for way in ways:
        place = place[int(way) if way.isdecimal() else way]
    place[last] = value
    return files | {"manifest.json": json.dumps(manifest).encode()}


class TestWhatIsPacked:
    def test_the_zip_holds_its_files_at_its_root_and_nothing_else(self, files: dict[str, bytes]) -> None:
        with zipfile.ZipFile(io.BytesIO(pack(files))) as archive:
            assert archive.namelist() == ["manifest.json", "color.png", "outline.png", "fr.json"]
            assert archive.testzip() is None

    def test_the_same_settings_give_the_same_bytes(self, files: dict[str, bytes]) -> None:
        assert pack(files) == pack(package_files(GOOD))

    def test_the_settings_stand_where_teams_looks_for_them(self, files: dict[str, bytes]) -> None:
        manifest = json.loads(files["manifest.json"])
        assert manifest["id"] == manifest["bots"][0]["botId"] == GOOD["BOT_APP_ID"]
        assert manifest["webApplicationInfo"] == {
            "id": GOOD["GRAPH_CLIENT_ID"],
            "resource": f"api://botid-{GOOD['BOT_APP_ID']}",
        }
        assert manifest["validDomains"] == ["creneau.contoso.example"]
        assert manifest["version"] == "1.2.3"
        assert manifest["bots"][0]["scopes"] == ["personal"]
        assert manifest["developer"]["privacyUrl"] == "https://creneau.contoso.example/privacy"

    def test_pages_of_the_organization_may_be_named(self) -> None:
        manifest = json.loads(package_files(GOOD | {"TERMS_URL": "https://www.contoso.example/t"})["manifest.json"])
        assert manifest["developer"]["termsOfUseUrl"] == "https://www.contoso.example/t"

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_the_bot_understands_every_command_it_offers(self, files: dict[str, bytes], language: str) -> None:
        titles = [one["title"] for one in json.loads(files["manifest.json"])["bots"][0]["commandLists"][0]["commands"]]
        if language == "fr":
            french = json.loads(files["fr.json"])
            titles = [french[f"bots[0].commandLists[0].commands[{number}].title"] for number in range(len(titles))]
        now, zone = datetime(2026, 11, 24, 9, tzinfo=UTC), ZoneInfo("Europe/Paris")
        understood = [understand(title, locale=language, now=now, zone=zone).intent for title in titles]
        assert understood == INTENTS


class TestContracts:
    @pytest.mark.parametrize(
        ("name", "schema"),
        [
            ("manifest.json", "teams-manifest-1.25.schema.json"),
            ("fr.json", "teams-localization-1.25.schema.json"),
        ],
    )
    def test_it_holds_against_the_published_schema(self, files: dict[str, bytes], name: str, schema: str) -> None:
        contract = json.loads((contracts_folder() / schema).read_text(encoding="utf-8"))
        validator = Draft4Validator(contract)
        errors = [f"{list(error.path)}: {error.message}" for error in validator.iter_errors(json.loads(files[name]))]
        assert errors == []


class TestIcons:
    @pytest.mark.parametrize(("name", "size"), [("color.png", 192), ("outline.png", 32)])
    def test_they_have_teams_sizes(self, name: str, size: int) -> None:
        header = png.read_header((FOLDER / name).read_bytes())
        assert (header.width, header.height, header.depth, header.color_type) == (size, size, 8, png.RGBA)

    def test_the_outline_is_white_on_transparent(self) -> None:
        pixels = png.read_pixels((FOLDER / "outline.png").read_bytes())
        assert {pixels[at : at + 3] for at in range(0, len(pixels), 4)} == {b"\xff\xff\xff"}
        opaque = sum(alpha == 255 for alpha in pixels[3::4])
        assert pixels[3] == 0
        assert 0.1 < opaque / (32 * 32) < 0.5

    def test_the_colour_icon_fills_its_square_and_keeps_its_mark_to_the_middle(self) -> None:
        pixels = png.read_pixels((FOLDER / "color.png").read_bytes())
        ground = bytes((*icons.SEA, 255))
        drawn = [at // 4 for at in range(0, len(pixels), 4) if pixels[at : at + 4] != ground]
        assert set(pixels[3::4]) == {255}
        assert {36 <= at % 192 < 156 and 36 <= at // 192 < 156 for at in drawn} == {True}

    @pytest.mark.parametrize(
        ("name", "boxes", "size"), [("color.png", icons.COLOR, 192), ("outline.png", icons.OUTLINE, 32)]
    )
    def test_the_committed_files_are_what_the_script_draws(
        self, name: str, boxes: tuple[icons.Box, ...], size: int
    ) -> None:
        assert png.read_pixels((FOLDER / name).read_bytes()) == icons.draw(boxes, size)


class TestBadSettings:
    @pytest.mark.parametrize(
        ("name", "value", "says"),
        [
            ("BOT_APP_ID", "", "BOT_APP_ID is not set"),
            ("BOT_APP_ID", "creneau", "no application id"),
            ("BOT_APP_ID", "{7b0b1f1e-52a1-4e0c-9a53-0d1f6f0a9b11}", "no application id"),
            ("BOT_APP_ID", "00000000-0000-0000-0000-000000000000", "no application id"),
            ("GRAPH_CLIENT_ID", "creneau-sandbox", "no application id"),
            ("PUBLIC_URL", "", "PUBLIC_URL is not set"),
            ("PUBLIC_URL", "http://creneau.contoso.example", "https"),
            ("PUBLIC_URL", "https://localhost", "public host"),
            ("PUBLIC_URL", "https://127.0.0.1", "public host"),
            ("PUBLIC_URL", "https://[::1]", "public host"),
            ("PUBLIC_URL", "https://creneau.contoso.example:8443", "port 443"),
            ("PUBLIC_URL", "https://creneau.contoso.example:no", "port 443"),
            ("PUBLIC_URL", "https://me:secret@creneau.contoso.example", "plain https address"),
            ("PUBLIC_URL", "https://", "plain https address"),
            ("PRIVACY_URL", "ftp://contoso.example", "PRIVACY_URL"),
            ("PRIVACY_URL", "", "PRIVACY_URL is not set"),
            ("TERMS_URL", "", "TERMS_URL is not set"),
            ("PACKAGE_VERSION", "1.0", "no version"),
            ("PACKAGE_VERSION", "v1.0.0", "no version"),
            ("PACKAGE_VERSION", "01.0.0", "no version"),
            ("DEVELOPER_NAME", "x" * 33, "DEVELOPER_NAME"),
        ],
    )
    def test_are_named_in_one_line(self, name: str, value: str, says: str) -> None:
        with pytest.raises(PackageError) as caught:
            package_files(GOOD | {name: value})
        assert says in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_a_missing_icon_is_named(self, tmp_path: Path) -> None:
        for name in ("template.json", "fr.json", "color.png"):
            (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
        with pytest.raises(PackageError, match=r"outline\.png is missing"):
            package_files(GOOD, tmp_path)

    def test_a_placeholder_that_nothing_fills_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "template.json").write_text('{"id": "${ELSEWHERE}"}')
        with pytest.raises(PackageError, match="ELSEWHERE"):
            package_files(GOOD, tmp_path)


class TestChecks:
    def test_the_package_as_built_has_no_problem(self, files: dict[str, bytes]) -> None:
        assert problems(files) == []

    @pytest.mark.parametrize(
        ("path", "value", "says"),
        [
            ("name.short", "Créneau Calendar", "must not contain 'Calendar'"),
            ("name.short", "x" * 31, "name.short must have 1 to 30"),
            ("description.short", "x" * 81, "description.short"),
            ("description.full", "  ", "description.full"),
            ("id", "creneau", "id is no UUID"),
            ("bots.0.botId", "x", "botId is no UUID"),
            ("webApplicationInfo.resource", "api://elsewhere", "resource"),
            ("developer.privacyUrl", "http://contoso.example", "privacyUrl"),
            ("validDomains", ["*.example"], "validDomains"),
            ("validDomains", ["https://contoso.example"], "validDomains"),
            ("version", "${PACKAGE_VERSION}", "placeholder"),
            ("bots.0.commandLists.0.commands.0.title", "/free", "slash"),
            ("bots.0.commandLists.0.commands.0.title", "help", "own title"),
            ("bots.0.commandLists.0.commands", [], "1 to 12 commands"),
            ("icons.color", "outline.png", "192 by 192"),
            ("icons.outline", "fr.json", "no PNG"),
            ("icons.outline", "nothing.png", "nothing.png is missing"),
            ("manifestVersion", "1.24", "schema version"),
            ("name", "Créneau", "malformed"),
        ],
    )
    def test_a_wrong_value_is_found(self, files: dict[str, bytes], path: str, value: Any, says: str) -> None:
        assert says in "; ".join(problems(changed(files, path, value)))

    def test_a_translation_that_lacks_or_invents_a_key_is_found(self, files: dict[str, bytes]) -> None:
        french = json.loads(files["fr.json"])
        del french["name.short"]
        french["bots[0].commandLists[0].commands[9].title"] = "Rien"
        found = problems(files | {"fr.json": json.dumps(french).encode()})
        assert "fr.json: name.short is missing" in found
        assert "fr.json: bots[0].commandLists[0].commands[9].title is unknown" in found

    def test_an_outline_in_colour_or_a_damaged_icon_is_found(self, files: dict[str, bytes]) -> None:
        red = png.write(32, 32, bytes((255, 0, 0, 255)) * 1024)
        assert "outline.png must be white on transparent, nothing else" in problems(files | {"outline.png": red})
        damaged = bytearray(files["color.png"])
        damaged[60] ^= 1
        assert problems(files | {"color.png": bytes(damaged)}) == ["color.png is a damaged PNG"]


class TestCommandLine:
    def test_it_writes_the_zip_and_says_so(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        target = tmp_path / "creneau.zip"
        assert main(["--output", str(target)], GOOD) == 0
        assert "ready to upload" in capsys.readouterr().out
        assert zipfile.is_zipfile(target)

    def test_a_bad_setting_is_one_line_and_status_1(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        target = tmp_path / "creneau.zip"
        assert main(["--output", str(target)], GOOD | {"PUBLIC_URL": "http://x"}) == 1
        assert capsys.readouterr().err.count("\n") == 1
        assert not target.exists()

    def test_a_place_that_cannot_be_written_is_one_line(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["--output", os.fspath(tmp_path / "nowhere" / "creneau.zip")], GOOD) == 1
        assert "cannot write" in capsys.readouterr().err
