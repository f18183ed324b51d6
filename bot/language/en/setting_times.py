"""Hours, days, zones and lengths in English words."""

from __future__ import annotations

from bot.language.request import Topic
from bot.language.wish_rules import NO_TIME
from bot.language.wish_rules import WishRule as Rule

_BUFFERS = (Topic.BUFFER_BEFORE, Topic.BUFFER_AFTER)

RULES: tuple[Rule, ...] = (
    # Hours and days
    Rule((Topic.HOURS, Topic.DAYS), r"{set}{my}(?:{hours}|day|schedule){to} {when}"),
    Rule(
        (Topic.HOURS, Topic.DAYS),
        (
            r"i (?:usually |normally |only |always |generally |typically |actually |just |now )*{work} (?:from |"
            r"between |on |only )*{when}"
        ),
    ),
    Rule((Topic.DAYS,), r"i (?:also |now also |sometimes )+{work} (?:on )?{days}(?: too| as well)?", on=True),
    Rule((Topic.DAYS,), r"i (?:also )?{work} (?:on )?{days} (?:too|as well|also|again)", on=True),
    Rule(
        (Topic.HOURS, Topic.DAYS),
        (
            r"i (?:usually |normally |generally )?(?:don t|dont|do not|didn t|didnt|did not|never|no longer|can "
            r"t|won t|am not|m not)(?: usually| normally| ever)? (?:{work}|available)(?: anymore| any more)?(?: "
            r"(?:on|at))? {when}"
        ),
        on=False,
    ),
    Rule(
        (Topic.DAYS,),
        (
            r"(?:i (?:stopped|quit|stop) working|no (?:work|working)|not working|i m not working|no meetings (?:ever "
            r")?)(?: on)? {days}"
        ),
        on=False,
    ),
    Rule(
        (Topic.DAYS,),
        (
            r"(?:i (?:have |take |get )|i m (?:always |usually )?off on |i m off |take |(?:keep|have) "
            r")?(?P<days>(?:(?:mon|"
            r"tues|wednes|thurs|fri|satur|sun)days(?:,| and| &)* ?)+)(?: (?:are |is )?(?:my )?(?:days? "
            r")?off)?(?<=off)"
        ),
        on=False,
    ),
    Rule(
        (Topic.DAYS,),
        (
            r"i (?:am|m) (?:always |usually )?off (?:on )?(?P<days>(?:(?:mon|tues|wednes|thurs|fri|satur|"
            r"sun)days(?:,|"
            r" and| &)* ?)+|every \w+day)"
        ),
        on=False,
    ),
    Rule((Topic.DAYS,), r"{set}{my}{workdays}{to} {days}"),
    Rule(
        (Topic.DAYS,),
        (
            r"(?:remove|drop|take|delete) {days} (?:from|off|out of) (?:my )?(?:{workdays}|working week|work week|"
            r"week)"
        ),
        on=False,
    ),
    Rule(
        (Topic.DAYS,),
        (
            r"(?:add|include) {days} (?:to|in|as) (?:my |a )?(?:{workdays}|working week|work week|(?:working|work) "
            r"?day)"
        ),
        on=True,
    ),
    Rule(
        (Topic.DAYS,),
        (
            r"{days} (?:is|are|was|were)(?P<neg> not| no longer|n t)?(?: a| my)? (?:{workdays}|(?:working|work) "
            r"?day)"
        ),
        on=True,
    ),
    Rule(
        (Topic.DAYS,),
        (r"{days} (?:isn t|aren t|wasn t|weren t)(?: a| my)? (?:{workdays}|(?:working|work) ?day)"),
        on=False,
    ),
    Rule(
        (Topic.HOURS,),
        (
            r"(?:i |my (?:day|working day|work ?day) )?(?:usually |normally |always )?(?:start|starts|started|begin|"
            r"begins|began)(?: (?:work|working|my day))?(?: at| from)? {start}(?:(?: ,)? and)? (?:(?:i )?(?:finish|"
            r"finishes|finished|end|ends|stop|stops|leave|quit)(?: (?:work|working|my day))?)(?: at)? {end}"
        ),
    ),
    Rule(
        (Topic.HOURS,),
        (
            r"(?:i |my (?:day|working day|work ?day) )(?:usually |normally |always )?(?:start|starts|started|begin|"
            r"begins)(?: (?:work|working|my day))?(?: at| from)? {start}"
        ),
    ),
    Rule(
        (Topic.HOURS,),
        (
            r"(?:i |my (?:day|working day|work ?day) )(?:usually |normally |always )?(?:finish|finishes|finished|"
            r"end|ends|stop|stops)(?: (?:work|working|my day))?(?: at)? {end}"
        ),
    ),
    Rule(
        (Topic.HOURS, Topic.DAYS),
        (
            r"(?:don t|dont|do not|never|no) (?:book(?:ings?)?|schedule|plan|offer|put|meetings?|accept|allow)(?: "
            r"me| anything| meetings?| bookings?| any meetings?| any| people)*(?: (?:on|at))? {when}"
        ),
        on=False,
    ),
    Rule(
        (Topic.HOURS,),
        (
            r"(?:(?:i m|i am|i work|i m on|i do|set|put me|put me on|working|on) )*(?:on )?(?:a |the |my )?(?:night|"
            r"day|early|late|evening) ?shifts?{to} {when}"
        ),
    ),
    Rule((Topic.HOURS,), r"i work nights?{to} {when}"),
    # Zone
    Rule(
        (Topic.ZONE,),
        (r"{set}{my}(?:time ?zones?|timezones?|tz|zone)(?: (?:to|is|as|should be|was|were|be|in|=|now))* {zone}"),
    ),
    Rule(
        (Topic.ZONE,),
        (
            r"(?:i m|i am|i was|i were|we re|we are) (?:now |currently |presently |living |based |working "
            r")*in {city}(?: "
            r"(?:now|at the moment|right now|these days|currently|time))?"
        ),
    ),
    Rule((Topic.ZONE,), r"i (?:ve |have |just |ve just )?(?:moved|relocated|moved over|transferred) to {city}"),
    Rule((Topic.ZONE,), r"i (?:now )?(?:live|work|am based|m based|lived|worked) (?:now )?(?:in|from|out of) {city}"),
    Rule(
        (Topic.ZONE,),
        (
            r"(?:use|switch to|switch me to|put me on|put me in|move me to|set me to|show (?:me )?(?:all )?(?:the "
            r"|my )?times in|go by|work in|display times in) {city}(?: time(?:s)?(?: ?zone)?)?"
        ),
    ),
    Rule((Topic.ZONE,), r"use (?:the )?{zone} time ?zone"),
    # Lengths
    Rule(
        _BUFFERS,
        (
            r"(?:no|(?:remove|drop|clear|delete|stop|disable|cancel|turn off|without|zero)(?: (?:my|the|all|any|"
            r"all the))?) {buffer}(?: (?:time )?{between} {meetings})?"
        ),
        amount=NO_TIME,
    ),
    Rule(
        (Topic.BUFFER_BEFORE,),
        (r"(?:no|(?:remove|drop|clear)(?: (?:my|the|any))?) {buffer} before(?: {meetings})?"),
        amount=NO_TIME,
    ),
    Rule(
        (Topic.BUFFER_AFTER,),
        (r"(?:no|(?:remove|drop|clear)(?: (?:my|the|any))?) {buffer} after(?: {meetings})?"),
        amount=NO_TIME,
    ),
    Rule(
        (),
        (
            r"{set}{my}(?:{buffer}{to} )?{before}(?: (?:of )?{buffer})? before(?: {meetings})?(?: ,)?(?: and| ,) "
            r"{after}(?: {buffer})? after(?: {meetings})?"
        ),
    ),
    Rule(
        (),
        (
            r"{set}{my}(?:{buffer}{to} )?{after}(?: (?:of )?{buffer})? after(?: {meetings})?(?: ,)?(?: "
            r"and| ,) {before}(?: "
            r"{buffer})? before(?: {meetings})?"
        ),
    ),
    Rule((Topic.BUFFER_BEFORE,), r"{set}{my}{length} (?:of )?(?:{buffer} )?before {meetings}"),
    Rule((Topic.BUFFER_BEFORE,), r"{set}{my}{length} (?:of )?(?:{buffer} )before"),
    Rule((Topic.BUFFER_BEFORE,), r"{set}{my}{buffer} before(?: {meetings})?{to} {length}"),
    Rule((Topic.BUFFER_BEFORE,), r"{set}{my}{buffer}{to} {length} before(?: {meetings})?"),
    Rule((Topic.BUFFER_AFTER,), r"{set}{my}{length} (?:of )?(?:{buffer} )?after {meetings}"),
    Rule((Topic.BUFFER_AFTER,), r"{set}{my}{length} (?:of )?(?:{buffer} )after"),
    Rule((Topic.BUFFER_AFTER,), r"{set}{my}{buffer} after(?: {meetings})?{to} {length}"),
    Rule((Topic.BUFFER_AFTER,), r"{set}{my}{buffer}{to} {length} after(?: {meetings})?"),
    Rule(
        _BUFFERS,
        (r"{set}(?:at least )?{my}{length} (?:of )?(?:free |off |a )?(?:{buffer} )?(?:time )?{between} {meetings}"),
    ),
    Rule(_BUFFERS, r"{set}{my}{buffer}(?: time)? {between} {meetings}{to} {length}"),
    Rule(_BUFFERS, r"{set}{my}{buffer}(?: time)?{to} {length}(?: {between} {meetings})?"),
    Rule(_BUFFERS, r"{set}{my}{length} {buffer}(?: time)?(?: {between} {meetings})?"),
    Rule(_BUFFERS, r"{between} {meetings}(?: ,)? {length}"),
    Rule(
        (Topic.DURATION,),
        (
            r"{set}{my}(?:default|usual|standard|normal|typical) (?:meeting |event |appointment |call |booking |"
            r"slot )?(?:lengths?|duration|time|meeting|slot|size){to} {length}(?: long)?"
        ),
    ),
    Rule(
        (Topic.DURATION,),
        (r"{set}{my}(?:default )?(?:meeting|event|appointment|call|booking|slot)s? (?:length|duration){to} {length}"),
    ),
    Rule(
        (Topic.DURATION,),
        (
            r"{set}(?:all |my |all my |the )*{length}(?: long)? (?:meetings?|events?|calls?|appointments?|bookings?|"
            r"slots?) (?:by default|as (?:the |my |a )?default)"
        ),
    ),
    Rule(
        (Topic.DURATION,),
        (
            r"(?:by default )?(?:my |all |all my |our )*(?:meetings?|events|calls|appointments) (?:by "
            r"default )?(?:should "
            r"|must |will |shall )?(?:by default )?(?:last|lasts|take|takes|be|are|lasted|took|were) {length}(?: "
            r"long)?(?: by default)?"
        ),
    ),
    Rule((Topic.DURATION,), r"(?:my |the )?default{to} {length}(?: (?:meetings?|long|per meeting))?"),
    Rule(
        (Topic.DURATION,),
        (r"{set}{my}{length} (?:as )?(?:my |the )?default(?: (?:meeting )?(?:length|duration|meeting))?"),
    ),
    Rule((Topic.DURATION,), r"{length} by default"),
    Rule(
        (Topic.DURATION,), (r"make (?:all |my |all my )*(?:meetings|events|calls) {length}(?: long)?(?: by default)?")
    ),
    Rule(
        (Topic.NOTICE,),
        (
            r"(?:no|(?:remove|drop|clear)(?: (?:my|the|any))?) (?:minimum |advance )*(?:notice|lead time)(?: "
            r"(?:period|"
            r"time|needed|required|necessary))?"
        ),
        amount=NO_TIME,
    ),
    Rule(
        (Topic.NOTICE,),
        (
            r"{set}(?:people |everyone )?(?:to give (?:me )?)?(?:at least |a minimum of |minimum |a )*{length}s? "
            r"(?:of )?(?:minimum |advance |advanced )*(?:notice|warning|lead time|heads up)(?: (?:period|time))?(?: "
            r"(?:before (?:a |any )?(?:meetings?|bookings?)|for (?:new )?(?:meetings|bookings)))?"
        ),
    ),
    Rule(
        (Topic.NOTICE,),
        (
            r"{set}{my}(?:minimum |min |advance |booking )*(?:notice|lead time)(?: (?:period|time))?{to} (?:at least "
            r")?{length}"
        ),
    ),
    Rule(
        (Topic.NOTICE,),
        (
            r"(?:don t|dont|do not|never|no) (?:book|bookings?|schedule|meetings?|let people book|allow bookings?|"
            r"offer|accept)(?: me| anything| meetings?| any(?:thing)?| slots?)* (?:less than|within|sooner than|"
            r"earlier than|under|in less than|with less than|in the next)(?: the next)? {length}(?: (?:{ahead}|"
            r"notice|"
            r"of notice|before))?"
        ),
    ),
    Rule((Topic.WINDOW,), r"(?:no|remove the|drop the) (?:booking )?(?:window limit)"),
    Rule(
        (Topic.WINDOW,),
        (
            r"(?:(?:people |others |everyone |they )?(?:can |may |to )?(?:book|be booked|schedule|bookings?|bookable|"
            r"meetings?|let people book|let (?:people|others|me) book|allow bookings?|accept bookings?|"
            r"allow|offer(?: "
            r"slots)?|look|plan|search|show)(?: me| meetings?| slots?)* )?(?:only )?(?:up to|until|at most|no more "
            r"than|not more than|max(?:imum)?|no further than|no later than|as far as) {length} {ahead}"
        ),
    ),
    Rule(
        (Topic.WINDOW,),
        (
            r"(?:don t|dont|do not|never|no) (?:book|bookings?|schedule|meetings?|let people book|allow bookings?|"
            r"offer|accept|nothing)(?: me| anything| meetings?| slots?)* (?:more than|further than|beyond|over|later "
            r"than|past) {length}(?: {ahead})?"
        ),
    ),
    Rule((Topic.WINDOW,), r"nothing (?:more than|further than|beyond|over|later than|past) {length}(?: {ahead})?"),
    Rule(
        (Topic.WINDOW,),
        (
            r"{set}{my}(?:booking|scheduling) (?:window|horizon|range|period|limit){to} (?:up to )?{length}(?: "
            r"{ahead})?"
        ),
    ),
    Rule((Topic.WINDOW,), r"{set}(?:a |an )?{length} (?:booking|scheduling) (?:window|horizon|limit)"),
)
