"""What a person wants, in English: the first rule that holds."""

from __future__ import annotations

from bot.language.lexicon import IntentRule as Rule
from bot.language.request import Intent

_POLITE = (
    r"^(?:(?:please|pls|hey|hi|hello|ok|so|and|now|creneau|can you|could you|would you|will you|"
    r"can we|could we|let s|lets|i d like to|i would like to|i want to|i need to|i want you to|"
    r"want to|need to|try to|go ahead and|just) )*"
)
_VERB = _POLITE + r"(?:please )?"
_LANGUAGES = r"(?:english|french|german|spanish|italian|francais|deutsch|espanol)"

INTENTS = (
    Rule(Intent.GREETING, r"^what s up$"),
    Rule(
        Intent.FORGET,
        (
            r"\b(?:forget (?:me|everything|all|about me|my data|what you know)|(?:delete|erase|remove|"
            r"wipe) (?:all |everything )?(?:of )?(?:my|the|about) ?(?:personal |own )?(?:data|information|"
            r"info|me|profile)|delete everything (?:you|about)|gdpr)\b"
        ),
    ),
    Rule(Intent.LANGUAGE, r"\b(?:speak|talk|reply|answer|write|respond)\b.* (?:in |to me in )?" + _LANGUAGES + r"\b"),
    Rule(
        Intent.LANGUAGE,
        r"\b(?:switch|change|set|use)\b.*\b"
        + _LANGUAGES
        + r"\b|\b(?:change|set|switch|which|what)\b.*\blanguages?\b|^(?:in )?"
        + _LANGUAGES
        + r"(?: please)?$|\blanguage\b",
    ),
    Rule(
        Intent.NOTICES,
        (
            r"\b(?:notif\w*|notices?|alerts?|unmute|mute|ping me|stop telling me|tell me when|"
            r"let me know when|inform me|remind\w*|(?:stop|don t|dont|do not|never|no longer) "
            r"(?:tell|telling|inform|informing|alert|alerting|message|messaging|write|writing)(?: to)? me)\b"
        ),
    ),
    # Told not to do it: nothing is offered that does.
    Rule(Intent.UNKNOWN, r"\b(?:don t|dont|do not|never|not) (?:cancel|move|delete|reschedule|postpone)\b"),
    Rule(
        Intent.DISCONNECT,
        (
            r"\b(?:disconnect|log (?:me )?(?:out|off)|sign (?:me )?(?:out|off)|logout|signout|unlink|"
            r"revoke)\b|\b(?:remove|delete|drop|forget) (?:my |the |this |an? )?(?:\w+ )?(?:account|calendar|"
            r"connection|mailbox)\b"
        ),
    ),
    Rule(
        Intent.CONNECT,
        (
            r"\b(?:connect|reconnect|sign (?:me )?in|log (?:me )?(?:in|on)|login|signin)\b|\b(?:link|add|"
            r"hook up|attach|use) (?:to )?(?:my |an?other |a |an |the |new )*(?:\w+ )?(?:account|calendar|"
            r"outlook|mailbox)\b"
        ),
    ),
    Rule(
        Intent.BOOK,
        _VERB
        + (
            r"(?:book|schedule|set up|arrange|organi[sz]e|plan|reserve|create|add)\b(?=.* (?:teams|working hours|"
            r"work hours|office hours|business hours|time ?zone)\b)"
        ),
        ("time",),
    ),
    Rule(Intent.SETTINGS, r"\b(?:settings?|preferences?|configure|configuration|options)\b"),
    Rule(
        Intent.SETTINGS,
        (
            r"\b(?:working hours|work hours|"
            r"office hours|business hours|working days|time ?zone|timezone|default (?:meeting )?(?:length|"
            r"duration)|default meeting|meeting length|buffers?|minimum notice|booking window|target calendar|"
            r"conflict calendars?|teams link)\b"
        ),
        ("!asks_free", "!once"),
    ),
    Rule(
        Intent.SETTINGS,
        (
            r"\b(?:block|unblock|count|treat|ignore|consider|show|don t (?:block|count))\b.*\b(?:tentative\w*|"
            r"out of office|ooo|working elsewhere|oof)\b|\b(?:tentative\w*|out of office|"
            r"working elsewhere)\b.*\b(?:blocks?|busy|free|counts?|available)\b"
        ),
        ("!once",),
    ),
    Rule(
        Intent.SETTINGS,
        (
            r"\bmy hours (?:are|is)\b|\bi (?:usually |normally |only |always )?(?:work|start work|finish work|"
            r"start|finish) (?:from(?! home)|between|at|on|mondays?|until|till|\d|monday)\b|\bi don t work (?:on|"
            r"after|"
            r"before)\b|\bset my\b|\bchange my (?:hours|zone|days|default|calendar|working)\b|\b(?:make|"
            r"set) .* (?:my|the) default\b"
        ),
        ("!once",),
    ),
    Rule(
        Intent.WHY,
        (
            r"^(?:but |and |so )?(?:why|how come|what s blocking|whats blocking|what is blocking|what blocks|"
            r"what s (?:wrong|stopping|in the way)|what is (?:wrong|in the way)|whats wrong|"
            r"what makes me busy|for what reason)\b|\bwhy (?:am|is|was|are|can|do|did|isn|aren|not|t)\b"
        ),
    ),
    Rule(
        Intent.SHARE,
        (
            r"\b(?:share|send|forward|publish)\b.*\b(?:availabilit\w+|free times?|free slots?|slots|times|"
            r"openings|calendar|link|schedule)\b|\bbooking (?:link|page)\b|\bgive <p> (?:my|some)\b"
        ),
    ),
    # Whom else to invite is no time: an existing meeting is not booked again.
    Rule(
        Intent.UNKNOWN,
        _VERB + r"(?:add|invite|include|put)\b(?! (?:a|an|some|another)\b).* (?:to|in|on) (?:my|the|our|this|that|<t>)"
        r" (?:\S+ ){0,5}?(?:meetings?|call|sync|review|standup|appointment|event|invite|invitation|session|1 1)\b",
    ),
    Rule(
        Intent.RESCHEDULE,
        (
            r"\b(?:do|have|make|start|hold|put|see|take) (?:it|that|this|(?:the|my|our) .+?|<s>.*|<t>.*?) (?:\S+ "
            r"){0,4}(?:later|earlier|sooner)$"
        ),
    ),
    Rule(
        Intent.RESCHEDULE,
        _VERB
        + (
            r"(?:move|reschedule|postpone|push|shift|delay|bring|put off|put back|rebook|swap)\b|\b(?:move|"
            r"reschedule|postpone|push back|shift) (?:my|the|our|this|that|it|<t>|today|tomorrow|all)\b|"
            r"\bchange (?:the time of |the date of )?(?:my|the|our) (?!(?:settings|hours|language)).* to\b"
        ),
    ),
    Rule(
        Intent.CANCEL,
        _VERB
        + (
            r"(?:cancel|delete|drop|ditch|skip|remove|call off|scrap|clear|get rid of|kill)\b|\bcancel (?:my|the|our|"
            r"this|that|it|all|everything)\b|\bcall off\b"
        ),
    ),
    Rule(
        Intent.NEXT,
        (
            r"\b(?:my |the )?(?:next|upcoming) (?:meeting|appointment|call|event|booking|one|"
            r"thing)\b(?! (?:length|duration))|\bwhat(?: s| is)? (?:up )?next\b(?! (?:week|month|monday|"
            r"tuesday|wednesday|thursday|friday))|\bwhat do i have next$|\bwho am i meeting next\b|"
            r"\bwhere (?:do i have to be|am i supposed to be) next\b"
        ),
        ("!time",),
    ),
    Rule(
        Intent.AGENDA,
        (
            r"\b(?:when|what time|at what time) (?:does|do|will|is) (?:my|the) (?:work ?)?day (?:start|begin|end|"
            r"finish|over|done)\b|"
            r"\b(?:when|what time) (?:do|am|will) i (?:start|finish|begin|done|be done)\b|\b(?:am i|are we) (?:done|"
            r"finished|through)\b|"
            r"\bwhat(?: s| is|s) (?:left|still (?:on|to come|ahead)|ahead|coming up|remaining)\b|\banything (?:else|"
            r"left|more|on|planned|scheduled)\b"
        ),
    ),
    Rule(Intent.SHARE, r"\bshow <p> (?:my|when)\b|\btell <p> when\b"),
    Rule(
        Intent.AGENDA,
        r"\b(?:when|what time|where) (?:is|s|are) (?:my|the|our) (?:next )?(?:meetings?|calls?|appointments?|<s>)\b"
        r"|\bmy next (?:meeting|call|appointment)\b|\bwhat am i doing\b|\b(?:am i|are we) (?:meeting|seeing)\b",
    ),
    Rule(
        Intent.BOOK,
        _VERB
        + (
            r"(?:book|schedule(?! (?:for )?(?:today|tomorrow|this|next|on|is|look)\b)|set up|setup|arrange|"
            r"organi[sz]e|put|plan|create|add(?= (?:an?|the|my|some|\d+|<s>))|invite|reserve|pencil in|pencil|"
            r"fix|hold|block|block off|"
            r"make (?:an?|me an?)|get me (?:an? )?(?:meeting|call|appointment)|set (?:an? )?(?:meeting|call|"
            r"appointment))\b"
        ),
    ),
    Rule(
        Intent.COMMON,
        (
            r"\b(?:when|what times?|which times?|find|any|is there|slots?|time|times|openings?|gap|"
            r"availability|free)\b.*(?:<p>)"
        ),
        ("people", "asks_times"),
    ),
    Rule(
        Intent.FREE,
        (
            r"\bwhen (?:am|are|can|could|would|do|will|is|might|s)\b.*\b(?:free|available|open|fit|meet|time|"
            r"availability|slot|work|best|gap|opening|talk|take)\b|^when(?: s| is| am| are)? (?:i )?free\b"
        ),
    ),
    Rule(
        Intent.AGENDA,
        (
            r"\b(?:what|which|how)\b.*\b(?:look like|looks like|look|looking)\b.*|\bwhat(?: s| is| have i|"
            r" do i have| am i doing| have i got| i have| meetings| appointments| events| calls|"
            r" are my)\b.*\b(?:on|have|got|doing|meetings?|appointments?|events?|calls?|calendar|agenda|"
            r"schedule|scheduled|diary|planned|booked|up|happening|plans)\b"
        ),
        ("!asks_free",),
    ),
    Rule(
        Intent.AGENDA,
        (
            r"\bwhat do i have\b(?!.*\b(?:free|open|available)\b)|\bwhat s (?:on|happening|in my)\b|"
            r"\bwhat have i got\b|\b(?:do i have|have i got|are there|is there) (?:any |a |other |"
            r"more )*(?:meetings?|appointments?|calls?|events?|anything|plans)\b(?!.*\b(?:free|open|"
            r"available)\b)"
        ),
    ),
    Rule(
        Intent.AGENDA,
        (
            r"\b(?:show|list|see|view|display|open|give|tell|read|check|get|pull up)\b.*\b(?:my|all|"
            r"the) (?:\w+ ){0,2}?(?:agenda|schedule|calendar|meetings|appointments|day|week|events|diary|"
            r"calls|plans)\b|^my (?:agenda|schedule|calendar|meetings|appointments|diary|day)\b(?!.*\bfree\b)|"
            r"^(?:agenda|calendar|meetings|appointments|diary)\b|^schedule (?:for )?(?:today|tomorrow|this|"
            r"next|on)\b|\bwho am i meeting\b|\bhow (?:busy|full) (?:am|is|are)\b|\bhow (?:does|is|s) (?:my|"
            r"tomorrow|today|<t>)\b|\bwhere am i\b"
        ),
        ("!asks_free",),
    ),
    Rule(Intent.CHECK, r"^(?:so |and )?(?:i have|i ve got|i m|i am)\b", ("time", "question", "!when")),
    Rule(Intent.CHECK, r"^(?:free|available|busy)\b", ("time", "question", "!slots")),
    Rule(Intent.CHECK, r"^any chance\b|^(?:please )?(?:check|verify)\b", ("time",)),
    Rule(Intent.FREE, r"^(?:any|anything|anytime)\b"),
    Rule(
        Intent.FREE,
        (
            r"^(?:please )?(?:find|show|list|give|suggest|propose|get|offer|look for|search|need|i need|"
            r"i want|i m looking for|looking for|can you find|could you find|tell me|can i get|"
            r"can i have)\b.*\b(?:time|times|slots?|openings?|availabilit\w+|minutes?|mins?|\d+m|hours?|h|"
            r"hrs?|free|gaps?|window|windows|spot|spots|space|\d+ ?h)\b|^(?:please )?find\b"
        ),
    ),
    Rule(
        Intent.CHECK,
        (
            r"\b(?:am|are|is|will|would|could|can|do|does|have|might|was|were|did|i m|i am)\b.*\b(?:free|"
            r"available|busy|booked|open|time|work|works|fine|ok|okay|good|possible|clear|taken|occupied|"
            r"around|meet|squeeze|make it|suit|feasible|conflict|conflicts|clash|gap|room|fit)\b"
        ),
        ("time", "!when"),
    ),
    Rule(
        Intent.CHECK,
        (
            r"^(?:how about|what about|can i do|could i do|is|does|would|will|i m free|i am free|can i|"
            r"could i|could we|can we|do i have|am i)\b"
        ),
        ("time",),
    ),
    Rule(
        Intent.FREE,
        (
            r"\b(?:free|available|availability|availabilities|openings?|slots?|gaps?|any ?time|open times?|"
            r"when can|when could|what times?|which times?|whenever|find (?:me )?(?:a |some |an )?(?:time|"
            r"slot|gap)|spare time|free time)\b"
        ),
    ),
    Rule(Intent.COMMON, r"<p>", ("people", "asap")),
    Rule(
        Intent.BOOK,
        r"^(?:an? |the )?(?:meeting|call|sync|coffee|chat|catch up|interview|review)\b.*\bwith\b",
        ("time",),
    ),
    Rule(
        Intent.BOOK,
        (
            r"\b(?:book|schedule|set up|arrange|organi[sz]e|reserve|plan|invite|pencil|block)\b|\b(?:meet|"
            r"meeting|call|lunch|coffee|chat|sync|catch up|catchup|1 1|appointment|review|dinner|breakfast|"
            r"standup|interview|session)\b.*<p>|<p>.*\b(?:meeting|call|lunch|coffee)\b"
        ),
        ("time",),
    ),
    Rule(
        Intent.BOOK,
        (
            r"\b(?:i need|i want|i d like) (?:an? )?(?:meeting|call|appointment)\b|\b(?:need|want|like|"
            r"have) to (?:meet|see|talk|speak)\b|^meet\b"
        ),
    ),
    Rule(Intent.THANKS, r"\b(?:thanks|thank you|thx|cheers|ty|much appreciated|thank u|thankyou)\b", ("!time",)),
    Rule(
        Intent.HELP,
        (
            r"\b(?:help|what can (?:you|i)|what do you do|how do(?:es)? (?:i|you|this|it)|how to|commands?|"
            r"who are you|what are you|what is this|instructions|examples?|guide|what s possible|"
            r"how can you)\b"
        ),
    ),
    Rule(Intent.AGENDA, r"\b(?:agenda|schedule|calendar|meetings|appointments|diary)\b"),
    Rule(
        Intent.GREETING,
        (
            r"^(?:hi|hello|hey|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day)|morning|"
            r"hi there|hello there|sup)\b"
        ),
    ),
    Rule(Intent.THANKS, r"^(?:great|perfect|awesome|nice|cool|super|ok thanks|excellent|lovely)\b", ("!time",)),
    Rule(Intent.FREE, r"^(?:<t>)$", ("time", "!point")),
    Rule(Intent.CHECK, r"^(?:<t>)$", ("time", "point")),
)
