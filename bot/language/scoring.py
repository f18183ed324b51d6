"""Scoring what was understood against cases written as JSON lines (``python -m bot.language --score FILE``)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.language import understand
from bot.language.request import Action, Request, Window, Wish

Case = Mapping[str, Any]
Pair = tuple[str, str]
# Duckling's public corpora are read at this time.
_DUCKLING_NOW, _DUCKLING_ZONE = "2013-02-12T04:30", "Etc/GMT+2"
FIELDS = ("intent", "windows", "duration_min", "people", "subject", "source", "action")
# Printed only for a case that states one of them
_STATED = ("location", "wishes", "what_if", "undo", "offered")


@dataclass(slots=True)
class Score:
    language: str
    cases: int = 0
    whole: int = 0
    confident_wrong: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.whole / self.cases if self.cases else 1.0


def understood(case: Case) -> Request:
    zone = ZoneInfo(case.get("tz", _DUCKLING_ZONE))
    now = datetime.fromisoformat(case.get("now", _DUCKLING_NOW))
    now = now if now.tzinfo else now.replace(tzinfo=zone)
    return understand(case["text"], locale=case.get("locale") or case.get("lang") or "en", now=now, zone=zone)


def as_json(case: Case, request: Request) -> dict[str, Any]:
    """The line that the case runner prints."""
    line: dict[str, Any] = {
        "id": case.get("id"),
        "intent": str(request.intent),
        "windows": [list(pair) for pair in _pairs(request.windows)],
        "duration_min": _minutes(request.duration),
        "subject": request.subject,
        "people": list(request.people),
        "source": [list(pair) for pair in _pairs(request.source)],
        "action": str(request.action),
        "options": [_option(w) for w in request.question.options] if request.question else [],
    }
    stated = {
        "location": request.location,
        "wishes": [wish_text(wish) for wish in request.wishes],
        "what_if": request.what_if,
        "undo": request.undo,
        "offered": line["options"],
    }
    return line | {name: value for name, value in stated.items() if name in case}


def wish_text(wish: Wish) -> str:
    """A wish as cases write it: "tentative on", "target =Clients", "hours 09:00-17:30", "days off 5", "notice 120m"."""
    parts = [str(wish.topic)]
    if wish.on is not None:
        parts.append("on" if wish.on else "off")
    if wish.name:
        parts.append(f"={wish.name}")
    if wish.amount is not None:
        parts.append(f"{_minutes(wish.amount)}m")
    if wish.start is not None or wish.end is not None:
        parts.append("-".join("" if edge is None else f"{edge:%H:%M}" for edge in (wish.start, wish.end)))
    if wish.days:
        parts.append("".join(str(day) for day in sorted(wish.days)))
    return " ".join(parts)


def _minutes(length: timedelta | None) -> float | int | None:
    if length is None:
        return None
    minutes = length.total_seconds() / 60
    return int(minutes) if minutes == int(minutes) else minutes


def _wall(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def _pairs(windows: Sequence[Window]) -> list[Pair]:
    return [(_wall(w.start), _wall(w.end)) for w in windows]


def _option(window: Window) -> str:
    start, end = _wall(window.start), _wall(window.end)
    whole_days = start.endswith("T00:00") and end.endswith("T00:00")
    if whole_days and window.end.date() - window.start.date() == timedelta(days=1):
        return start[:10]
    if window.end - window.start <= timedelta(hours=1):
        return start
    return f"{start}/{end}"


def merged(pairs: Sequence[Sequence[str]]) -> list[Pair]:
    """Touching windows as one (convention 16), so that both ways of writing them compare equal."""
    result: list[Pair] = []
    for start, end in sorted((p[0], p[1]) for p in pairs):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def wrong_fields(case: Case, line: Mapping[str, Any]) -> list[str]:
    """The fields that a case states and that were understood otherwise."""
    wrong = []
    for name in (*FIELDS, *_STATED):
        if name not in case or name not in line:
            continue
        expected, got = case[name], line[name]
        if name in ("windows", "source"):
            if merged(expected) != merged(got):
                wrong.append(name)
        elif name == "people":
            if list(expected) != list(got):
                wrong.append(name)
        elif expected != got and not (name == "action" and _is_free(expected, got)):
            wrong.append(name)
    return wrong


def _is_free(expected: str, got: str) -> bool:
    return expected == Action.ANSWER and got == Action.ASSUME_AND_ECHO


def score(cases: Sequence[Case]) -> list[Score]:
    """One row a language, in order of appearance."""
    scores: dict[str, Score] = {}
    for case in cases:
        language = str(case.get("locale") or case.get("lang") or "en").split("-")[0]
        row = scores.setdefault(language, Score(language))
        request = understood(case)
        line = as_json(case, request)
        wrong = duckling_wrong(case, line) if "kind" in case and "a" in case else wrong_fields(case, line)
        row.cases += 1
        row.whole += not wrong
        for name in wrong:
            row.fields[name] += 1
        if "windows" in wrong and request.action in (Action.ANSWER, Action.ASSUME_AND_ECHO) and line["windows"]:
            row.confident_wrong += 1
        if wrong:
            row.failures.append(_failure(case, line, wrong))
    return list(scores.values())


def _failure(case: Case, line: Mapping[str, Any], wrong: Sequence[str]) -> str:
    if "a" in case:
        return f"{case['text']!r}: {case['kind']} {case['a']} {case.get('b', '')} != {line['windows']}"
    details = "; ".join(f"{name} {case[name]} != {line[name]}" for name in wrong)
    return f"{case.get('id', '')} {case['text']!r}: {details}"


def duckling_wrong(case: Case, line: Mapping[str, Any]) -> list[str]:
    """A half-open end, an instant's minute and a day part's edges may differ from Duckling's conventions."""
    windows = line["windows"]
    start, end = case["a"][:16], (case.get("b") or "")[:16]
    if not windows:
        return ["windows"]
    first, last = windows[0][0], windows[-1][1]
    if case["kind"] == "pt":
        return [] if first == start else ["windows"]
    if case["kind"] == "open":
        side = first if case.get("b") == "After" else last
        return [] if side == start else ["windows"]
    exact = first == start and (last == end or _close(last, end))
    now = case.get("now", _DUCKLING_NOW)[:16]
    clipped = start <= now == first and (last == end or _close(last, end))
    same_part = first[:10] == start[:10] and case.get("g") == "Hour" and first < end and start < last
    return [] if exact or clipped or same_part else ["windows"]


def _close(one: str, other: str) -> bool:
    try:
        gap = abs(datetime.fromisoformat(one) - datetime.fromisoformat(other))
    except ValueError:
        return False
    return gap <= timedelta(hours=1)


def table(scores: Sequence[Score]) -> str:
    names = ("language", "cases", "whole", "%", "confident wrong", *FIELDS)
    rows: list[tuple[str, ...]] = [names]
    for row in scores:
        errors = [str(row.fields[name]) for name in FIELDS]
        share = f"{100 * row.share:.1f}"
        rows.append((row.language, str(row.cases), str(row.whole), share, str(row.confident_wrong), *errors))
    widths = [max(len(r[i]) for r in rows) for i in range(len(names))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(r, widths, strict=True)) for r in rows)
