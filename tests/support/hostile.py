"""Activities that no Teams client sends: real ones with parts taken out, or replaced by what does not belong there."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

junk = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=True),
    st.text(max_size=30),
    st.sampled_from(["\ud800", "\0", "{x}", "..", "29:", "28:x", "a" * 2000, "http://evil.example/", "%2e%2e/", "é\n"]),
    st.lists(
        st.one_of(st.none(), st.text(max_size=5), st.dictionaries(st.text(max_size=5), st.integers())), max_size=3
    ),
    st.dictionaries(st.sampled_from(["id", "type", "text", "verb", "mentioned", "tenant", "action"]), st.integers()),
)


def paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where everything inside a JSON value stands."""
    found = [at] if at else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += paths(item, (*at, key))
    return found


@st.composite
def mutated(draw: st.DrawFn, samples: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One of ``samples`` with one to four of its parts removed or replaced."""
    activity = copy.deepcopy(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 4))):
        candidates = paths(activity)
        if not candidates:
            break
        *parents, last = draw(st.sampled_from(candidates))
        holder: Any = activity
        for key in parents:
            holder = holder[key]
        if draw(st.booleans()) and isinstance(holder, dict):
            del holder[last]
        else:
            holder[last] = draw(junk)
    return activity
