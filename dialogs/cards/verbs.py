"""What a card's button asks for: the verbs of ``Action.Execute``, and the version of the cards that carry them."""

from __future__ import annotations

from enum import StrEnum

CARD_VERSION = 1
"""Goes as ``v`` into every action; raised when a card's data changes shape, so that an old card is recognised."""


class Verb(StrEnum):
    HELP = "help"

    CONNECT = "connect"
    SUBMIT_CODE = "connect.code"
    DISCONNECT_CHOOSE = "disconnect.choose"
    DISCONNECT_ONE = "disconnect.one"
    DISCONNECT_ALL = "disconnect.all"

    SETTINGS_SHOW = "settings.show"
    SETTINGS_SAVE = "settings.save"
    ZONE_CHOOSE = "settings.zone"

    ASK = "ask"
    """Answer the question in ``data["ask"]`` (again): a reading that was chosen, a retry, a suggestion."""

    BOOK_FORM = "book.form"
    BOOK = "book.commit"
    BOOK_DISCARD = "book.discard"
