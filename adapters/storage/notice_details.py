"""What a notice tells, as JSON: only what it holds is written, and what is missing later reads as not said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.storage.convert import storable
from bot.bookings.settle_result import SettleResult
from bot.model import AccountId, CalendarRef, GoneHow, Interval, Invitee, InviteeAnswer, InviteeResponse
from bot.notices.notice import NoticeDetails, Source


def to_json(details: NoticeDetails) -> dict[str, Any]:
    written: dict[str, Any] = {
        "was": _span(details.was),
        "to": _span(details.to),
        "how": details.how,
        "source": details.source,
        "answer": _answer(details.answer) if details.answer else None,
        "overlaps": details.overlaps,
        "calendar": [details.calendar.account_id, details.calendar.calendar_id] if details.calendar else None,
        "calendar_name": storable(details.calendar_name),
        "bookings": [str(one) for one in details.bookings],
        "result": details.result,
        "change": storable(details.change),
        "asked": _span(details.asked),
    }
    return {name: value for name, value in written.items() if value}


def from_json(stored: Mapping[str, Any]) -> NoticeDetails:
    calendar, answer = stored.get("calendar"), stored.get("answer")
    how, source, result = stored.get("how"), stored.get("source"), stored.get("result")
    return NoticeDetails(
        was=_interval(stored.get("was")),
        to=_interval(stored.get("to")),
        how=GoneHow(how) if how else None,
        source=Source(source) if source else None,
        answer=_answered(answer) if answer else None,
        overlaps=bool(stored.get("overlaps")),
        calendar=CalendarRef(AccountId(calendar[0]), calendar[1]) if calendar else None,
        calendar_name=stored.get("calendar_name", ""),
        bookings=tuple(UUID(one) for one in stored.get("bookings", ())),
        result=SettleResult(result) if result else None,
        change=stored.get("change", ""),
        asked=_interval(stored.get("asked")),
    )


def _answer(answer: InviteeAnswer) -> dict[str, Any]:
    return {
        "address": storable(answer.invitee.address),
        "name": storable(answer.invitee.name),
        "response": answer.response,
        "at": answer.at.isoformat() if answer.at else None,
        "proposed": _span(answer.proposed),
    }


def _answered(stored: Mapping[str, Any]) -> InviteeAnswer:
    at = stored.get("at")
    return InviteeAnswer(
        invitee=Invitee(stored["address"], stored["name"]),
        response=InviteeResponse(stored["response"]),
        at=datetime.fromisoformat(at) if at else None,
        proposed=_interval(stored.get("proposed")),
    )


def _span(interval: Interval | None) -> list[str] | None:
    return [interval.start.isoformat(), interval.end.isoformat()] if interval else None


def _interval(stored: list[str] | None) -> Interval | None:
    return Interval(datetime.fromisoformat(stored[0]), datetime.fromisoformat(stored[1])) if stored else None
