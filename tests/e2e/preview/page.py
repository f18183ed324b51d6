"""The page that draws cards: Teams' colours and sizes as a host configuration."""

from __future__ import annotations

import json
from pathlib import Path

_LIGHT = {
    "page": "#f5f5f5",
    "card": "#ffffff",
    "text": "#242424",
    "subtle": "#616161",
    "line": "#e0e0e0",
    "field": "#f5f5f5",
    "accent": "#5b5fc7",
    "good": "#237b4b",
    "warning": "#835c00",
    "attention": "#c4314b",
    "emphasis-bg": "#f0f0f0",
    "accent-bg": "#e8ebfa",
    "good-bg": "#e7f2da",
    "warning-bg": "#fbf6d9",
    "attention-bg": "#fcf4f6",
}
_DARK = {
    "page": "#1f1f1f",
    "card": "#292929",
    "text": "#ffffff",
    "subtle": "#adadad",
    "line": "#525252",
    "field": "#1f1f1f",
    "accent": "#9299f7",
    "good": "#92c353",
    "warning": "#f2d36b",
    "attention": "#f9526b",
    "emphasis-bg": "#333333",
    "accent-bg": "#2f2f4a",
    "good-bg": "#2b3d1f",
    "warning-bg": "#463100",
    "attention-bg": "#3e1f25",
}
_FOLDER = Path(__file__).parent
_TONES = ("good", "warning", "attention", "accent")


def page_of(theme: str, width: int) -> str:
    """A page with ``show([[name, json], ...])``, which draws the cards ``width`` pixels wide and returns errors."""
    colours = _LIGHT if theme == "light" else _DARK
    variables = "".join(f"--{name}: {value};" for name, value in colours.items())
    style = (_FOLDER / "cards.css").read_text(encoding="utf-8")
    script = (_FOLDER / "cards.js").read_text(encoding="utf-8")
    return f"""<!doctype html><meta charset="utf-8">
<style>:root {{ {variables} --width: {width}px; }} {style}</style>
<div id="cards"></div>
<script>const hostConfig = {json.dumps(_host_config(colours))}; {script}</script>"""


def _host_config(colours: dict[str, str]) -> dict[str, object]:
    """As Teams': see the ``TeamsHostConfig`` that Microsoft's designer shows."""

    def colour(value: str) -> dict[str, object]:
        return {"default": value, "subtle": value, "highlightColors": {"default": "#22000000", "subtle": "#22000000"}}

    plain = {"default": colours["text"], "subtle": colours["subtle"]}
    foreground = {"default": plain, **{tone: colour(colours[tone]) for tone in _TONES}}
    styles = {
        name: {
            "backgroundColor": colours["card"] if name == "default" else colours[f"{name}-bg"],
            "foregroundColors": foreground,
        }
        for name in ("default", "emphasis", *_TONES)
    }
    return {
        "fontFamily": "Segoe UI, Selawik, Open Sans, DejaVu Sans, sans-serif",
        "fontSizes": {"small": 12, "default": 14, "medium": 14, "large": 18, "extraLarge": 24},
        "fontWeights": {"lighter": 300, "default": 400, "bolder": 600},
        "lineHeights": {"small": 16, "default": 20, "medium": 20, "large": 24, "extraLarge": 32},
        "spacing": {"small": 6, "default": 12, "medium": 16, "large": 20, "extraLarge": 24, "padding": 16},
        "separator": {"lineThickness": 1, "lineColor": colours["line"]},
        "containerStyles": styles,
        "supportsInteractivity": True,
        "actions": {
            "maxActions": 6,
            "spacing": "default",
            "buttonSpacing": 8,
            "actionsOrientation": "horizontal",
            "actionAlignment": "left",
            "showCard": {"actionMode": "inline", "inlineTopMargin": 16},
        },
        "inputs": {
            "label": {
                "inputSpacing": "small",
                "requiredInputs": {"size": "default", "weight": "bolder", "suffix": " *", "suffixColor": "attention"},
                "optionalInputs": {"size": "default", "weight": "bolder"},
            },
            "errorMessage": {"size": "small", "weight": "bolder", "color": "attention"},
        },
        "textStyles": {"heading": {"size": "large", "weight": "bolder", "wrap": True}},
    }
