"""Every card against Microsoft's schema of Adaptive Cards 1.5, found through ``CONTRACTS``."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.support.cards import SAMPLES, texts

NAME = "adaptive-card-1.5.schema.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft6Validator:
    folder = os.environ.get("CONTRACTS")
    if not folder:
        if os.environ.get("CI") == "true":
            pytest.fail("CONTRACTS is not set: the cards cannot be held against their schema")
        pytest.skip(f"set CONTRACTS to the folder of {NAME} to hold the cards against it")
    schema = json.loads((Path(folder) / NAME).read_text(encoding="utf-8"))
    return jsonschema.Draft6Validator(schema)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_card_keeps_the_schema(name: str, validator: jsonschema.Draft6Validator) -> None:
    card: Any = SAMPLES[name](texts("en"))

    errors = [error.message[:300] for error in validator.iter_errors(card)]

    assert not errors


def test_the_schema_refuses_what_is_none_of_it(validator: jsonschema.Draft6Validator) -> None:
    card = {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "x", "showBorder": True}]}

    assert not validator.is_valid(card)
