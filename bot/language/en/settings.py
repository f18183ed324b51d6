"""Settings in English words."""

from __future__ import annotations

from bot.language.en import setting_switches, setting_times
from bot.language.request import Topic
from bot.language.vocabulary import words
from bot.language.wish_rules import SettingWords

_NOT = (
    r"(?:don t|dont|do not|didn t|didnt|did not|doesn t|doesnt|does not|never|no longer|not|stop|stopped|"
    r"quit|without|"
    r"shouldn t|shouldnt|won t|wont|isn t|isnt|aren t|arent|wasn t|wasnt|weren t|werent|cannot|can t|cant|mustn t)"
)
_MODAL = (
    r"(?:to |should |must |shall |can |could |may |will |would |ought to |needs? to |has to |have to |do |does |did )"
)

_FRAGMENTS = {
    "neg": rf"(?P<neg>{_NOT} )?",
    "modal": rf"{_MODAL}?",
    "set": (
        r"(?:(?:change|changed|set|update|updated|switch|switched|make|made|put|adjust|move|moved|use|used|have|"
        r"had|keep|"
        r"kept|leave|left|add|added|give|gave|want|need|needed|wanted|apply|fix|turn|get|was|were|there (?:was|"
        r"were|is)|"
        r"set up|define|increase|reduce|decrease|extend|shorten|limit) (?:me )?)?"
    ),
    "my": r"(?:(?:my|the|a|an|our|any|all|all the|all my) )?",
    "to": (
        r"(?: (?:=|to|is|are|was|were|be|as|at|of|from|between|should be|must be|shall be|will be|would be|now|"
        r"on|in))*"
    ),
    "busy": (
        r"(?:busy|blocking|blocked|unavailable|taken|conflicts?|a conflict|occupied|(?P<free>free|available|"
        r"not busy|non ?blocking|open|not blocking|not conflicts?|not a conflict))"
    ),
    "me": r"(?: (?:on |off )?(?:me|my (?:time|calendar|availability|slots?|day)|time|slots?|anything|as busy))?",
    "events": (
        r"(?:(?:any|all|all my|all the|the|my|new|future|upcoming|bot|our|your) )*(?:events?|meetings|bookings|"
        r"appointments|new meeting|new booking|new ones)(?: (?:that )?(?:you|i|we) (?:book|create|make|schedule|"
        r"add))?"
    ),
    "cal": r"(?: calendar)?",
    "links": (
        r"(?:a |an |the |any |my )?(?:(?:microsoft |ms )?teams (?:meeting |call |video )?(?:links?|meetings?|"
        r"urls?|invites?)|online meetings?|meeting links?|join links?|video links?)"
    ),
    "switch": r"(?:on|enabled|yes|active|true|(?P<off>off|disabled|no|inactive|false))",
    "work": r"(?:work|working|am working|am at work|worked|was working|am available|am usually available|can work)",
    "between": (
        r"(?:between|around|in between|before and after|on (?:both|either|each) sides? of|both before and after|"
        r"before or after)"
    ),
    "meetings": (
        r"(?:(?:(?:my|all|all my|the|all the|any) )?(?:back to back )?(?:meetings|events|appointments|calls|"
        r"bookings)|(?:each|every|a|any) (?:meeting|event|appointment|call|booking))"
    ),
    "buffer": r"(?:buffers?|buffer time|breaks?|gaps?|pauses?|breathing (?:room|space)|padding|margin|breather)",
    "hours": (
        r"(?:(?:working|work|office|business|usual|normal|regular|daily|daytime|available|availability) )?(?:hours|"
        r"work ?day|working day|working time|work schedule|office hours|shift)"
    ),
    "workdays": r"(?:working|work|business|office) ?days",
    "ahead": r"(?:ahead|in advance|out|in the future|from now|beforehand|away)",
    "cancellations": (
        r"(?:my |the |all |all my )?(?:cancell?ations?|cancell?ed (?:meetings|events|bookings)|cancell?ing|deletions|"
        r"deleted (?:meetings|events)|deleted and declined events|cancel sync)"
    ),
    "moves": (
        r"(?:my |the |all |all my )?(?:moves?|moved (?:meetings|events|bookings)|moving|"
        r"reschedul(?:ing|ed meetings|es)|time changes)"
    ),
}

SETTINGS = SettingWords(
    fragments=_FRAGMENTS,
    rules=(*setting_switches.RULES, *setting_times.RULES),
    statuses={
        Topic.TENTATIVE: (
            r"(?:all |my |the |any |events? (?:that are |marked (?:as )?)|meetings? (?:that are |marked (?:as )?))*"
            r"(?:tentatives?|tentatively accepted|provisional|unconfirmed|maybes)"
            r"(?: (?:meetings?|events?|appointments?|invitations?|invites?|time|ones?|status|bookings?|"
            r"slots?|entries))?"
        ),
        Topic.OUT_OF_OFFICE: (
            r"(?:all |my |the |any |being |when i m |when i am |events? marked (?:as )?)*"
            r"(?:out of (?:the )?office|ooo|oof|away|absences?)(?: (?:events?|time|status|days?|entries|meetings?))?"
        ),
        Topic.WORKING_ELSEWHERE: (
            r"(?:all |my |the |any |when i m |when i am |events? marked (?:as )?)*"
            r"(?:work(?:ing)? (?:from )?elsewhere|working from home|working remotely|wfh)(?: (?:events?|time|status|"
            r"days?|entries))?"
        ),
    },
    nouns={
        Topic.CONFLICTS: (
            r"(?:my |the )?(?:conflict(?:s|ing)? calendars?|calendars? (?:that are |you |to )?check(?:ed)?(?: for "
            r"conflicts)?|"
            r"checked calendars|conflict check(?:s|ing)?|calendars? for conflicts)"
        ),
        Topic.TARGET: (
            r"(?:my |the )?(?:target calendar|target|booking calendar|calendar for new (?:events|meetings)|calendar "
            r"(?:you )?add events to)"
        ),
        Topic.SYNC_CANCELLATIONS: (
            r"(?:my |the )?(?:cancell?ations? sync(?:ing|hronisation|hronization)?|sync(?:ing)? of cancell?ations?)"
        ),
        Topic.SYNC_MOVES: r"(?:my |the )?(?:moves? sync(?:ing|hronisation|hronization)?|sync(?:ing)? of moves)",
        Topic.TEAMS_LINK: r"(?:my |the |a )?(?:teams (?:meeting )?links?)",
        Topic.ZONE: r"(?:my |the )?(?:time ?zones?|timezones?|tz)",
        Topic.HOURS: r"(?:my |the )?(?:(?:working|work|office|business) hours|hours|work schedule)",
        Topic.DAYS: r"(?:my |the )?(?:(?:working|work|business) ?days|days i work|days off)",
        Topic.DURATION: (
            r"(?:my |the )?(?:default (?:meeting )?(?:length|duration|meeting)|meeting (?:length|duration)|default "
            r"length of (?:my )?meetings)"
        ),
        Topic.BUFFER_BEFORE: (
            r"(?:my |the )?(?:buffers?(?: times?)?|buffer before(?: meetings?)?|buffers? between (?:my )?meetings|"
            r"time between meetings)"
        ),
        Topic.BUFFER_AFTER: r"(?:my |the )?buffer after(?: meetings?)?",
        Topic.NOTICE: (
            r"(?:my notice|(?:my |the )?(?:minimum notice|notice period|minimum lead time|advance notice|lead time))"
        ),
        Topic.WINDOW: r"(?:my |the )?(?:booking window|booking horizon|booking limit|scheduling window)",
    },
    openings=(
        r"(?:(?:please|can you|could you|i want to|i d like to|i need to|let me|how do i|how can i|can i|where "
        r"do i|hey|hi|ok) )*"
        r"(?:(?:what is|what s|whats|what are|what re|which are|which is|which|what|show me|show|see|view|change|"
        r"edit|update|set|adjust|"
        r"modify|open|tell me|configure|fix|switch|choose|pick|select|review|check|manage|how long is|how long "
        r"are|how much is|is|are) )"
        r"(?:do you have (?:for )?|you have (?:for )?)?"
    ),
    questions=(
        (
            Topic.CONFLICTS,
            (
                r"(?:what|which) (?:of my )?calendars? (?:are|is|do|did|will|get|should) (?:you |i |being "
                r"|be |currently "
                r")*(?:check|checked|checking|use|used|look at|looking at|watch|watched|read)(?: for conflicts?)?"
            ),
        ),
        (
            Topic.CONFLICTS,
            (
                r"(?:choose|change|pick|select|edit) (?:the |my |which )?calendars?(?: (?:are|to be|you))? "
                r"(?:to )?check(?:ed)?(?: "
                r"for conflicts?)?"
            ),
        ),
        (
            Topic.TARGET,
            (
                r"(?:where|(?:in(?:to)? |to )?(?:which|what) calendar) (?:do|are|will|does|should|did) (?:you "
                r")?(?:(?:put|"
                r"add|create|book|save) )?{events}(?: (?:go|added|put|land|created|booked|saved|end up))?(?: "
                r"(?:to|in|"
                r"into))?"
            ),
        ),
        (
            Topic.TARGET,
            (
                r"(?:where|(?:in(?:to)? |to )?(?:which|what) calendar) do you (?:put|add|create|book|save) "
                r"{events}(?: "
                r"(?:to|in|into))?"
            ),
        ),
        (Topic.TARGET, r"what is my target"),
        (
            Topic.TENTATIVE,
            (
                r"(?:do|does|is|are|will|would|should) {status} (?:block|count|blocking|busy|counted|free)(?: "
                r"as busy|"
                r" as free)?{me}"
            ),
        ),
        (
            Topic.TENTATIVE,
            (
                r"why (?:do|does|is|are|am i) {status} (?:block|count|blocking|busy|counted|free)(?: as busy|"
                r" as free)?{me}"
            ),
        ),
        (
            Topic.TENTATIVE,
            r"(?:do|are|will) you (?:block|blocking|count|counting|treat) {status}(?: as (?:busy|free))?",
        ),
        (Topic.TENTATIVE, r"(?:what about|how do you (?:treat|handle|count)) {status}"),
        (Topic.SYNC_CANCELLATIONS, r"(?:do|are|will) you (?:sync|syncing|follow|synchroni[sz]e) {cancellations}"),
        (Topic.SYNC_MOVES, r"(?:do|are|will) you (?:sync|syncing|follow|synchroni[sz]e) {moves}"),
        (
            Topic.ZONE,
            (
                r"(?:in )?(?:what|which) (?:is my |s my )?time ?zone (?:am i in|are you using|do you use|do "
                r"i have|is "
                r"set|are we in|is used)"
            ),
        ),
        (Topic.HOURS, r"when do i (?:work|start working|stop working)|what hours do (?:i|you think i) work"),
        (Topic.DAYS, r"(?:which|what) days do i work"),
        (Topic.DURATION, r"how long (?:are|is|should) (?:my |a )?meetings?(?: by default| be)?"),
        (Topic.NOTICE, r"how much notice (?:do i|do you|is) (?:need|needed|give|have|want)"),
        (Topic.WINDOW, r"how far (?:ahead|in advance|out) can (?:people|i|you|they|we) book(?: me)?"),
    ),
    passing=(
        r"i (?:don t|dont|do not|won t|m not|am not) (?:work|working) (?:on )?(?:this|next) (?:mon|tues|wednes|"
        r"thurs|fri|satur|sun)day",
    ),
    what_if=(
        (
            r"(?:(?:and|but|so|ok|hey|please) )*(?:what|how|would|show|tell|see|i wonder|can you (?:show|"
            r"tell)|anything)\b.{0,80}? "
            r"(?:if|when) (?P<rest>.+)"
        ),
        r"(?:simulate|preview|try|try out|imagine|suppose|pretend|let s say|say)(?: (?:if|that))* (?P<rest>.+)",
        (
            r"if (?P<rest>.+?),? (?:then )?(?:what|how|would) (?:(?:would|will|does|s|my|calendar|week|availability|"
            r"anything|something|it|that|things) )*(?:changes?|happens?|be different|look|then)(?: (?:like|next "
            r"week|this week))*"
        ),
        r"what (?:would|will|does) (?P<rest>.+) (?:change|do)",
    ),
    undo=(
        r"(?:undo|revert|roll back|rollback)(?: (?:that|it|this|the last (?:change|one|setting|thing)|my last "
        r"(?:change|setting)|last change|the change|that change|"
        r"this change|the last settings? change|my change|what (?:you|i) (?:just )?(?:did|changed)|the settings?(?: "
        r"change)?|changes?|last|please))*",
        r"(?:take (?:that|it) back|change (?:it|that) back|put (?:it|that) back(?: (?:as|how|the way) it was)?|"
        r"set (?:it|that) back|switch (?:it|that) back|"
        r"go back to (?:what it was|how it was|the (?:previous|old|last) settings?)|restore (?:the |my )?(?:previous|"
        r"last|old) settings?)",
    ),
    lead=(
        r"please|pls|plz|hey|hi|hello|ok|okay|so|and|also|then|now|just|actually|creneau|can you|could you|would "
        r"you|will you|can we|"
        r"could we|can i|could i|i d like you to|i want you to|i would like you to|i d like to|i would like "
        r"to|i want to|i need to|"
        r"i need you to|i d like|i would like|i want|i need|we want|you should|you can|you may|you must|let "
        r"s|go ahead and|from now on|in (?:the )?future|by default|"
        r"make sure(?: that)?(?: you)?|i|you|we|i were to|you were to|we were to|hypothetically|always|that|,"
    ),
    tail=(
        r"please|pls|plz|thanks|thank you|thx|from now on|in (?:the )?future|anymore|any more|again|too|as well|"
        r"ok|okay|now|for me|by default|at all|"
        r"always|any longer|instead|no longer|from today|going forward|automatically|every time|right|,"
    ),
    joins=words("and & + but"),
    not_names=words(
        "it that this these those them me you us him her everything anything something nothing all any both "
        "none one ones there here "
        "today tomorrow again now my the a an if time times slot slots conflict conflicts meeting meetings "
        "event events appointment "
        "appointments call calls booking bookings availability agenda schedule diary with for new other hold"
    ),
    asking=words(
        "wasnt werent isnt arent which what who when how why where if whether it i you we is are was were wasn "
        "isn not never t doesn don didn"
    ),
    calendar=words("calendar calendars calender named called"),
    of_account=words("of in from on at for ("),
    vocabulary=words(
        "calendar calendars conflicts tentative provisional elsewhere office notice buffer default cancellations "
        "timezone"
    ),
)
