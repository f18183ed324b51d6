"""What the page's user says to a meeting: an answer, another time, its end; and whether declined ones are kept."""

from __future__ import annotations

from datetime import datetime, tzinfo

from sandbox import actions
from sandbox.actions import OccurrenceRow
from sandbox.model import Json
from sandbox.outlook import edits, fields, views
from sandbox.refusals import Refusal
from sandbox.world import World

_RESPONSES = {"accept": "accepted", "tentative": "tentativelyAccepted", "decline": "declined"}
_LONGEST_MESSAGE = 2000


def answer(world: World, body: Json) -> Json:
    """Answer an invitation by ``do`` (accept, tentative or decline), with a ``message``, unless ``send`` is false.

    ``keep`` says whether a declined event stays (the mailbox's own setting where it is missing); ``start`` and ``end``
    propose another time. ``scope`` is occurrence or series.
    """
    _, zone = views.viewer(world, body)
    account, row, _ = edits.find(world, body)
    if row.is_organizer:
        raise Refusal(400, "ErrorIsOrganizer", "The organizer of a meeting doesn't answer it.")
    response = _RESPONSES[fields.choice(body, "do", tuple(_RESPONSES))]
    actions.answer_event(
        world,
        _target(body, row),
        response,
        by=account.id,
        send=fields.flag({"send": True} | body, "send"),
        save_declined=fields.flag(body, "keep") if "keep" in body else None,
        comment=fields.text(body, "message", _LONGEST_MESSAGE),
        proposed=_proposed(body, zone) if {"start", "end"} & body.keys() else None,
    )
    return {}


def _proposed(body: Json, zone: tzinfo) -> tuple[datetime, datetime]:
    return fields.instant(fields.wall(body, "start"), zone), fields.instant(fields.wall(body, "end"), zone)


def _target(body: Json, row: OccurrenceRow) -> str:
    whole = fields.choice({"scope": "occurrence"} | body, "scope", edits.SCOPES) == "series"
    return row.series_id if whole and row.series_id else row.id


def cancel(world: World, body: Json) -> Json:
    """Cancel a meeting, one occurrence or, with ``scope`` series, the series, with a ``message`` to the attendees."""
    account, row, _ = edits.find(world, body)
    comment = fields.text(body, "message", _LONGEST_MESSAGE)
    actions.cancel_event(world, _target(body, row), by=account.id, comment=comment)
    return {}


def change_settings(world: World, body: Json) -> Json:
    """Whether the mailbox keeps declined events (``savesDeclined``)."""
    user, _ = views.viewer(world, body)
    if "savesDeclined" in body:
        user.save_declined = fields.flag(body, "savesDeclined")
        world.put(user)
    return views.mailbox(world, {"mailbox": user.address})
