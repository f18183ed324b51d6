"""Switches and calendars in French words."""

from __future__ import annotations

from bot.language.request import Topic
from bot.language.wish_rules import WishRule as Rule

_BLOCK = r"(?:bloqu\w+)"

RULES: tuple[Rule, ...] = (
    # Switches of statuses
    Rule(
        (),
        (r"{neg}(?:me )?{block}{no}(?: (?:sur|pour|pendant|mon temps pour|l agenda pour))? {status}").replace(
            "{block}", _BLOCK
        ),
        on=True,
    ),
    Rule((), r"(?P<neg>n )?(?:debloqu\w*|ignor\w*|neglig\w*){no} {status}", on=False),
    Rule(
        (),
        (
            r"{neg}(?:compt\w+|consider\w+|trait\w+|marqu\w+|regard\w+|pren\w+|mets|mettre|mettez|affich\w+|voi\w+|"
            r"vois){no} {status}(?: (?:comme|en|pour|etant|comme etant|=))* {busy}"
        ),
        on=True,
    ),
    Rule(
        (),
        (
            r"{neg}(?:compt\w+|consider\w+|pren\w+ en compte|tien\w+(?: (?:pas|plus))? compte (?:de|des|"
            r"du)|tien\w+(?: "
            r"(?:pas|plus))? compte){no} {status}"
        ),
        on=True,
    ),
    Rule(
        (),
        (r"{neg}(?:laiss\w+|fais|faire|faites){no} {status} (?P<off>ne pas )?{block}{me}").replace("{block}", _BLOCK),
        on=True,
    ),
    Rule((), r"{neg}(?:laiss\w+|fais|faire|faites){no} {block} {status}".replace("{block}", _BLOCK), on=True),
    Rule(
        (),
        (
            r"(?:que )?{status} (?P<neg>ne )?(?:me |m )?(?:doi\w+ |devr\w+ |peu\w+ )?(?P<pas>pas |plus "
            r"|jamais )?(?P<twice>ne "
            r")?(?:pas |plus )?(?:me |m )?(?:{block}|compt\w+)(?: plus| pas| jamais)?{me}(?: comme (?:occupee?s?))?"
        ).replace("{block}", _BLOCK),
        on=True,
    ),
    Rule(
        (),
        (
            r"(?:que )?{status} (?P<neg>ne |n )?(?:doi\w+ |devr\w+ |peu\w+ )?(?:pas |plus |jamais )?(?:etre |sont "
            r"|est |etai\w+ |sera\w* |soi\w+ |compt\w+ |valent |vaut )?(?:pas |plus |jamais )?(?:considere\w* "
            r"|compte\w* "
            r"|traite\w* |marque\w* |vu\w* )?(?:(?:comme|en|pour|etant|=) )*{busy}"
        ),
        on=True,
    ),
    Rule((), r"(?:{set})?{status}(?: (?:a|sur|en|comme))? (?:{switch})", on=True),
    Rule((), r"(?:activ\w+|(?P<off>desactiv\w+)) (?:le blocage (?:de |du |des |pour |par )?)?{status}", on=True),
    Rule((), r"(?:le )?blocage (?:de |du |des |pour |par )?{status} {switch}", on=True),
    Rule(
        (),
        (
            r"(?:je suis|je serais|je reste) (?:(?P<neg>pas|jamais) )?{busy} (?:pendant|durant|lors de|quand|sur|"
            r"en|quand je suis) {status}"
        ),
        on=True,
    ),
    # Cancellation sync
    Rule(
        (Topic.SYNC_CANCELLATIONS,),
        (
            r"{neg}(?:synchronis\w+|suis|suivre|suivez|repercut\w+|report\w+|propag\w+|reperc\w+){no} "
            r"{cancellations}(?: "
            r"(?:d outlook|de outlook|du calendrier|dans outlook|depuis outlook))?(?: {switch})?"
        ),
        on=True,
    ),
    Rule(
        (Topic.SYNC_CANCELLATIONS,),
        (r"(?:activ\w+|(?P<off>desactiv\w+|arret\w+|stopp\w*|coup\w+)) (?:la )?synchro(?:nisation)? {cancellations}"),
        on=True,
    ),
    Rule((Topic.SYNC_CANCELLATIONS,), r"(?:la )?synchro(?:nisation)? {cancellations} {switch}", on=True),
    Rule((Topic.SYNC_CANCELLATIONS,), r"(?:plus de|pas de) synchro(?:nisation)? {cancellations}", on=False),
    Rule(
        (Topic.SYNC_CANCELLATIONS,),
        (
            r"{cancellations} (?P<neg>ne )?(?:doi\w+ |devr\w+ )?(?:pas |plus )?(?:etre |sont |soient |"
            r"etaient )?(?:pas "
            r"|plus )?synchronis\w+"
        ),
        on=True,
    ),
    # Move sync
    Rule(
        (Topic.SYNC_MOVES,),
        (
            r"{neg}(?:synchronis\w+|suis|suivre|suivez|repercut\w+|propag\w+){no} {moves}(?: (?:d outlook|de outlook|"
            r"du calendrier|dans outlook|depuis outlook))?(?: {switch})?"
        ),
        on=True,
    ),
    Rule(
        (Topic.SYNC_MOVES,),
        r"(?:activ\w+|(?P<off>desactiv\w+|arret\w+|stopp\w*|coup\w+)) (?:la )?synchro(?:nisation)? {moves}",
        on=True,
    ),
    Rule((Topic.SYNC_MOVES,), r"(?:la )?synchro(?:nisation)? {moves} {switch}", on=True),
    Rule((Topic.SYNC_MOVES,), r"(?:plus de|pas de) synchro(?:nisation)? {moves}", on=False),
    Rule(
        (Topic.SYNC_MOVES,),
        (
            r"{moves} (?P<neg>ne )?(?:doi\w+ |devr\w+ )?(?:pas |plus )?(?:etre |sont |soient |etaient )?(?:pas |plus )?"
            r"synchronis\w+"
        ),
        on=True,
    ),
    # Teams link
    Rule(
        (Topic.TEAMS_LINK,),
        (
            r"{neg}(?:ajout\w+|mets|mettre|mettez|inclu\w+|inser\w+|cree\w*|creer|joins|joindre|genere\w*|utilis\w+|"
            r"prevois|veux|je veux){no}(?: toujours)? {links}(?: (?:a|aux|dans|pour|sur) {events})?"
        ),
        on=True,
    ),
    Rule(
        (Topic.TEAMS_LINK,),
        (r"(?:pas|plus|sans|aucun|jamais)(?: (?:de|d))? {links}(?: (?:a|aux|dans|pour|sur) {events})?"),
        on=False,
    ),
    Rule(
        (Topic.TEAMS_LINK,),
        (r"(?:enlev\w+|retir\w+|supprim\w+) {links}(?: (?:a|aux|dans|pour|sur|de|des) {events})?"),
        on=False,
    ),
    Rule((Topic.TEAMS_LINK,), r"(?:activ\w+|(?P<off>desactiv\w+)) {links}", on=True),
    Rule((Topic.TEAMS_LINK,), r"{links}(?: (?:toujours|est|sont))? (?:{switch})", on=True),
    Rule((Topic.TEAMS_LINK,), r"{links} par defaut", on=True),
    # Calendars checked for conflicts
    Rule(
        (Topic.CONFLICTS,),
        (
            r"{neg}(?:verifi\w+|control\w+|regard\w+|surveill\w+|consult\w+|inclu\w+|compt\w+|consider\w+|utilis\w+|"
            r"ajout\w+|prends|prendre|prenez|pren\w+ en compte|tien\w+ compte (?:de|du)|lis|lire){no}(?: (?:aussi|"
            r"egalement))? {name}(?: aussi| egalement)? (?:pour|dans|aux|comme|contre|en cas de|parmi|lors des)(?: "
            r"(?:les|des|mes|un|de|la|detection|calendriers|recherche))* (?:conflits?|chevauchements?|"
            r"disponibilites?|"
            r"conflictuels?)"
        ),
        on=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"{neg}(?:verifi\w+|control\w+|surveill\w+|consult\w+|inclu\w+|regard\w+|prends|prenez|prendre|compt\w+|"
            r"utilis\w+)(?: (?P<pas>pas|plus|jamais))?(?: (?:aussi|egalement|en compte)) {name}(?: en compte)?"
        ),
        on=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?:verifi\w+|control\w+|surveill\w+|consult\w+|inclu\w+|regard\w+|prends|prenez|compt\w+) "
            r"{name} (?:aussi|"
            r"egalement|en compte|en plus)"
        ),
        on=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?:ne |n )?(?:verifi\w+|control\w+|surveill\w+|consult\w+|inclu\w+|regard\w+|prends|prenez|prendre|"
            r"utilis\w+|tien\w+ compte (?:de|du)|lis|compt\w+) (?:plus|pas|jamais)(?: en compte)? {name}(?: (?:pour|"
            r"dans) les (?:conflits|disponibilites))?(?: en compte)?"
        ),
        on=False,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?:ne )?(?:plus|pas) (?:verifier|controler|surveiller|consulter|inclure|regarder|prendre en compte|"
            r"utiliser) {name}(?: (?:pour|dans) les (?:conflits|disponibilites))?"
        ),
        on=False,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?:arret\w+|cess\w+) (?:de |d )(?:verifier|controler|surveiller|consulter|inclure|regarder|prendre "
            r"en compte|utiliser) {name}(?: (?:pour|dans) les (?:conflits|disponibilites))?"
        ),
        on=False,
    ),
    Rule((Topic.CONFLICTS,), r"decoch\w+ {name}", on=False),
    Rule((Topic.CONFLICTS,), r"coch\w+ {bare}", on=True),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?P<neg>n |ne )?(?:ignor\w+|exclu\w+|exclus|neglig\w+|oubli\w+)(?: (?:pas|plus))? {bare}(?: (?:pour|"
            r"dans|des|de) (?:les |la detection des )?(?:conflits|disponibilites))?"
        ),
        on=False,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?:retir\w+|enlev\w+|supprim\w+|exclu\w+|sors|ot\w+) {name} (?:des|de|du)(?: (?:les|mes|la|calendriers|"
            r"detection|verification|verifies|des|de))* (?:conflits?|verifies|disponibilites)"
        ),
        on=False,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"{name} (?:doi\w+|devr\w+)(?P<neg> pas| plus)? (?:etre )(?:verifi\w+|controle\w*|pris\w* en compte|"
            r"(?P<off>ignore\w*|exclu\w*))(?: (?:pour|dans) les conflits)?"
        ),
        on=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"{name} ne (?:doi\w+|devr\w+)(?: pas| plus) (?:etre )?(?:verifi\w+|controle\w*|pris\w* en "
            r"compte|bloqu\w+)(?: "
            r"(?:pour|dans) les conflits)?"
        ),
        on=False,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"{name} (?P<neg>n |ne |ne me |ne m )?(?:bloqu\w+|compt\w+|etai\w+ verifi\w+|etai\w+ controle\w*|etai\w+ "
            r"regarde\w*|est verifi\w+|etai\w+ pris\w* en compte|(?P<off>etai\w+ (?:ignore\w*|exclu\w*)))(?: (?:pas|"
            r"plus|jamais))?"
        ),
        on=True,
        is_hypothetical=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"{name} n (?:est|etai\w+|etait) (?:pas|plus) (?:verifi\w+|controle\w*|regarde\w*|pris\w* en compte|"
            r"surveille\w*|coche\w*)"
        ),
        on=False,
        is_hypothetical=True,
    ),
    Rule(
        (Topic.CONFLICTS,),
        (
            r"(?P<neg>n |ne )?(?:verifi\w+|regard\w+|control\w+|ajout\w+|(?P<off>ignor\w+|decoch\w+))(?: (?:pas|"
            r"plus))? {name}"
        ),
        on=True,
        is_hypothetical=True,
    ),
    # Target
    Rule(
        (Topic.TARGET,),
        (
            r"(?:ajout\w+|mets|mettre|mettez|cree|creer|creez|enregistr\w+|range\w*|place\w*|inscri\w+|"
            r"ecri\w+|reserve\w*|"
            r"pose\w*)(?: toujours)? {events} (?:dans|sur|a|au|en) {name}"
        ),
    ),
    Rule(
        (Topic.TARGET,),
        (
            r"(?:ajout\w+|mets|mettre|mettez|cree|creer|creez|enregistr\w+|range\w*|place\w*|inscri\w+)(?: "
            r"toujours)? "
            r"(?:dans|sur) {name} {events}"
        ),
    ),
    Rule(
        (Topic.TARGET,),
        (
            r"(?:utilis\w+|prends|prenez|prendre|choisi\w+|mets|mettez) {name} (?:comme|pour|en tant que|"
            r"en) {my}(?:{events}|"
            r"calendrier cible|cible|calendrier par defaut|calendrier de reservation|calendrier de destination)"
        ),
    ),
    Rule(
        (Topic.TARGET,),
        (
            r"{set}{my}(?:calendrier cible|cible|calendrier par defaut|calendrier de (?:reservation|destination)|"
            r"calendrier des {events}){to} {name}"
        ),
    ),
    Rule(
        (Topic.TARGET,),
        (
            r"{events} (?:vont|iront|doivent (?:aller|etre (?:ajoutes|crees|mis|ajoutees|creees|mises))|"
            r"sont (?:ajoutes|"
            r"crees)|allaient|etaient (?:ajoutes|crees)) (?:dans|sur) {name}"
        ),
    ),
    Rule(
        (Topic.TARGET,),
        (
            r"{name} (?:est|doit etre|devient|soit|etait) (?:mon |le )?(?:calendrier cible|calendrier par defaut|"
            r"calendrier des {events})"
        ),
    ),
)
