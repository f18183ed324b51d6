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

    SETTING_EDIT = "setting.edit"
    """Show the form of one setting: ``data["topic"]``."""
    SETTING_SAVE = "setting.save"
    SETTING_CHANGE = "setting.change"
    """Change the settings named by ``data["wish"]`` or ``data["wishes"]``, as words do."""
    SETTING_UNDO = "setting.undo"
    SETTING_KEEP = "setting.keep"

    CALENDAR_IGNORE = "calendar.ignore"
    """Leave out the calendars ``data["calendars"]`` while they cannot be read, then answer ``data["ask"]`` again."""
    CALENDAR_HEED = "calendar.heed"

    ASK = "ask"
    """Answer the question in ``data["ask"]`` (again): a reading that was chosen, a retry, a suggestion."""

    BOOK_FORM = "book.form"
    BOOK = "book.commit"
    BOOK_DISCARD = "book.discard"

    MOVE_FORM = "move.form"
    """The form that moves ``data["meeting"]``: to ``data["slot"]``, where ``data["ask"]`` says, or any free time."""
    MOVE = "move.commit"
    CANCEL_FORM = "cancel.form"
    CANCEL = "cancel.commit"
    CANCEL_ALL = "cancel.all"
    """Cancel every booking of ``data["meetings"]``, which the card has listed."""
    MEETING_SHOW = "meeting.show"
    """Show ``data["meeting"]`` as it stands now."""
    MEETING_LIST = "meeting.list"
    """More of the bookings that ``data["ask"]`` may mean."""

    NOTICE_PUT_BACK = "notice.put_back"
    """Book anew what the notice ``data["notice"]`` tells the end of; of several, all of them."""
    NOTICE_FREE = "notice.free"
    NOTICE_KEEP = "notice.keep"
    """Nothing is to be done about the notice ``data["notice"]``."""
    NOTICE_HELD_CANCEL = "notice.held_cancel"
    NOTICE_HELD_KEEP = "notice.held_keep"
    NOTICE_FOLLOW = "notice.follow"
    NOTICE_MOVE_BACK = "notice.move_back"
    NOTICE_ADOPT = "notice.adopt"
    """The meeting may stay in the calendar that it was moved to."""
    NOTICE_TAKE_TIME = "notice.take_time"
    """Move ``data["meeting"]`` to the time that an invitee proposed."""
    NOTICE_FIND = "notice.find"
    """Free times for a meeting like the one that the notice tells of."""
    NOTICE_MUTE = "notice.mute"
    """Write no more about what ``data["notice"]`` is about."""
    NOTICES_SHOW = "notices.show"
    NOTICES_SAVE = "notices.save"
