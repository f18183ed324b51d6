"""From text to request: normalise, find people and subject, read the time, name the intent, decide how to go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot.language import intents
from bot.language import subject as subjects
from bot.language.detect import language_of
from bot.language.judge import judge
from bot.language.kinds import Kind, Token
from bot.language.lexer import lex
from bot.language.lexicon import Language, load
from bot.language.moving import Move, read_move
from bot.language.notice_words import Telling, read_telling
from bot.language.people import Found, find_people
from bot.language.places import Place, find_place
from bot.language.reading import Reading, Setting, read
from bot.language.request import TIMED_INTENTS, Intent, Request
from bot.language.specs import Choices, Context
from bot.language.subject import Region
from bot.language.text import MAX_CHARACTERS, fold, mask, words
from bot.language.wishes import read_wishes, topics_named
from bot.model import WorkingHours

_SUBJECT = "\x01"
# What is said of one day is no setting.
_ONCE = frozenset({Kind.RELDAY, Kind.DATE, Kind.NEXT, Kind.THIS})


@dataclass(frozen=True, slots=True)
class Parts:
    """The text taken apart; ``readable`` has people, place and subject masked."""

    typed: str
    folded: str
    language: Language
    found: Found
    region: Region | None
    place: Place | None
    readable: str

    def tokens(self) -> list[Token]:
        return _lexed(self.readable, self.language, self.typed)


def understand(
    text: str,
    *,
    locale: str,
    now: datetime,
    zone: ZoneInfo | str,
    hours: WorkingHours | None = None,
    default_duration: timedelta = timedelta(minutes=30),
    mentions: Iterable[str] = (),
) -> Request:
    if len(text) > MAX_CHARACTERS:
        return Request(Intent.UNKNOWN, language_of([], locale), confidence=0.0, too_long=True)
    folded = fold(text)
    language = load(language_of([word for word, _, _ in words(subjects.without_quotes(folded))], locale))
    setting = _setting(language, locale, now, zone, default_duration, hours or WorkingHours())
    wished = read_wishes(text, folded, language, partial(_context, setting))
    if wished:
        return Request(Intent.SETTINGS, language.code, wishes=wished.wishes, what_if=wished.what_if, undo=wished.undo)
    parts, reading = _take_apart(text, folded, language, mentions, setting)
    intent = intents.intent_of(_plain(parts), language, _features(parts, reading), reading.reduced)
    if intent is Intent.SETTINGS:
        return Request(intent, language.code, wishes=topics_named(folded, language))
    if intent is Intent.NOTICES:
        # What is to hold for one day is no setting.
        # What they are about is no subject here.
        telling = Telling() if reading.found else read_telling(folded, language.code)
        return Request(intent, language.code, notices=telling.topics, notices_on=telling.on)
    if intent not in TIMED_INTENTS:
        return Request(intent, language.code, confidence=0.0 if intent is Intent.UNKNOWN else 1.0)
    return _request(intent, parts, reading, setting)


def _setting(
    language: Language, locale: str, now: datetime, zone: ZoneInfo | str, length: timedelta, hours: WorkingHours
) -> Setting:
    lexicon = language.lexicon
    tags = locale.replace("_", "-").lower().split("-")
    month_first = lexicon.month_first
    if lexicon.month_first_regions and len(tags) > 1 and tags[0] == language.code:
        month_first = tags[-1] in lexicon.month_first_regions
    return Setting(
        now=now.astimezone(UTC).replace(second=0, microsecond=0),
        zone=zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone),
        default_length=length,
        month_first=month_first,
        habits=lexicon.habits,
        working_days=hours.days,
    )


def _context(setting: Setting) -> Context:
    return Context(setting.wall, Choices(), setting.month_first, setting.habits, setting.working_days)


def _take_apart(
    text: str, folded: str, language: Language, mentions: Iterable[str], setting: Setting
) -> tuple[Parts, Reading]:
    found = find_people(text, subjects.without_quotes(folded), language, mentions)
    unnamed = mask(folded, found.spans)
    place = find_place(text, subjects.without_quotes(unnamed), language)
    if (
        place is not None
        and (sure := subjects.find_region(unnamed, language))
        and sure.is_sure
        and sure.start <= place.start < sure.end
    ):
        place = None  # "about room 4"
    if place is not None:
        unnamed = mask(unnamed, [(place.cue, place.end)])
    region = subjects.find_region(unnamed, language)
    readable = unnamed
    if region is not None and not region.is_sure:
        region = subjects.cut_time(region, lex(unnamed, language, text))
        if subjects.wording(region, text, unnamed, language) is None:
            region = None
    if region is not None:
        readable = _hidden(unnamed, region)
    reading = read(_lexed(readable, language, text), setting)
    if region is not None and not region.is_quoted and region.is_sure and not reading.found:
        # No time outside of the subject: what ends it like a time is the time.
        region = subjects.cut_time(region, lex(unnamed, language, text))
        readable = _hidden(unnamed, region)
        reading = read(_lexed(readable, language, text), setting)
    return Parts(text, folded, language, found, region, place, readable), reading


def _lexed(readable: str, language: Language, typed: str) -> list[Token]:
    spans = [match.span() for pattern in language.not_time for match in pattern.finditer(readable)]
    return lex(mask(readable, spans), language, typed)


def _hidden(folded: str, region: Region) -> str:
    return folded[: region.cue] + _SUBJECT * (region.end - region.cue) + folded[region.end :]


def _plain(parts: Parts) -> str:
    return intents.plain(parts.readable, parts.language)


def _features(parts: Parts, reading: Reading) -> frozenset[str]:
    plain = " " + intents.plain(parts.readable, parts.language) + " "
    features = {
        "time": reading.found,
        "people": bool(parts.found.people),
        "point": reading.points > 0,
        "length": reading.length is not None,
        "question": "?" in parts.folded,
        "once": any(token.kind in _ONCE for token in parts.tokens()),
    }
    named = {name for name, holds in features.items() if holds}
    for feature, signs in parts.language.lexicon.features:
        if any(f" {sign} " in plain for sign in signs.split("|")):
            named.add(feature)
    return frozenset(named)


def _request(intent: Intent, parts: Parts, reading: Reading, setting: Setting) -> Request:
    language = parts.language
    tokens = parts.tokens()
    if intent is Intent.BOOK and reading.length:
        tokens = _from_start(tokens, language)
        reading = read(tokens, setting)
    subject = _subject(intent, parts)
    is_move = intent is Intent.RESCHEDULE
    is_earlier = bool({w for w, _, _ in words(parts.folded)} & language.lexicon.earlier_words)

    def reread(choices: Choices | None) -> Move:
        if is_move:
            return read_move(tokens, setting, is_earlier=is_earlier, choices=choices)
        again = reading if choices is None else read(tokens, setting, choices=choices)
        return Move(again if intent is Intent.CANCEL else Reading(), again)

    request = judge(intent, reread, setting, language.code, parts.found.people, subject)
    if intent is Intent.BOOK and parts.place is not None:
        return replace(request, location=parts.typed[parts.place.start : parts.place.end])
    return request


def _from_start(tokens: Sequence[Token], language: Language) -> list[Token]:
    """ "Book two hours from nine": with a length, the word for its start says the time itself."""
    starts = language.lexicon.start_words
    return [
        replace(t, kind=Kind.AT, value=None) if t.word in starts and _is_figure(tokens, i + 1) else t
        for i, t in enumerate(tokens)
    ]


def _is_figure(tokens: Sequence[Token], index: int) -> bool:
    """A clock stands there, and no second one that would make it a range."""
    figures = [i for i, t in enumerate(tokens) if t.kind is Kind.CLOCK or t.kind is Kind.NUM]
    followed = [i for i in figures if i > index and tokens[i - 1].kind in (Kind.TO, Kind.DASH, Kind.AT, Kind.BOUND)]
    return index in figures and not followed


def _subject(intent: Intent, parts: Parts) -> str | None:
    if parts.region is not None:
        found = subjects.wording(parts.region, parts.typed, parts.folded, parts.language)
        if found is not None:
            return found
    if intent not in (Intent.BOOK, Intent.CANCEL, Intent.RESCHEDULE):
        return None
    tokens = lex(parts.readable, parts.language, parts.typed)
    region = subjects.object_region(tokens, parts.readable, parts.language)
    return subjects.wording(region, parts.typed, parts.readable, parts.language) if region else None
