"""English words of time, people and subjects."""

from __future__ import annotations

from bot.language import zones
from bot.language.kinds import Kind, Number
from bot.language.lexicon import Lexicon
from bot.language.specs import Habits, PartSpec
from bot.language.vocabulary import (
    VAGUE,
    clock,
    each_part,
    entries,
    entry,
    numbers,
    ordinals,
    part,
    vague_number,
    words,
)

_WEEKDAYS = {
    0: "monday|mon", 1: "tuesday|tue|tues", 2: "wednesday|wed|weds", 3: "thursday|thu|thur|thurs", 4: "friday|fri",
    5: "saturday|sat", 6: "sunday|sun",
}  # fmt: skip
_PLURAL_WEEKDAYS = {
    0: "mondays",
    1: "tuesdays",
    2: "wednesdays",
    3: "thursdays",
    4: "fridays",
    5: "saturdays",
    6: "sundays",
}
_MONTHS = {
    1: "january|jan", 2: "february|feb", 3: "march|mar", 4: "april|apr", 5: "may", 6: "june|jun", 7: "july|jul",
    8: "august|aug", 9: "september|sept|sep", 10: "october|oct", 11: "november|nov", 12: "december|dec",
}  # fmt: skip
_NUMBERS: dict[float, str] = {
    1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten",
    11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen",
    18: "eighteen", 19: "nineteen", 20: "twenty", 30: "thirty", 40: "forty|fourty", 50: "fifty", 60: "sixty",
    90: "ninety",
}  # fmt: skip
_ORDINALS = {
    1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth",
    10: "tenth", 11: "eleventh", 12: "twelfth", 13: "thirteenth", 14: "fourteenth", 15: "fifteenth", 20: "twentieth",
    30: "thirtieth",
}  # fmt: skip
_AFTERNOON = (Kind.PART, PartSpec("afternoon", 720, 1080, True))
_EVENING = (Kind.PART, PartSpec("evening", 1080, 1260, True))
_LUNCH = (Kind.PART, PartSpec("lunch", 720, 840))

_ENTRIES = (
    *entries(Kind.WEEKDAY, _WEEKDAYS),
    *entries(Kind.PLURALDAY, _PLURAL_WEEKDAYS),
    *entries(Kind.MONTH, _MONTHS),
    *numbers(_NUMBERS),
    *ordinals(_ORDINALS),
    entry(Kind.NUM, Number(1, -1), "a|an"),
    vague_number(2, "couple|couple of|a couple of|a couple"),
    vague_number(3, "few|a few|several"),
    entry(Kind.RELDAY, 0, "today|2day"),
    entry(Kind.RELDAY, 1, "tomorrow|tmrw|tmr|tmw|tomo|2moro|tomorow|tommorow|tommorrow|tomorrows"),
    (((Kind.RELDAY, 1), (Kind.OR, None), (Kind.RELDAY, 2)), "tomorrow or the day after|tomorrow and the day after"),
    entry(Kind.RELDAY, 2, "day after tomorrow|the day after tomorrow|overmorrow"),
    entry(Kind.RELDAY, -1, "yesterday"),
    entry(Kind.RELDAY, -2, "day before yesterday|the day before yesterday"),
    (((Kind.RELDAY, 0), _EVENING), "tonight|tonite|this evening|today evening"),
    (((Kind.RELDAY, -1), _EVENING), "last night"),
    part("morning", 8, 12, "morning|am hours", pm=False),
    part("morning", 8, 12, "first thing|first thing in the morning", pm=False, notes=VAGUE),
    each_part("morning", 8, 12, "mornings", pm=False),
    part("afternoon", 12, 18, "afternoon|arvo|afternoonish", pm=True),
    each_part("afternoon", 12, 18, "afternoons", pm=True),
    part("evening", 18, 21, "evening|eve", pm=True),
    each_part("evening", 18, 21, "evenings", pm=True),
    part("night", 18, 24, "night|at night", pm=True),
    part("lunch", 12, 14, "lunch|lunchtime|lunch time|lunch break|lunch hour|over lunch"),
    each_part("lunch", 12, 14, "lunchtimes"),
    part(
        "day end",
        16,
        18,
        (
            "end of day|end of the day|the end of the day|the end of day|at the end of the day|eod|"
            "end of business|close of business|cob|day s end"
        ),
    ),
    part("work end", 17, 18, "end of the work day"),
    clock(12, "noon|midday|mid day|12 noon|twelve noon"),
    clock(24, "midnight"),
    entry(Kind.UNIT, "minute", "minute|minutes|min|mins|m|mns"),
    entry(Kind.UNIT, "hour", "hour|hours|hr|hrs|h"),
    entry(Kind.UNIT, "day", "day|days"),
    entry(Kind.UNIT, "week", "week|weeks|wk|wks"),
    entry(Kind.UNIT, "weekend", "weekend|weekends|week end|wkend"),
    entry(Kind.UNIT, "month", "month|months"),
    entry(Kind.UNIT, "year", "year|years"),
    (((Kind.NUM, Number(2)), (Kind.UNIT, "week")), "fortnight|a fortnight"),
    (
        ((Kind.WORD, "free"), (Kind.NUM, Number(1)), (Kind.UNIT, "hour")),
        "free hour|any free hour|a free hour|spare hour",
    ),
    (((Kind.HALF, None), (Kind.UNIT, "hour")), "half hour|half an hour|half hours"),
    entry(Kind.HALF, None, "half"),
    entry(Kind.QUARTER, None, "quarter|quarters"),
    each_part("weekday", 0, 24, "weekdays|weekday|working days|work days|business days|workdays"),
    entry(Kind.DATE, ("md", (12, 25)), "christmas|christmas day|xmas"),
    entry(Kind.DATE, ("md", (12, 24)), "christmas eve"),
    entry(Kind.DATE, ("md", (12, 31)), "new year s eve|new years eve"),
    entry(Kind.DATE, ("md", (1, 1)), "new year s day|new years day"),
    entry(
        Kind.DATE,
        None,
        (
            "easter|pentecost|whitsun|thanksgiving|bank holiday|spring|summer|autumn|winter|dawn|dusk|"
            "sunrise|sunset|ramadan|diwali|hanukkah"
        ),
    ),
    entry(Kind.NEXT, None, "next|following"),
    entry(Kind.NEXT, "coming", "coming|upcoming"),
    entry(Kind.NEXT, None, "after next"),
    entry(Kind.THIS, None, "this|current"),
    entry(Kind.LAST, None, "last|previous"),
    entry(Kind.EVERY, None, "every|each|all|any"),
    entry(Kind.EDGE, "start", "early|start|beginning|early in|early on|at the beginning|the beginning|begin"),
    entry(Kind.EDGE, "mid", "mid|middle|the middle"),
    entry(Kind.EDGE, "end", "late|end|the end|late in|late on"),
    (((Kind.EDGE, "end"), (Kind.OF, None), (Kind.THE, None), (Kind.UNIT, "month")), "eom|the eom"),
    (((Kind.EDGE, "end"), (Kind.OF, None), (Kind.THE, None), (Kind.UNIT, "year")), "eoy|the eoy"),
    (((Kind.EDGE, "start"), (Kind.OF, None), (Kind.THE, None), (Kind.UNIT, "year")), "boy|the boy"),
    (((Kind.EDGE, "end"), (Kind.OF, None), (Kind.THE, None), (Kind.UNIT, "week")), "eow"),
    entry(Kind.FROM, None, "from"),
    entry(Kind.TO, None, "to|through|thru"),
    entry(Kind.BETWEEN, None, "between|btw|btwn"),
    entry(Kind.AND, None, "and|n|plus|but"),
    entry(Kind.OR, None, "or|either"),
    entry(
        Kind.EXCEPT,
        None,
        (
            "any day but|every day but|any time but|anytime but|all days but|except|except for|excluding|"
            "apart from|but not|other than|without|not counting|aside from|"
            "but no|save for|besides|not on|minus|outside of|outside"
        ),
    ),
    entry(Kind.BOUND, "before", "before|prior to|earlier than|ahead of|no later than"),
    entry(Kind.BOUND, "after", "after|later than|any time after"),
    entry(Kind.BOUND, "by", "by|by the|no later than"),
    entry(Kind.BOUND, "until", "until|till|til|untill|up to|up until|through to"),
    entry(
        Kind.BOUND,
        "from",
        "from|not before|no earlier than|not earlier than|since|starting|starting from|starting at|as of|"
        "as from|from on|beginning on|onwards from",
    ),
    entry(Kind.AT, None, "at"),
    entry(Kind.ON, None, "on"),
    entry(Kind.IN, None, "in"),
    entry(Kind.INSIDE, None, "during|over|inside|throughout"),
    entry(Kind.WITHIN, None, "within"),
    entry(Kind.FOR, None, "for"),
    entry(Kind.OF, None, "of|s"),
    entry(Kind.THE, None, "the|same time|the same time|at the same time"),
    entry(Kind.MY, None, "my|our"),
    entry(Kind.APPROX, None, "around|about|approximately|approx|circa|roughly|at around|at about|ish"),
    entry(Kind.NOW, None, "now|right now|currently|at the moment|this moment|just now"),
    entry(Kind.REST, None, "rest|remainder|the rest|the remainder"),
    entry(Kind.ASAP, None, "asap|as soon as possible|as early as possible|soonest"),
    entry(Kind.AGO, None, "ago"),
    entry(Kind.LATER, None, "hence|from now|later|from today"),
    entry(Kind.PAST, None, "past"),
    entry(Kind.OCLOCK, None, "o clock|oclock|sharp"),
    entry(Kind.MERIDIEM, False, "in the am"),
    entry(Kind.MERIDIEM, True, "in the pm"),
    entry(Kind.TIMEWORD, None, "time|local time"),
    entry(Kind.ABBREVIATION, "America/New_York", "et|est"),
    entry(Kind.ABBREVIATION, "America/Los_Angeles", "pt"),
    *zones.ENTRIES,
)

LEXICON = Lexicon(
    code="en",
    entries=_ENTRIES,
    stopwords=words(
        "the an am i me my is are was were be do does did what when where why who how can could would "
        "will should have has "
        "had with at to for of on in and or between from by until before after next this tomorrow today "
        "yesterday free book "
        "meeting schedule find show any please pls week month morning afternoon evening call cancel move "
        "help hello hi hey "
        "thanks thank you your it we us our let lets not no yes up out about change set time hour hours "
        "minutes slot slots "
        "calendar time zone available availability monday tuesday wednesday thursday friday saturday "
        "sunday weekend sign "
        "january february april june july august october december tonight noon half past quarter log "
        "connect disconnect "
        "every each first last than as except but both put invite reschedule push postpone block everything"
    ),
    with_words=frozenset({"with", "w"}),
    invite_words=frozenset({"invite", "meet", "see", "include"}),
    self_words=frozenset({"i", "me", "myself", "us", "we"}),
    name_particles=frozenset(
        {"de", "da", "van", "von", "der", "la", "le", "du", "bin", "al", "el", "di", "den", "ter"}
    ),
    not_names=words(
        "me my him her them us you everyone everybody anyone someone somebody it that this these those "
        "the a an all "
        "people others nobody colleagues manager boss client clients customer no one any both"
    ),
    subject_markers=(
        "about",
        "re",
        "regarding",
        "concerning",
        "on the subject of",
        "on the topic of",
        "to discuss",
        "to talk about",
        "to go over",
        "to review",
        "called",
        "titled",
        "entitled",
        "named",
        "subject",
        "topic",
        "with subject",
    ),
    soft_subject_markers=("for",),
    object_verbs=words(
        "book schedule set up arrange organise organize put block plan create add invite reserve make "
        "hold cancel delete drop "
        "remove do move reschedule postpone push shift delay bring clear scrap call pencil fix meet see find get need"
    ),
    determiners=words("the a an my our this that his her their some any another"),
    generic=words(
        "meeting meetings call calls sync 1 1:1 one catch catchup catch-up chat chats coffee slot slots appointment "
        "appointments event events session time something video teams zoom phone quick short long "
        "brief hangout lunch "
        "one-on-one thing things everything all it invite invitation booking up on"
    ),
    generic_alone=frozenset({"time", "lunch"}),
    subject_fillers=words(
        "please pls me us new quick short up in off out back down together for entire whole just kindly hour hours "
        "minute minutes min mins s rid of forward meetings everything earlier later"
    ),
    subject_stops=words("with w in into from to at on by for until before after and or between until that so if"),
    earlier_words=frozenset({"forward", "earlier", "forwards", "sooner", "up"}),
    not_typos=words(
        "launch match mouth noun money might fright thirst eight night light right later least even "
        "event sunny friends "
        "friend monthly weekly daily fortnight lately marsh augur martin marty mornings minute minus hourly yearly "
        "todays weekdays weekday quarterly retro sprint budget report review would could should there their where "
        "after other never wednesdays frida april june may august tuesday"
    ),
    habits=Habits(week_after_day_adds_one=True),
    subject_links=words("of on for"),
    polite=("please", "pls", "thanks", "thank you"),
    ordinal_suffixes=("st", "nd", "rd", "th"),
    month_first=None,
    month_first_regions=frozenset({"us", "ph"}),
    modal_months=frozenset({"may", "march", "mar", "sun", "sat", "wed", "second"}),
    people_patterns=(
        (
            r"\b(?:is|are|does|do|has|will|can|could) (?P<n>[^\W\d_][^\d,?!.]{1,60}?)(?:,? and (?:i|me|myself|"
            r"we))? (?:both |all |also |be |be both )*(?:free|available|busy|have time|around|open|make|meet|"
            r"join)\b"
        ),
        r"\b(?:i|me|myself|us),? (?:and|n|&) (?P<n>[^\W\d_][^\d?!.]{1,80})",
        r"\b(?:me|myself), (?P<n>[^\W\d_][^\d?!.]{1,80})",
        r"\b(?:talk|speak|chat) to (?P<n>[^\W\d_][^\d?!.]{1,60})",
        r"\b(?:send|tell|show|give|ask|book|ping) (?P<n>[^\W\d_][^\d?!.]{1,60})",
        r"\bfor (?P<n>[^\W\d_][^\d?!.]{1,80}) and me\b",
    ),
    not_time=(
        r"\b(?:my|the) (?:work ?)?day (?:starts?|begins?|ends?|finish|over)\b",
        # "why not on Thursday" excludes nothing
        r"\bwhy (?:is it |am i |are we )?not\b",
    ),
    start_words=frozenset({"from", "starting at", "starting from", "starting"}),
    place_markers=frozenset({"at", "in"}),
    place_name_markers=frozenset({"at"}),
    place_nouns=words(
        "room boardroom cafe restaurant bar pub bistro bakery office building hall lounge library "
        "canteen cafeteria lobby reception "
        "headquarters hq hotel auditorium studio lab meeting conference floor gallery museum park station airport"
    )
    - {"meeting", "conference"},
    rooms=frozenset({"room", "boardroom"}),
    counted_words=words("people persons person seats min mins minutes hours hour days weeks pers"),
    features=(
        ("when", "when|what time|what times|which times"),
        (
            "asks_times",
            ("when|what time|what times|find|any|slot|slots|time for|times|openings|opening|is there|gap|availability"),
        ),
        ("asks_free", "free|available|availability|opening|openings|slot|slots|gap|gaps|open"),
        ("slots", "slot|slots|times|openings|availability"),
        ("asap", "asap|soonest|as soon as possible"),
    ),
    vocabulary=words("monday tuesday wednesday thursday friday saturday sunday"),
)
