"""Hours, days, zones and lengths in French words."""

from __future__ import annotations

from bot.language.request import Topic
from bot.language.wish_rules import NO_TIME
from bot.language.wish_rules import WishRule as Rule

_BUFFERS = (Topic.BUFFER_BEFORE, Topic.BUFFER_AFTER)

RULES: tuple[Rule, ...] = (
    # Hours and days
    Rule((Topic.HOURS, Topic.DAYS), r"{set}{my}(?:{hours}){to}(?: entre)? {when}"),
    Rule((Topic.HOURS, Topic.DAYS), r"je {usually}{work} {usually}{when}"),
    Rule((Topic.DAYS,), r"je {usually}{work} (?:aussi|egalement|en plus)(?: le| les)? {days}", on=True),
    Rule((Topic.DAYS,), r"je {usually}{work}(?: le| les)? {days} (?:aussi|egalement|en plus|de nouveau)", on=True),
    Rule(
        (Topic.HOURS, Topic.DAYS),
        (
            r"je (?:ne )?{usually}(?:{work}|suis (?:pas|plus|jamais) la)(?: (?:pas|plus|jamais|point))(?: "
            r"{usually})?(?: "
            r"?(?:la|au bureau))? {when}"
        ),
        on=False,
    ),
    Rule((Topic.DAYS,), r"je (?:ne )?{work} ni {days}", on=False),
    Rule((Topic.HOURS, Topic.DAYS), r"(?:je (?:ne )?travaillais (?:pas|plus)) {when}", on=False),
    Rule(
        (Topic.DAYS,),
        (
            r"(?:je (?:ne )?suis (?:pas|plus|jamais) la|je suis (?:toujours )?(?:en repos|off|en conge)|je (?:ne "
            r")?bosse (?:pas|plus)) (?:(?:le|les|tous les|chaque) ){days}"
        ),
        on=False,
    ),
    Rule((Topic.DAYS,), r"(?:pas|plus) de (?:travail|reunions?|rendez vous|rdv) {days}", on=False),
    Rule((Topic.DAYS,), r"{set}{my}{workdays}{to}(?: du)? {days}"),
    Rule(
        (Topic.DAYS,),
        (r"(?:retir\w+|enlev\w+|supprim\w+|ot\w+) {days} (?:de|des|du) (?:mes |ma |mon )?{workdays}"),
        on=False,
    ),
    Rule((Topic.DAYS,), r"ajout\w+ {days} (?:a|aux|au|dans) (?:mes |ma |mon )?{workdays}", on=True),
    Rule((Topic.DAYS,), r"{days} (?P<neg>n )?(?:est|sont|etait)(?: (?:pas|plus))? (?:un |des )?{workdays}", on=True),
    Rule(
        (Topic.HOURS,),
        (
            r"(?:je |ma journee (?:de travail )?)(?:{usually})?(?:commenc\w+|demarr\w+|debut\w+|attaqu\w+)(?: (?:le "
            r"travail|ma journee|a travailler|mes journees))?(?: (?:a|vers|des))? {start}(?: ,)?(?: et)?(?: je| "
            r"elle)? (?:fini\w*|termin\w+|arret\w+|part|pars|m arrete)(?: (?:le travail|ma journee|de "
            r"travailler))?(?: "
            r"(?:a|vers))? {end}"
        ),
    ),
    Rule(
        (Topic.HOURS,),
        (
            r"(?:je |ma journee (?:de travail )?)(?:{usually})?(?:commenc\w+|demarr\w+|debut\w+|attaqu\w+)(?: (?:le "
            r"travail|ma journee|a travailler|mes journees))?(?: (?:a|vers|des))? {start}"
        ),
    ),
    Rule(
        (Topic.HOURS,),
        (
            r"(?:je |ma journee (?:de travail )?)(?:{usually})?(?:fini\w*|termin\w+|arrete\w* de travailler|"
            r"m arrete)(?: "
            r"(?:le travail|ma journee|de travailler|mes journees))?(?: (?:a|vers))? {end}"
        ),
    ),
    Rule(
        (Topic.HOURS, Topic.DAYS),
        (
            r"(?:ne (?:reserve\w*|propose\w*|planifie\w*|mets|mettez|accepte\w*)(?: moi)? (?:rien|pas|"
            r"plus|jamais)(?: "
            r"(?:de|d) (?:reunions?|rendez vous|rdv))?|(?:pas|plus|jamais) de (?:reunions?|rendez vous|rdv)|rien) "
            r"{when}"
        ),
        on=False,
    ),
    Rule(
        (Topic.HOURS,),
        (
            r"(?:(?:je (?:suis|travaille)|mets moi|equipe|poste|travail|horaires?) )*(?:de |en |d equipe "
            r"de )?nuit{to} "
            r"{when}"
        ),
    ),
    # Zone
    Rule(
        (Topic.ZONE,),
        (
            r"{set}{my}(?:fuseau horaire|fuseaux? horaires?|fuseau|zone horaire|timezone)(?: (?:a|au|sur|en|est|"
            r"etait|celui de|de|sera|c est|l heure de|vers|pour|maintenant))* {zone}"
        ),
    ),
    Rule(
        (Topic.ZONE,),
        (
            r"(?:je suis|j etais|je serais|nous sommes|je me trouve|je vis|j habite|je travaille|je travaillais|"
            r"j habitais|je vivais|je suis base|je suis basee|je suis installe|je suis installee)(?: (?:maintenant|"
            r"actuellement|desormais|a present))? (?:a|au|en|aux) {city}(?: (?:maintenant|actuellement|en ce moment|"
            r"desormais|a present))?"
        ),
    ),
    Rule(
        (Topic.ZONE,),
        (
            r"(?:j ai demenage|j ai emmenage|je viens de demenager|je me suis installee?|je suis partie?) (?:a|au|"
            r"en|aux) {city}"
        ),
    ),
    Rule(
        (Topic.ZONE,),
        (
            r"(?:passe\w*|mets|mettez|regle\w*|bascule\w*|affiche\w*|utilise\w*|montre\w*)(?: (?:moi|les heures|"
            r"tout))* (?:a|sur|en|dans)? ?(?:l )?heure (?:de|d|du) {city}"
        ),
    ),
    Rule((Topic.ZONE,), r"(?:utilise\w*|prends|prenez) (?:le )?fuseau(?: horaire)? (?:de |d )?{zone}"),
    # Lengths
    Rule(
        _BUFFERS,
        (
            r"(?:pas|plus|sans|aucune?|zero|supprim\w+|retir\w+|enlev\w+|annul\w+)(?: (?:de|d|le|la|les|mes|mon|"
            r"ma|des))* {buffer}(?: {between} {meetings})?"
        ),
        amount=NO_TIME,
    ),
    Rule(
        (Topic.BUFFER_BEFORE,),
        (
            r"(?:pas|plus|sans|aucune?|zero|supprim\w+|retir\w+|enlev\w+)(?: (?:de|d|le|la|les|mes|mon|ma|des))* "
            r"{buffer} avant(?: {meetings})?"
        ),
        amount=NO_TIME,
    ),
    Rule(
        (Topic.BUFFER_AFTER,),
        (
            r"(?:pas|plus|sans|aucune?|zero|supprim\w+|retir\w+|enlev\w+)(?: (?:de|d|le|la|les|mes|mon|ma|des))* "
            r"{buffer} apres(?: {meetings})?"
        ),
        amount=NO_TIME,
    ),
    Rule(
        (),
        (
            r"{set}{my}(?:{buffer}{to} )?{before}(?: (?:de )?{buffer})? avant(?: {meetings})?(?: ,)?(?: "
            r"et| ,) {after}(?: "
            r"(?:de )?{buffer})? apres(?: {meetings})?"
        ),
    ),
    Rule(
        (),
        (
            r"{set}{my}(?:{buffer}{to} )?{after}(?: (?:de )?{buffer})? apres(?: {meetings})?(?: ,)?(?: "
            r"et| ,) {before}(?: "
            r"(?:de )?{buffer})? avant(?: {meetings})?"
        ),
    ),
    Rule((Topic.BUFFER_BEFORE,), r"{set}{my}{length} (?:(?:de )?{buffer} )?avant {meetings}"),
    Rule((Topic.BUFFER_BEFORE,), r"{set}{my}{length} (?:de )?{buffer} avant"),
    Rule((Topic.BUFFER_BEFORE,), r"{set}{my}{buffer} avant(?: {meetings})?{to} {length}"),
    Rule((Topic.BUFFER_BEFORE,), r"{set}{my}{buffer}{to} {length} avant(?: {meetings})?"),
    Rule((Topic.BUFFER_AFTER,), r"{set}{my}{length} (?:(?:de )?{buffer} )?apres {meetings}"),
    Rule((Topic.BUFFER_AFTER,), r"{set}{my}{length} (?:de )?{buffer} apres"),
    Rule((Topic.BUFFER_AFTER,), r"{set}{my}{buffer} apres(?: {meetings})?{to} {length}"),
    Rule((Topic.BUFFER_AFTER,), r"{set}{my}{buffer}{to} {length} apres(?: {meetings})?"),
    Rule(
        _BUFFERS,
        (r"{set}(?:au moins )?{my}{length} (?:(?:de )?{buffer} |libres? |(?:de )?temps libre )?{between} {meetings}"),
    ),
    Rule(_BUFFERS, r"{set}{my}{buffer} {between} {meetings}{to} {length}"),
    Rule(_BUFFERS, r"{set}{my}{buffer}{to} {length}(?: {between} {meetings})?"),
    Rule(_BUFFERS, r"{set}{my}{length} de {buffer}(?: {between} {meetings})?"),
    Rule(_BUFFERS, r"{between} {meetings}(?: ,)? {length}"),
    Rule(
        (Topic.DURATION,),
        (
            r"{set}{my}(?:duree|longueur)(?: (?:de|des|d|pour))*(?: {meetings})? ?(?:par defaut|habituelle|standard|"
            r"normale){to} {length}"
        ),
    ),
    Rule(
        (Topic.DURATION,),
        (
            r"{set}{my}duree(?: par defaut)? (?:de|des|d|pour)(?: (?:mes|les|mon|une|la))* {meetings}(?: "
            r"par defaut)?{to} "
            r"{length}"
        ),
    ),
    Rule((Topic.DURATION,), r"{set}{meetings}(?: (?:de|d|a|en))? {length} par defaut"),
    Rule(
        (Topic.DURATION,),
        (
            r"{set}(?:a )?{length} (?:par defaut(?: (?:pour|les|mes|des|une|la))*(?: {meetings})?|la duree "
            r"par defaut(?: "
            r"(?:de|des) {meetings})?)"
        ),
    ),
    Rule(
        (Topic.DURATION,),
        (
            r"(?:par defaut ,? ?)?{meetings} (?:par defaut )?(?:dur\w+|doivent durer|devraient durer|font|prennent|"
            r"durent) {length}(?: par defaut)?"
        ),
    ),
    Rule((Topic.DURATION,), r"par defaut ,? ?{meetings} (?:de )?{length}"),
    Rule(
        (Topic.NOTICE,),
        (
            r"(?:pas|plus|sans|aucun|supprim\w+|retir\w+|enlev\w+)(?: (?:de|d|le|les|mon|du))* (?:preavis|delai "
            r"(?:minimum|minimal|de prevenance)|delai)"
        ),
        amount=NO_TIME,
    ),
    Rule(
        (Topic.NOTICE,),
        (
            r"{set}{my}(?:preavis|delai)(?: (?:minimum|minimal|mini|de prevenance|de reservation|d au "
            r"moins))*{to}(?: "
            r"(?:au moins|au minimum|d au moins))* {length}(?: (?:minimum|au moins|au minimum))?"
        ),
    ),
    Rule(
        (Topic.NOTICE,),
        (
            r"{set}(?:au moins |au minimum |un minimum de |minimum |d au moins )?{my}{length} (?:de |d )?(?:preavis|"
            r"delai|avance)(?: (?:minimum|au moins|au minimum))?"
        ),
    ),
    Rule(
        (Topic.NOTICE,),
        (
            r"(?:(?:me )?(?:prevenir|previens moi|prevenez moi|reserver) )?(?:au moins|au minimum|minimum) {length} "
            r"(?:a l avance|d avance|avant)"
        ),
    ),
    Rule(
        (Topic.NOTICE,),
        (
            r"(?:ne (?:reserve\w*|propose\w*|planifie\w*|accepte\w*)(?: moi)? (?:rien|pas|plus|jamais)(?: (?:de|"
            r"d) {meetings})?|(?:pas|plus|jamais) (?:de |d ){meetings}|rien|pas de reservation) (?:a moins de|moins "
            r"de|dans les|en moins de|d ici) {length}(?: (?:{ahead}|qui viennent|prochaines))?"
        ),
    ),
    Rule(
        (Topic.WINDOW,),
        (
            r"(?:(?:on peut |les gens peuvent |peut on )?(?:reserv\w+|planifi\w+|propos\w+|cherch\w+|ouvr\w+|"
            r"accept\w+|"
            r"reservations?|reservable\w*|des reservations|regard\w+|les reservations|permet\w+ de reserver|"
            r"autoris\w+ "
            r"les reservations)(?: (?:des )?(?:creneaux|reunions|reservations))? )?(?:seulement )?(?:jusqu a|jusqu|"
            r"au maximum|maximum|au plus|pas plus de|au max|max) (?:a )?{length}(?: {ahead})?"
        ),
    ),
    Rule(
        (Topic.WINDOW,),
        (
            r"(?:ne (?:reserve\w*|propose\w*|planifie\w*|accepte\w*)(?: moi)? (?:rien|pas|plus|jamais)(?: (?:de|"
            r"d) {meetings})?|(?:pas|plus|jamais) (?:de |d ){meetings}|rien|pas de reservation) (?:a plus de|plus "
            r"de|au dela de|apres) {length}(?: {ahead})?"
        ),
    ),
    Rule(
        (Topic.WINDOW,),
        (
            r"{set}{my}(?:fenetre|horizon|periode|plage) (?:de |d )?(?:reservation|planification){to}(?: (?:jusqu "
            r"a|a))? {length}(?: {ahead})?"
        ),
    ),
    Rule((Topic.WINDOW,), r"{set}{my}(?:fenetre|horizon){to} {length}"),
)
