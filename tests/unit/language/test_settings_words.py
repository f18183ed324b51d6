"""Settings in words: cases as data, the same said carelessly, and texts that are about something else."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import Intent, Request, understand
from bot.language.lexicon import language_codes
from bot.language.request import Topic
from bot.language.scoring import understood
from bot.language.text import fold
from bot.language.wish_rules import load_settings
from tests.unit.language.counting import steps

NOW = datetime(2026, 3, 25, 9, tzinfo=UTC)
OWN = Path(__file__).parent / "cases"
CASES = {
    code: [json.loads(line) for line in (OWN / f"settings-{code}.jsonl").read_text(encoding="utf-8").splitlines()]
    for code in ("en", "fr")
}
ORDERS = [case for cases in CASES.values() for case in cases if case.get("wishes")]


def ask(text: str, locale: str = "en") -> Request:
    return understand(text, locale=locale, now=NOW, zone="Europe/Paris")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_setting_has_words_with_a_value_and_words_that_open_its_form(language: str) -> None:
    said = {tuple(wish.split(" ", 1)) for case in CASES[language] for wish in case["wishes"]}
    assert {wish[0] for wish in said if len(wish) > 1} == set(Topic)
    nouns = load_settings(language).words.nouns
    statuses = load_settings(language).words.statuses
    assert set(nouns) | set(statuses) == set(Topic)


def _folded(request: Request) -> list[object]:
    return [(w.topic, w.on, fold(w.name), w.amount, w.start, w.end, w.days) for w in request.wishes]


CARELESS: dict[str, Callable[[str], str]] = {
    "in capitals": str.upper,
    "without accents": lambda text: unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode(),
    "without a mark at its end": lambda text: text.rstrip(" ?!."),
    "with a mark at its end": lambda text: text.rstrip(" ?") + ".",
    "with curly apostrophes": lambda text: text.replace("'", "’"),
    "without apostrophes": lambda text: text.replace("n't", "nt"),
    "with spaces around": lambda text: f"  {text}\n",
}


@pytest.mark.parametrize("how", CARELESS)
def test_an_order_means_the_same(how: str) -> None:
    for case in ORDERS:
        if how == "without accents" and not set(case["text"]).isdisjoint("“”«»"):
            continue  # these are lost as well
        if how == "in capitals" and "=Calendar" in "".join(case["wishes"]):
            continue  # a calendar of that name is told from the noun by its capital
        plain, careless = understood(case), understood({**case, "text": CARELESS[how](case["text"])})
        assert _folded(careless) == _folded(plain), CARELESS[how](case["text"])
        assert (careless.what_if, careless.undo) == (plain.what_if, plain.undo)


@pytest.mark.parametrize(
    ("locale", "typed", "meant"),
    [
        ("en", "blcok tentative", "block tentative"),
        ("en", "block tenative meetings", "block tentative meetings"),
        ("en", "chekc Family for conflicts", "check Family for conflicts"),
        ("en", "check Family for conflits", "check Family for conflicts"),
        ("en", "my woking hours are 9 to 5", "my working hours are 9 to 5"),
        ("en", "10 minutes beetween meetings", "10 minutes between meetings"),
        ("en", "set my default meeting lenght to 45 minutes", "set my default meeting length to 45 minutes"),
        ("en", "use Clients as target calender", "use Clients as target calendar"),
        ("en", "I dont work on fridays", "I don't work on Fridays"),
        ("en", "stop synching cancellations", "stop syncing cancellations"),
        ("fr", "bloque le provisiore", "bloque le provisoire"),
        ("fr", "verifie aussi Famille", "vérifie aussi Famille"),
        ("fr", "ajoute les evenments dans Clients", "ajoute les événements dans Clients"),
        ("fr", "mes horaire de travail sont de 9h a 17h", "mes horaires de travail sont de 9h à 17h"),
        ("fr", "preavi de 24 heures", "préavis de 24 heures"),
        ("fr", "15 minutes entre les reunion", "15 minutes entre les réunions"),
        ("fr", "ne synchronise plus les anulations", "ne synchronise plus les annulations"),
        ("fr", "je travail du lundi au jeudi", "je travaille du lundi au jeudi"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven(locale: str, typed: str, meant: str) -> None:
    assert ask(typed, locale).wishes == ask(meant, locale).wishes != ()


def test_a_name_keeps_its_letters_whatever_stands_in_it() -> None:
    for name in (
        "Été 2026",
        "R&D",
        "Équipe – projets",
        "O'Neill",
        "budget and review",
        "Calendar",
        "日程",
        "a@b.example",
    ):
        for text in (f'check "{name}" for conflicts', f"check «{name}» for conflicts", f"add events to “{name}”"):
            assert [wish.name for wish in ask(text).wishes] == [name], text


@pytest.mark.parametrize(
    "text",
    [
        "add events to tomorrow",
        "check it for conflicts",
        "add events to my calendar",
        "stop checking that",
        "ignore this",
    ],
)
def test_a_word_that_names_no_calendar_is_no_wish(text: str) -> None:
    assert not any(wish.name for wish in ask(text).wishes)


def test_only_settings_have_wishes_in_every_other_case() -> None:
    others = [
        json.loads(line)
        for code in ("en", "fr")
        for line in (OWN / f"{code}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    for case in others:
        request = understood(case)
        assert request.intent == case["intent"]
        assert request.intent is Intent.SETTINGS or not (request.wishes or request.what_if or request.undo)


def _texts(draw_from: list[dict[str, Any]]) -> st.SearchStrategy[str]:
    words = sorted({word for case in draw_from for word in case["text"].split()})
    return st.one_of(
        st.text(max_size=200),
        st.lists(st.sampled_from([*words, ",", '"', "'", "«", "and", "et", "if", "si"]), max_size=20).map(" ".join),
        st.lists(st.sampled_from([case["text"] for case in draw_from]), min_size=1, max_size=4).map(" and ".join),
    )


@settings(max_examples=300, deadline=None)
@given(text=_texts([*CASES["en"], *CASES["fr"]]), locale=st.sampled_from(["en", "fr-FR", "xx"]))
def test_any_text_gives_well_formed_wishes_and_always_the_same(text: str, locale: str) -> None:
    request = ask(text, locale)
    assert request == ask(text, locale)
    if request.intent is not Intent.SETTINGS:
        assert (request.wishes, request.what_if, request.undo) == ((), False, False)
    for wish in request.wishes:
        assert wish.name == wish.name.strip()
        assert wish.name in text or wish.topic is Topic.ZONE
        assert wish.days <= frozenset(range(1, 8))
        assert wish.amount is None or timedelta(0) <= wish.amount
        assert not (wish.topic is Topic.DAYS and wish.on is not None and not wish.days)
    assert not (request.undo and request.wishes)


@pytest.mark.parametrize(
    "unit",
    ["block tentative and ", "check ", "and ", "my hours are ", "if ", "add events to ", '"', "'", "i work 9 to 5, "],
)
def test_hostile_length_costs_no_more_than_its_length(unit: str) -> None:
    def cost(characters: int) -> int:
        return steps(lambda: ask((unit * 2000)[:characters]))

    cost(200)  # look-up tables are built once
    assert cost(1900) < 12 * cost(400)


def test_each_language_provides_its_words_for_settings() -> None:
    for code in language_codes():
        assert load_settings(code).rules
