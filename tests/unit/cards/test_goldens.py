"""Each card as it stood when last looked at; ``UPDATE_GOLDEN=1 pytest tests/unit/cards`` writes them anew."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.cards import SAMPLES, texts

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ("en", "fr")
# Nasty data is for the rules; a golden of it would pin noise.
NAMES = [name for name in SAMPLES if "nasty" not in name and "lots" not in name]
_SHOWN_CHOICES = 12


def _shortened(value: Any) -> Any:
    """Long lists of choices (time zones, start times) by their first entries and their number."""
    if isinstance(value, list):
        return [_shortened(one) for one in value]
    if not isinstance(value, dict):
        return value
    short = {name: _shortened(one) for name, one in value.items()}
    choices = short.get("choices", [])
    if len(choices) > _SHOWN_CHOICES:
        short["choices"] = [*choices[:3], f"... {len(choices)} choices"]
    return short


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_card_looks_as_it_did(name: str, language: str) -> None:
    path = GOLDEN / f"{name}.{language}.json"
    drawn = json.dumps(_shortened(SAMPLES[name](texts(language))), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, encoding="utf-8")
    assert path.exists(), f"no golden file {path.name}: look at the card, then run with UPDATE_GOLDEN=1"
    assert drawn == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{name}.{language}.json" for name in NAMES for language in LANGUAGES}

    assert {path.name for path in GOLDEN.iterdir()} == wanted
