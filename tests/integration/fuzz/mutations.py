"""Activities as nobody should send them: mutated parts, other people's ids, impossible values, bodies that are none."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st

from dialogs.cards.verbs import CARD_VERSION, Verb
from tests.integration.fuzz.recording import DESTRUCTIVE, SERVICE
from tests.support import teams_activities as activities
from tests.support.hostile import junk, mutated, paths
from tests.support.teams_activities import Teammate

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Posted:
    """One HTTP request: a body by ``who``. ``fresh``: ids and versions in it are brought up to date before."""

    who: Teammate
    activity: Json | None = None
    raw: bytes = b""
    content_type: str = "application/json"
    fresh: bool = False


class Material:
    """What everything is made of: who posts, recorded card data by verb, whole activities, and other people's ids.

    A class without a talkative representation, which each failure would print.
    """

    def __init__(
        self,
        people: Sequence[Teammate],
        samples: Mapping[Verb, Sequence[Json]],
        messages: Sequence[Json],
        foreign: Sequence[Any],
    ) -> None:
        self.people, self.samples, self.messages, self.foreign = people, samples, messages, foreign


def nested(depth: int) -> Any:
    value: Any = 0
    for _ in range(depth):
        value = [value]
    return value


EXTREMES: list[Any] = [
    10**400, -(10**400), 2**31, 2**63, -1, 0, 1e308, float("nan"), float("inf"), float("-inf"), True, None, "",
    " ", "\0", "\ud800", "a\udfffb", "\u202e\u200f", "\ufeff", "x" * 70_000, "é" * 5_000, "💥" * 500, "0001-01-01",
    "9999-12-31", "9999-12-31T23:59:59.9999999Z", "2026-02-30", "24:00", "-1:00", "23:59:60", "1e9", "NaN", "null",
    "../../etc/passwd", "Europe/Paris\0", "America/Argentina/../../x", "'; drop table people; --", "{0.__class__}",
    "%s%n", "<at>x</at>", "[a](http://b.example)", [], {}, [[]], {"a": {"b": [1]}}, nested(40), nested(200),
    [0] * 3_000, {str(number): number for number in range(500)}, ["2026-13-01T00:00:00Z"], {"start": 5, "minutes": {}},
    {"start": "9999-12-31T23:59:00Z", "minutes": 1440}, {"start": "0001-01-01T00:00:00Z", "minutes": 10**12},
    [["2026-12-01T00:00:00Z", "2026-11-01T00:00:00Z"]], [["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]] * 50,
    "123e4567-e89b-12d3-a456-426614174000", "a~2", "1,2,,3", "," * 4_000, "0,8", "true,false",
]  # fmt: skip

WORDS = (
    "book move cancel free when at on to my me next week tomorrow 15h 25:99 -1 30 min monday 31/02/2026 with about why"
    " not settings block hours 9 to 99 € %s {x} undo all every between and or midi demain à 0"
)

TEXTS = st.one_of(
    st.text(max_size=200),
    st.text(alphabet=st.characters(codec="utf-8", categories=("Zs", "Cf", "Mn", "So", "Nd")), max_size=60),
    st.lists(st.sampled_from(WORDS.split()), max_size=14).map(" ".join),
    st.sampled_from(["a", "9", "(", "at ", "15:00-", "\u0301"]).map(lambda part: part * 5_000),
)


@st.composite
def card_data(draw: st.DrawFn, of: Material) -> tuple[Verb, Json]:
    """A button's data with a few of its values replaced, by what other people's cards hold too."""
    samples = of.samples
    verb = draw(st.sampled_from(sorted(samples)))
    # Sometimes what another button sends.
    source = verb if draw(st.integers(0, 5)) else draw(st.sampled_from(sorted(samples)))
    data = copy.deepcopy(dict(draw(_any_of(samples[source]))))
    values = st.one_of(_any_of(EXTREMES), _any_of(of.foreign), junk)
    for _ in range(draw(st.integers(0, 3))):
        places = paths(data)
        if not places or not draw(st.integers(0, 7)):
            data[draw(st.sampled_from(["meeting", "booking", "account", "version", "ask", "slot", "wish", "x"]))] = (
                draw(values)
            )
            continue
        *parents, last = draw(st.sampled_from(places))
        holder: Any = data
        for key in parents:
            holder = holder[key]
        if isinstance(holder, dict) and not draw(st.integers(0, 3)):
            del holder[last]
        else:
            holder[last] = draw(values)
    if draw(st.integers(0, 9)):
        data["v"] = CARD_VERSION
    return verb, data


@st.composite
def posted(draw: st.DrawFn, of: Material) -> Posted:
    """Anything that may arrive."""
    people, samples = of.people, of.samples
    # The first is the person whose cards these are.
    who = people[0] if draw(st.integers(0, 2)) else draw(st.sampled_from(list(people)))
    kind = draw(st.sampled_from(["card", "card", "card", "card", "card", "whole", "whole", "words", "raw"]))
    if kind == "card":
        verb, data = draw(card_data(of))
        if verb in DESTRUCTIVE and who is people[0] and draw(st.integers(0, 9)):
            verb = Verb.HELP
        named = verb.value if draw(st.integers(0, 30)) else draw(st.one_of(junk, _any_of(EXTREMES)))
        scope = "personal" if draw(st.integers(0, 19)) else draw(st.sampled_from(["groupChat", "channel"]))
        make = activities.execute if draw(st.integers(0, 9)) else _submit
        return Posted(who, make(named, data, "12", SERVICE, who, scope=scope), fresh=bool(draw(st.integers(0, 3))))
    if kind == "words":
        return Posted(who, activities.message(draw(TEXTS), SERVICE, who))
    verb = draw(st.sampled_from([verb for verb in sorted(samples) if verb not in DESTRUCTIVE]))
    tap = activities.execute(verb, draw(_any_of(samples[verb])), "12", SERVICE)
    activity = draw(mutated([_by(draw(st.one_of(_any_of(of.messages), st.just(tap))), who)]))
    if kind == "whole":
        return Posted(who, activity)
    return Posted(who, raw=draw(damaged(json.dumps(activity))), content_type=draw(st.sampled_from(CONTENT_TYPES)))


CONTENT_TYPES = ["application/json"] * 6 + ["application/json; charset=utf-16", "text/plain", "application/json;;=", ""]


@st.composite
def damaged(draw: st.DrawFn, text: str) -> bytes:
    """A body cut, doubled, sprinkled with other bytes, or in another encoding than it says."""
    how = draw(st.sampled_from(["cut", "sprinkle", "encode", "append", "nest", "noise"]))
    raw = text.encode()
    match how:
        case "cut":
            return raw[: draw(st.integers(0, len(raw)))]
        case "sprinkle":
            at = draw(st.integers(0, len(raw)))
            return raw[:at] + draw(st.binary(min_size=1, max_size=4)) + raw[at + draw(st.integers(0, 3)) :]
        case "encode":
            return text.encode(draw(st.sampled_from(["utf-16", "utf-32", "utf-8-sig", "utf-7", "cp037"])))
        case "append":
            return raw + draw(st.binary(max_size=20))
        case "nest":
            return b'{"type":"message","value":' + b"[" * draw(st.sampled_from([50, 900, 5_000, 100_000])) + raw
        case _:
            return draw(st.binary(max_size=300))


def _submit(verb: Any, data: Json, message_id: str, service: str, who: Teammate, *, scope: str) -> Json:
    return activities.submit({"verb": verb, **data}, message_id, service, who, scope=scope)


def _by(activity: Json, who: Teammate) -> Json:
    """The same activity of somebody else, wherever it was sent."""
    sender = activities.base(activity["type"], activity["serviceUrl"], who)
    personal = activity["conversation"]["conversationType"] == "personal"
    where = sender["conversation"] if personal else activity["conversation"] | {"tenantId": who.tenant_id}
    channel = activity["channelData"] | {"tenant": {"id": who.tenant_id}}
    return activity | {"from": sender["from"], "conversation": where, "channelData": channel}


def _any_of(values: Sequence[T]) -> st.SearchStrategy[T]:
    """Like ``sampled_from``, but a failure does not print them all."""
    return st.integers(0, len(values) - 1).map(lambda index: copy.deepcopy(values[index]))
