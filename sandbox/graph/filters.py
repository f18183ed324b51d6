"""OData ``$filter`` over events, as far as Outlook supports it, and no further."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.graph.properties import EVENT_PROPERTIES
from sandbox.model import Json
from sandbox.refusals import Refusal

# A filter sees an event's full JSON with times in UTC, beside its extended properties and extension names.
Filter = Callable[[Json], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<date>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?|\d{4}-\d\d-\d\d)"
    r"|(?P<number>-?\d+)|(?P<word>[A-Za-z_@][\w./]*)|(?P<sign>[(),:]))"
)
_LONG_FRACTION = re.compile(r"(\.\d{6})\d+")
_FILTERABLE = {
    "start/datetime", "end/datetime", "subject", "isallday", "iscancelled", "lastmodifieddatetime", "createddatetime",
    "icaluid", "type", "showas", "sensitivity", "importance", "isorganizer", "seriesmasterid",
    "organizer/emailaddress/address",
    "organizer/emailaddress/name", "hasattachments", "isonlinemeeting", "isreminderon", "responserequested",
}  # fmt: skip
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: bool(a == b),
    "ne": lambda a, b: bool(a != b),
    "gt": lambda a, b: a is not None and bool(a > b),
    "ge": lambda a, b: a is not None and bool(a >= b),
    "lt": lambda a, b: a is not None and bool(a < b),
    "le": lambda a, b: a is not None and bool(a <= b),
}
_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": lambda a, b: b in a,
}


def parse_filter(text: str) -> Filter:
    """A test for one event.

    Raises:
        Refusal: the text is no filter, names what events do not have, or what Outlook cannot filter by.
    """
    parser = _Parser(_tokens(text), text)
    found = parser.either()
    if parser.peek():
        raise _syntax(text)
    return found


def _syntax(text: str) -> Refusal:
    return Refusal(400, "BadRequest", f"Invalid filter clause: syntax error in '{text}'.")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if not match or match.lastgroup is None:
            raise _syntax(text)
        found.append(_Token(match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class _Parser:
    """Recursive descent: or, and, not, parentheses, comparisons, functions and two forms of ``any``."""

    def __init__(self, tokens: list[_Token], text: str) -> None:
        self._tokens, self._text = tokens, text

    def peek(self) -> str:
        return self._tokens[0].text.casefold() if self._tokens else ""

    def _next(self) -> _Token:
        if not self._tokens:
            raise _syntax(self._text)
        return self._tokens.pop(0)

    def _expect(self, *wanted: str) -> None:
        for one in wanted:
            if self._next().text.casefold() != one:
                raise _syntax(self._text)

    def either(self) -> Filter:
        left = self._both()
        while self.peek() == "or":
            self._next()
            left = _or(left, self._both())
        return left

    def _both(self) -> Filter:
        left = self._one()
        while self.peek() == "and":
            self._next()
            left = _and(left, self._one())
        return left

    def _one(self) -> Filter:
        if self.peek() == "not":
            self._next()
            inner = self._one()
            return lambda event: not inner(event)
        if self.peek() == "(":
            self._next()
            inner = self.either()
            self._expect(")")
            return inner
        word = self._next()
        if word.kind != "word":
            raise _syntax(self._text)
        name = word.text.casefold()
        if name in _FUNCTIONS:
            return self._function(name)
        if name == "singlevalueextendedproperties/any":
            return self._extended()
        if name == "extensions/any":
            return self._extension()
        if name == "categories/any":
            return self._category()
        return self._comparison(name, word.text)

    def _function(self, name: str) -> Filter:
        self._expect("(")
        prop = self._next().text
        read = _reader(prop)
        self._expect(",")
        value = str(self._value()).casefold()
        self._expect(")")
        test = _FUNCTIONS[name]
        return lambda event: test(str(read(event) or "").casefold(), value)

    def _comparison(self, name: str, shown: str) -> Filter:
        read = _reader(shown)
        operator = _COMPARISONS.get(self._next().text.casefold())
        if operator is None:
            raise _syntax(self._text)
        value = _comparable(name, self._value())
        return lambda event: operator(_comparable(name, read(event)), value)

    def _value(self) -> Any:
        token = self._next()
        if token.kind == "text":
            return token.text[1:-1].replace("''", "'")
        if token.kind == "number":
            return int(token.text)
        if token.kind == "date":
            return token.text
        words = {"true": True, "false": False, "null": None}
        if token.text.casefold() not in words:
            raise _syntax(self._text)
        return words[token.text.casefold()]

    def _extended(self) -> Filter:
        """``Any(ep: ep/id eq '…' and ep/value eq '…')``: the id's name is case-sensitive, the value is not."""
        self._expect("(")
        name = self.peek()
        self._next()
        self._expect(":", f"{name}/id", "eq")
        wanted = normal_property_id(str(self._value()))
        self._expect("and")
        head = self._next().text.casefold()
        if head in _FUNCTIONS:
            self._expect("(", f"{name}/value", ",")
            test = _FUNCTIONS[head]
            value = str(self._value()).casefold()
            self._expect(")")
        else:
            operator = self._next().text.casefold()
            if head != f"{name}/value" or operator not in {"eq", "ne"}:
                raise _syntax(self._text)
            test = _COMPARISONS[operator]
            value = str(self._value()).casefold()
        self._expect(")")

        def matches(event: Json) -> bool:
            return wanted in event["#tags"] and test(event["#tags"][wanted].casefold(), value)

        return matches

    def _extension(self) -> Filter:
        self._expect("(")
        name = self.peek()
        self._next()
        self._expect(":", f"{name}/id", "eq")
        wanted = str(self._value())
        self._expect(")")
        return lambda event: wanted.removeprefix("Microsoft.OutlookServices.OpenTypeExtension.") in event["#extensions"]

    def _category(self) -> Filter:
        self._expect("(")
        name = self.peek()
        self._next()
        self._expect(":", name, "eq")
        wanted = str(self._value())
        self._expect(")")
        return lambda event: wanted in event["categories"]


def normal_property_id(text: str) -> str:
    """An extended property's id with its GUID in lower case; the name keeps its case."""
    kind, guid, rest = (*text.split(" ", 2), "", "")[:3]
    return f"{kind.capitalize()} {guid.casefold()} {rest}".strip()


def _and(left: Filter, right: Filter) -> Filter:
    return lambda event: left(event) and right(event)


def _or(left: Filter, right: Filter) -> Filter:
    return lambda event: left(event) or right(event)


def _reader(prop: str) -> Callable[[Json], Any]:
    parts = prop.split("/")
    known = {name.casefold(): name for name in EVENT_PROPERTIES}
    head = known.get(parts[0].casefold())
    if head is None:
        message = (
            f"Invalid filter clause: Could not find a property named '{parts[0]}' on type 'microsoft.graph.event'."
        )
        raise Refusal(400, "RequestBroker--ParseUri", message)
    if prop.casefold() not in _FILTERABLE:
        raise Refusal(
            400, "ErrorInvalidProperty", f"The property '{head[0].upper()}{head[1:]}' does not support filtering."
        )
    names = {"datetime": "dateTime", "emailaddress": "emailAddress"}
    path = [head, *(names.get(part.casefold(), part) for part in parts[1:])]

    def read(event: Json) -> Any:
        value: Any = event
        for part in path:
            value = (value or {}).get(part)
        return value

    return read


def _comparable(name: str, value: Any) -> Any:
    """Times compare as instants, texts without case, everything else as it is."""
    if value is None or isinstance(value, bool | int):
        return value
    if not name.endswith("datetime"):
        return str(value).casefold()
    try:
        moment = datetime.fromisoformat(_LONG_FRACTION.sub(r"\1", str(value)))
    except ValueError:
        raise Refusal(400, "BadRequest", f"Invalid filter clause: '{value}' is not a date and time.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
