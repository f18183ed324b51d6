"""The order of the rules: numbers, clocks, dates, days from now, ranges - the longer reading before the shorter."""

from __future__ import annotations

from collections.abc import Sequence

from bot.language import rules_clock, rules_date, rules_numbers, rules_parts, rules_range, rules_relative, rules_zone
from bot.language.kinds import Kind, Token
from bot.language.reduce import reduce
from bot.language.specs import Context

_ORDER = (
    *rules_zone.RULES,
    *rules_numbers.RULES,
    *rules_date.RULES[:5],
    *rules_parts.RULES,
    *rules_clock.RULES,
    *rules_date.RULES[5:],
    *rules_relative.RULES,
    *rules_date.LATE_RULES,
    *rules_relative.LATE_RULES,
    *rules_range.RULES,
)

# Words of time that mean something by themselves: where one is left over, something was not understood.
_TELLING = frozenset(
    {
        Kind.CLOCK, Kind.DATE, Kind.MONTH, Kind.WEEKDAY, Kind.PLURALDAY, Kind.RELDAY, Kind.PART,
        Kind.EDGE, Kind.IDIOM_WEEKS,
    }
)  # fmt: skip


def parse(tokens: Sequence[Token], context: Context) -> list[Token]:
    """``tokens`` reduced as far as the rules go."""
    return reduce(tokens, _ORDER, context)


def unread(tokens: Sequence[Token]) -> list[Token]:
    """The words of time that no rule consumed."""
    return [
        token for token in tokens if token.kind in _TELLING or (token.kind is Kind.NUM and 0 < token.value.digits <= 4)
    ]
