"""From text to request: normalise, find people and subject, read the time, name the intent, decide how to go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.language import intents
from bot.language import subject as subjects
from bot.language.detect import language_of
from bot.language.judge import judge
from bot.language.lexer import lex
from bot.language.lexicon import Language, load
from bot.language.moving import Move, read_move
from bot.language.people import Found, find_people
from bot.language.reading import Reading, Setting, read
from bot.language.request import TIMED_INTENTS, Intent, Request
from bot.language.specs import Choices
from bot.language.subject import Region
from bot.language.text import MAX_CHARACTERS, fold, mask, words
from bot.model import WorkingHours

_SUBJECT = "\x01"


@dataclass(frozen=True, slots=True)
class Parts:
    """The text taken apart; ``readable`` has people and subject masked."""

    typed: str
    folded: str
    language: Language
    found: Found
    region: Region | None
    readable: str


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
    language = load(language_of([word for word, _, _ in words(folded)], locale))
    setting = _setting(language, locale, now, zone, default_duration, hours or WorkingHours())
    parts, reading = _take_apart(text, folded, language, mentions, setting)
    intent = intents.intent_of(_plain(parts), language, _features(parts, reading), reading.reduced)
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


def _take_apart(
    text: str, folded: str, language: Language, mentions: Iterable[str], setting: Setting
) -> tuple[Parts, Reading]:
    found = find_people(text, subjects.without_quotes(folded), language, mentions)
    unnamed = mask(folded, found.spans)
    region = subjects.find_region(unnamed, language)
    readable = unnamed
    if region is not None and not region.is_sure:
        region = subjects.cut_time(region, lex(unnamed, language, text))
        if subjects.wording(region, text, unnamed, language) is None:
            region = None
    if region is not None:
        readable = _hidden(unnamed, region)
    reading = read(lex(readable, language, text), setting)
    if region is not None and not region.is_quoted and region.is_sure and not reading.found:
        # No time outside of the subject: what ends it like a time is the time.
        region = subjects.cut_time(region, lex(unnamed, language, text))
        readable = _hidden(unnamed, region)
        reading = read(lex(readable, language, text), setting)
    return Parts(text, folded, language, found, region, readable), reading


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
    }
    named = {name for name, holds in features.items() if holds}
    for feature, signs in parts.language.lexicon.features:
        if any(f" {sign} " in plain for sign in signs.split("|")):
            named.add(feature)
    return frozenset(named)


def _request(intent: Intent, parts: Parts, reading: Reading, setting: Setting) -> Request:
    language = parts.language
    tokens = lex(parts.readable, language, parts.typed)
    subject = _subject(intent, parts)
    is_move = intent is Intent.RESCHEDULE
    is_earlier = bool({w for w, _, _ in words(parts.folded)} & language.lexicon.earlier_words)

    def reread(choices: Choices | None) -> Move:
        if is_move:
            return read_move(tokens, setting, is_earlier=is_earlier, choices=choices)
        again = reading if choices is None else read(tokens, setting, choices=choices)
        return Move(again if intent is Intent.CANCEL else Reading(), again)

    return judge(intent, reread, setting, language.code, parts.found.people, subject)


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
