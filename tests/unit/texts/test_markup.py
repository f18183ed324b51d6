from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.texts import clean, clip, escape_markdown, plain, soft_breaks

JOINER = "\u2060"
SPECIAL = r"\`*_[]~"


@pytest.mark.parametrize(
    ("typed", "escaped"),
    [
        ("Budget", "Budget"),
        ("R&D meeting", "R&D meeting"),
        ("**bold**", r"\*\*bold\*\*"),
        ("first_last@example.com", r"first\_last@example.com"),
        ("[click](https://evil.example)", rf"\[click\]{JOINER}(https://evil.example)"),
        ("<b>x</b>", f"<{JOINER}b>x<{JOINER}/b>"),
        ("&lt;b&gt;", f"&{JOINER}lt;b&{JOINER}gt;"),
        ("{{DATE(x)}}", f"{{{JOINER}{{DATE(x)}}}}"),
        ("- item", r"\- item"),
        ("# title", r"\# title"),
        ("> quote", r"\> quote"),
        ("1. first", f"1{JOINER}. first"),
        ("2026 review", "2026 review"),
        ("one\ntwo\r\n\tthree", "one two three"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("null\x00byte \ud800", "nullbyte"),
        ("👩🏽\u200d💻 Équipe", "👩🏽\u200d💻 Équipe"),
    ],
)
def test_words_keep_their_characters_and_lose_their_force(typed: str, escaped: str) -> None:
    assert escape_markdown(typed) == escaped


@given(st.text(max_size=80))
def test_an_escaped_text_reads_as_the_cleaned_one(typed: str) -> None:
    shown = re.sub(r"\\([\\`*_\[\]~\-+#=>])", r"\1", escape_markdown(typed)).replace(JOINER, "")

    assert shown == clean(typed).replace(JOINER, "")


@given(st.text(alphabet=SPECIAL + "()<>{}&;# -1.ab\n", max_size=40))
def test_no_special_character_stands_bare(typed: str) -> None:
    escaped = escape_markdown(typed)
    without_pairs = re.sub(r"\\[\\`*_\[\]~\-+#=>]", " ", escaped)

    assert not set(without_pairs) & set(SPECIAL)
    assert not re.search(r"<[a-z/!?]|\{\{|\]\(|&\w+;", without_pairs)
    assert "\n" not in escaped


@given(st.text(max_size=80))
def test_a_plain_text_holds_no_link_and_no_tag(typed: str) -> None:
    assert not re.search(r"\]\(|\]\[|<\S(?<!\u2060)|\{\{", plain(typed))


@given(st.text(max_size=60), st.integers(2, 40))
def test_a_clipped_text_is_no_longer_than_allowed(typed: str, limit: int) -> None:
    assert len(clip(typed, limit)) <= limit


def test_ten_thousand_characters_are_cut() -> None:
    assert escape_markdown("x" * 10_000, 80) == "x" * 79 + "…"
    assert len(plain("y" * 10_000)) == 200


def test_long_words_can_break_and_short_ones_stay() -> None:
    assert soft_breaks("short words only") == "short words only"
    assert soft_breaks("x" * 60) == "x" * 24 + "\u200b" + "x" * 24 + "\u200b" + "x" * 12
