"""Filling the template and packing the zip."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from manifest.checks import problems
from manifest.settings import PackageError, read_values

FOLDER = Path(__file__).parent
PACKED = ("color.png", "outline.png", "fr.json")
# One moment for every file, so that the same settings give the same bytes.
_STAMP = (1980, 1, 1, 0, 0, 0)
_NAME = re.compile(r"\$\{(\w+)\}")


def fill(value: Any, values: Mapping[str, str]) -> Any:
    """A JSON value with the placeholders in its texts replaced. Raises PackageError for one that has no value."""
    if isinstance(value, dict):
        return {key: fill(one, values) for key, one in value.items()}
    if isinstance(value, list):
        return [fill(one, values) for one in value]
    if isinstance(value, str):
        return _NAME.sub(lambda found: _value(found.group(1), values), value)
    return value


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise PackageError(f"the template asks for {name}, which nothing gives.")
    return values[name]


def package_files(environment: Mapping[str, str], folder: Path = FOLDER) -> dict[str, bytes]:
    """The package's files by name, checked. Raises PackageError."""
    template = json.loads((folder / "template.json").read_text(encoding="utf-8"))
    manifest = fill(template, read_values(environment))
    files = {"manifest.json": (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()}
    for name in PACKED:
        if not (folder / name).is_file():
            raise PackageError(f"{name} is missing beside the template.")
        files[name] = (folder / name).read_bytes()
    if found := problems(files):
        raise PackageError("; ".join(found))
    return files


def pack(files: Mapping[str, bytes]) -> bytes:
    """The zip that Teams takes: every file at its root."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return packed.getvalue()
