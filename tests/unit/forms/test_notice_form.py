"""The cards of notices, read back as if a stranger had written them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model import NoticeTopic
from bot.settings.notice_desk import NoticeSwitches
from dialogs.forms.notices import read_notice_id, read_switches

ON = {f"notices_{topic.value}": "true" for topic in NoticeTopic} | {"sync_cancellations": "true", "sync_moves": "true"}


@pytest.mark.parametrize("value", [None, True, 0, -1, 2**63, 1.0, "1", [1], {}])
def test_only_a_whole_positive_number_is_a_notice(value: object) -> None:
    assert read_notice_id({"notice": value}) is None
    assert read_notice_id({"notice": 7}) == 7


def test_what_is_off_is_muted() -> None:
    read = read_switches(ON | {"version": 3, "notices_moves": "false", "sync_moves": "false"})
    assert read == NoticeSwitches(3, frozenset({NoticeTopic.MOVES}), sync_cancellations=True, sync_moves=False)


@pytest.mark.parametrize("wrong", [{"version": True}, {"version": None}, *({name: "maybe"} for name in ON)])
def test_a_switch_that_is_neither_on_nor_off_saves_nothing(wrong: dict[str, Any]) -> None:
    assert read_switches({**ON, "version": 3, **wrong}) is None
