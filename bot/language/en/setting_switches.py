"""Switches and calendars in English words."""

from __future__ import annotations

from bot.language.request import Topic
from bot.language.wish_rules import WishRule as Rule

_NOT = (
    r"(?:don t|dont|do not|didn t|didnt|did not|doesn t|doesnt|does not|never|no longer|not|stop|stopped|"
    r"quit|without|"
    r"shouldn t|shouldnt|won t|wont|isn t|isnt|aren t|arent|wasn t|wasnt|weren t|werent|cannot|can t|cant|mustn t)"
)

RULES: tuple[Rule, ...] = (
    # Switches of statuses
    Rule(
        (),
        (
            r"{neg}(?:start |keep )?(?:block|blocks|blocking|blocked)(?: (?:on|off|for|out|time for|time on|my time "
            r"for))? {status}(?: as busy)?"
        ),
        on=True,
    ),
    Rule(
        (),
        (
            r"(?:unblock|unblocking|unblocked|(?P<neg>don t|stop|do not|dont|never)? ?(?:ignore|ignoring|ignored|"
            r"skip|skipping|disregard|allow booking over|book over)) {status}"
        ),
        on=False,
    ),
    Rule(
        (),
        (
            r"{neg}(?:let|letting|make|making|have|having|allow|allowing) {status} (?:to )?(?P<free>not )?(?:block|"
            r"count|be busy|be blocking|count as busy|block time){me}"
        ),
        on=True,
    ),
    Rule(
        (),
        (
            r"{neg}(?:treat|treating|treated|count|counting|counted|consider|considering|considered|regard|mark|"
            r"show|see|take|handle|show me as|set|make|have|leave|keep) {status} (?:(?:=|as|to|like|being|be|count "
            r"as) )*{busy}"
        ),
        on=True,
    ),
    Rule((), r"{neg}(?:count|counting|counted|consider|considering) {status}", on=True),
    Rule(
        (),
        (
            r"{status} (?:meetings? |events? |time )?{modal}(?P<neg>(?:not|no longer|never|don t|doesn t|dont|doesnt|"
            r"shouldn t|shouldnt|do not|does not|didn t|didnt|did not|won t|wont|mustn t) (?:longer )?)?(?:blocks?|"
            r"blocked|be blocking|be blocked|counts?|counted|be counted|make me busy){me}"
        ),
        on=True,
    ),
    Rule(
        (),
        (
            r"{status} {modal}(?P<neg>(?:not|no longer|never|don t|doesn t|shouldn t|shouldnt|do not|does not|didn "
            r"t|didnt|did not|mustn t) (?:longer )?)?(?:(?:be )?(?:counts?|counted|treated|considered|seen|shown|"
            r"count|is|are|was|were|be|means?|equals?)(?P<off> not)? ?)?(?:(?:=|as|to be|like|being|be|count as) "
            r")*{busy}"
        ),
        on=True,
    ),
    Rule((), r"{status} (?:is|are|was|were)(?: now)? (?:(?:as|to be) )?{busy}", on=True),
    Rule((), r"(?:turn|switch|set) {status}(?: blocking)? {switch}", on=True),
    Rule((), r"(?:turn|switch) {switch} (?:blocking )?(?:(?:of|for|on) )?{status}(?: blocking)?", on=True),
    Rule((), r"{status}(?: blocking)? {switch}", on=True),
    Rule(
        (),
        (r"(?:enable|activate|(?P<off>disable|deactivate)) (?:blocking )?(?:(?:of|for|on) )?{status}(?: blocking)?"),
        on=True,
    ),
    Rule(
        (),
        (
            r"(?:i m|i am|i was|i were|show me as|show me|mark me as|mark me|consider me) (?:(?P<neg>not|never) "
            r")?{busy} (?:during|when|while|on|for|in) (?:i m |i am |marked |marked as |a |an |my |it s )*{status}"
        ),
        on=True,
    ),
    # Cancellation sync
    Rule(
        (Topic.SYNC_CANCELLATIONS,),
        (
            r"{neg}(?:start )?(?:sync|syncing|synced|synchroni[sz]e|synchroni[sz]ing|synchroni[sz]ed|follow|"
            r"following|"
            r"track|tracking|mirror|mirroring|propagate) {cancellations}(?: (?:from|in|with|to|made in) (?:outlook|"
            r"my calendar|the calendar|teams))?(?: {switch})?"
        ),
        on=True,
    ),
    Rule(
        (Topic.SYNC_CANCELLATIONS,),
        (
            r"(?:turn|switch) {switch} (?:the )?(?:syncing (?:of )?|sync (?:of |for )?)?{cancellations}(?: "
            r"sync(?:ing)?)?"
        ),
        on=True,
    ),
    Rule(
        (Topic.SYNC_CANCELLATIONS,),
        (
            r"(?:(?:turn|switch|set) )?(?:the )?(?:sync(?:ing)? (?:of )?)?{cancellations}(?: sync(?:ing|"
            r"hroni[sz]ation)?)?(?: "
            r"to)? {switch}"
        ),
        on=True,
    ),
    Rule((Topic.SYNC_CANCELLATIONS,), r"{neg}keep {cancellations} (?:in sync|synced|synchroni[sz]ed)", on=True),
    Rule(
        (Topic.SYNC_CANCELLATIONS,),
        (
            r"(?:enable|activate|(?P<off>disable|deactivate)) (?:the )?(?:sync(?:ing)? (?:of |for )?)?{cancellations}"
            r"(?: "
            r"sync(?:ing|hroni[sz]ation)?)?"
        ),
        on=True,
    ),
    Rule(
        (Topic.SYNC_CANCELLATIONS,),
        (
            r"{cancellations} (?:should |must )?(?P<neg>not |no longer |shouldn t |don t |aren t )?(?:be "
            r"|are )?(?:sync|"
            r"synced|synchroni[sz]ed)"
        ),
        on=True,
    ),
    # Move sync
    Rule(
        (Topic.SYNC_MOVES,),
        (
            r"{neg}(?:start )?(?:sync|syncing|synced|synchroni[sz]e|synchroni[sz]ing|synchroni[sz]ed|follow|following|"
            r"track|tracking|mirror|mirroring) {moves}(?: (?:from|in|with|to|made in) (?:outlook|my calendar|"
            r"the calendar))?(?: {switch})?"
        ),
        on=True,
    ),
    Rule(
        (Topic.SYNC_MOVES,),
        r"(?:turn|switch) {switch} (?:the )?(?:syncing (?:of )?|sync (?:of |for )?)?{moves}(?: sync(?:ing)?)?",
        on=True,
    ),
    Rule(
        (Topic.SYNC_MOVES,),
        (
            r"(?:(?:turn|switch|set) )?(?:the )?(?:sync(?:ing)? (?:of )?)?{moves}(?: sync(?:ing|hroni[sz]ation)?)?"
            r"(?: to)? {switch}"
        ),
        on=True,
    ),
    Rule((Topic.SYNC_MOVES,), r"{neg}keep {moves} (?:in sync|synced|synchroni[sz]ed)", on=True),
    Rule(
        (Topic.SYNC_MOVES,),
        (
            r"(?:enable|activate|(?P<off>disable|deactivate)) (?:the )?(?:sync(?:ing)? (?:of |for )?)?{moves}"
            r"(?: sync(?:ing|hroni[sz]ation)?)?"
        ),
        on=True,
    ),
    Rule(
        (Topic.SYNC_MOVES,),
        (
            r"{moves} (?:should |must )?(?P<neg>not |no longer |shouldn t |don t |aren t )?(?:be |are )?(?:sync|"
            r"synced|synchroni[sz]ed|followed)"
        ),
        on=True,
    ),
    # Teams link
    Rule(
        (Topic.TEAMS_LINK,),
        (
            r"(?P<neg>{not} )?(?:always |automatically )?(?:add|adding|added|include|including|included|"
            r"attach|attaching|"
            r"put|putting|create|creating|use|using|insert|give me|want|need) {links}(?: (?:to|in|into|"
            r"for|on) {events})?(?: "
            r"(?:automatically|each time|every time))?"
        ).replace("{not}", _NOT),
        on=True,
    ),
    Rule(
        (Topic.TEAMS_LINK,),
        (r"(?:no|no more|(?:drop|remove|skip|omit|leave out)(?: the)?) {links}(?: (?:for|in|on|from|to) {events})?"),
        on=False,
    ),
    Rule((Topic.TEAMS_LINK,), r"(?:turn|switch) {switch} {links}", on=True),
    Rule((Topic.TEAMS_LINK,), r"(?:(?:turn|switch|set) )?{links} {switch}(?: by default)?", on=True),
    Rule((Topic.TEAMS_LINK,), r"(?:enable|activate|(?P<off>disable|deactivate)) {links}", on=True),
    Rule((Topic.TEAMS_LINK,), r"{links} by default", on=True),
    Rule(
        (Topic.TEAMS_LINK,),
        (
            r"(?:make )?{events} (?:should |must |will )?(?P<neg>not |no longer |shouldn t |don t )?(?:(?:always "
            r")?be |have |always have |be on |get )?(?:online|on teams|a teams link|teams links?|teams meetings?)(?: "
            r"by default)?"
        ),
        on=True,
    ),
    # Calendars checked for conflicts
    Rule(
        (Topic.CONFLICTS,),
        (
            r"{neg}(?:start |also |always )*(?:check|checking|checked|include|including|included|watch|watching|"
            r"consider|considering|count|counting|use|using|look at|looking at|monitor|monitoring|add|read|reading|"
            r"scan|search|take) {name}{cal} (?:also |too )?(?:for|as|in|into|when looking for|to|against) (?:a |"
            r"my |the |any )*(?:conflicts?|conflicting|clash(?:es)?|overlaps?|conflict (?:checks?|calendars?|"
            r"checking|"
            r"detection)|availability|busy times?)"
        ),
        on=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?:also|additionally|start|begin|begin to|now also|and also) (?:check|checking|include|including|watch|"
            r"watching|look at|looking at|consider|considering|count|monitor) {name}{cal}"
        ),
        on=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (r"(?:check|include|watch|look at|consider|monitor|count) {name}{cal} (?:too|also|as well)"),
        on=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?:stop|stopped|quit|don t|dont|do not|didn t|didnt|did not|never|no longer|not|no more) (?:check|"
            r"checking|checked|checks|include|including|watch|watching|consider|considering|look at|looking at|look "
            r"in|looking in|use|using|monitor|monitoring|read|reading) {name}{cal}(?: (?:for|in|when checking) "
            r"(?:conflicts?|"
            r"availability|clashes))?(?: (?:anymore|any more|any longer))?"
        ),
        on=False,
    ),
    Rule((Topic.CONFLICTS,), r"(?:uncheck|unchecked|untick|deselect) {name}", on=False),
    Rule((Topic.CONFLICTS,), r"(?:tick|select|re ?check) {bare}", on=True),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?P<neg>don t |do not |dont |stop |no longer |never )?(?:ignore|ignoring|ignored|skip|skipping|exclude|"
            r"excluding|excluded|disregard) {bare}(?: (?:from|for|in|when checking) (?:the |my )?(?:conflicts?|"
            r"conflict "
            r"(?:checks?|calendars?|checking)|availability|clashes))?"
        ),
        on=False,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?:remove|drop|take|leave|exclude|delete) {name} (?:from|out of|off) (?:the |my )?(?:conflicts?|"
            r"conflict "
            r"(?:checks?|calendars?|checking)|checked calendars|calendars (?:you check|checked))"
        ),
        on=False,
    ),
    Rule((Topic.CONFLICTS,), r"{neg}(?:let|make|have) (?:events (?:in|from|on) )?{name} block{me}", on=True),
    Rule((Topic.CONFLICTS,), r"(?:only|just) (?:check|look at|use|consider) {name}{cal}(?: for conflicts)?"),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?:the |my )?(?:events (?:in|from|on) )?{name} (?:should |must )?(?P<neg>not |no longer |shouldn t "
            r"|never |doesn t |don t )?(?:be )?(?:checked(?: for conflicts?)?|a conflict calendar|(?P<off>ignored|"
            r"skipped|excluded|unchecked))"
        ),
        on=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?:events (?:in|from|on) )?{name} (?:should|must|shouldn t|should not|must not|doesn t|does not|(?:did|"
            r"would)(?: not|n t)?|didn t|wouldn t)(?P<neg> not| never| no longer)? (?:block|count)(?: as busy)?{me}"
        ),
        on=True,
        is_hypothetical=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?:events (?:in|from|on) )?{name} (?P<neg>didn t |did not |doesn t |wouldn t |would not |no longer "
            r"|never |don t )?(?:block|blocks|blocked|count|counts|counted)(?: as busy)?{me}"
        ),
        on=True,
        is_hypothetical=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"{name} (?:was|were|is|are|got|(?P<neg>(?:was|were|is|are)(?:n t|nt| not| no longer| never)))(?: "
            r"being)? "
            r"(?:checked|looked at|included|counted|(?P<off>ignored|skipped|excluded|left out))(?: for conflicts?)?"
        ),
        on=True,
        is_hypothetical=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?P<neg>didn t |did not |don t |stopped |stop |no longer |never )?(?:check|checked|checking|include|"
            r"included|watched|looked at|added|add|(?P<off>ignored|ignore)) {name}"
        ),
        on=True,
        is_hypothetical=True,
    ),
    # Target
    Rule(
        (Topic.TARGET,),
        (
            r"(?:always )?(?:add|adding|put|putting|create|creating|save|write|book|place|schedule|store|"
            r"file|insert) "
            r"{events} (?:in|into|to|on|inside|under|onto) {name}"
        ),
    ),
    Rule(
        (Topic.TARGET,),
        (
            r"(?:use|make|set|take|pick|choose|select) {name}{cal} (?:as |for |to be |be |my |the )+(?:target(?: "
            r"calendar)?|target for {events}|new (?:events?|meetings?|bookings?)|bookings|default calendar|booking "
            r"calendar|destination(?: calendar)?|calendar for {events})"
        ),
    ),
    Rule(
        (Topic.TARGET,),
        (
            r"{set}{my}(?:target(?: calendar)?|default calendar|booking calendar|destination(?: calendar)?|calendar "
            r"for (?:new )?(?:events|meetings|bookings)|calendar to add events to){to} {name}"
        ),
    ),
    Rule(
        (Topic.TARGET,),
        (
            r"{events} (?:should |must |shall |will |would |to )?(?:always )?(?:go|goes|be added|be put|be created|"
            r"be saved|are added|land|be|went|were added) (?:in|into|to|on) {name}"
        ),
    ),
    Rule(
        (Topic.TARGET,),
        (
            r"{name} (?:is|should be|was) (?:my |the )?(?:new )?(?:target(?: calendar)?|default calendar|booking "
            r"calendar|calendar for {events})"
        ),
    ),
    Rule(
        (Topic.TARGET,),
        (r"(?:book|schedule|add|create)(?: everything| things| all)? (?:into|in|to|on) (?:my |the )?{name} calendar"),
    ),
)
