"""Settings in French words."""

from __future__ import annotations

from bot.language.fr import setting_switches, setting_times
from bot.language.request import Topic
from bot.language.vocabulary import words
from bot.language.wish_rules import SettingWords

_NEG = r"(?P<neg>(?:ne |n |arrete\w* (?:de |d )|cesse\w* (?:de |d )|plus )+)?"

_FRAGMENTS = {
    "neg": _NEG,
    "no": r"(?: (?P<no>pas|plus|jamais))?",
    "set": (
        r"(?:(?:change\w*|regle\w*|mets|met|mettre|mettez|modifie\w*|passe|passer|passez|fixe\w*|definis|definir|"
        r"definissez|choisis\w*|"
        r"garde\w*|laisse\w*|ajoute\w*|prevois|prevoir|prevoyez|impose\w*|applique\w*|configure\w*|j avais|j "
        r"ai|il me faut|il faut|"
        r"il y avait|il y a|avais|donne\w*|utilise\w*|bascule\w*|je veux|je voudrais|besoin de|besoin d) (?:moi )?)?"
    ),
    "my": r"(?:(?:mon|ma|mes|le|la|les|l|un|une|des|du|de|d|notre|nos|toutes|tous) )*",
    "to": (
        r"(?: (?:=|a|au|aux|sur|en|est|sont|etait|etaient|seront|sera|soit|soient|de|d|doit etre|doivent etre|"
        r"devrait etre|serait|"
        r"maintenant|desormais|c est|vers|par|dure|durent))*"
    ),
    "busy": (
        r"(?:occupee?s?|bloquante?s?|bloquee?s?|prise?s?|indisponibles?|(?P<free>libres?|disponibles?|dispos?|"
        r"non bloquante?s?|pas occupee?s?))"
    ),
    "me": r"(?: (?:mon |ma |mes )?(?:temps|agenda|calendrier|creneaux?|disponibilites?|journee))?",
    "events": (
        r"(?:(?:toutes?|tous|mes|les|l|des|de|nos|vos|nouveaux|nouvelles|nouvel|futurs|futures|prochains|prochaines|"
        r"ces) )*"
        r"(?:evenements?|reunions|rendez vous|rdvs?|reservations?|rencontres|events|meetings)"
        r"(?: (?:crees?|reservee?s?|que (?:tu|vous) (?:crees|creez|reserves|reservez)))?"
    ),
    "cal": r"(?: calendrier| agenda)?",
    "links": (
        r"(?:(?:un|une|le|la|les|des|de|d|mes|du) )*(?:liens? (?:de reunion )?(?:microsoft )?teams|liens? de "
        r"(?:reunion|visio|visioconference)|"
        r"reunions? teams|visios? teams|liens? visio|teams)"
    ),
    "switch": r"(?:active\w*|oui|on|vrai|(?P<off>desactive\w*|non|off|faux))",
    "meetings": (
        r"(?:(?:toutes?|tous|les|mes|deux|chaque|des|la|le|l|une|un|nos|de|d) )*(?:reunions?|rendez vous|rdvs?|"
        r"evenements?|rencontres?|appels?|visios?|points?)"
    ),
    "between": r"(?:entre|autour de|autour des|avant et apres|de part et d autre (?:de|des|d)|avant et apres chaque)",
    "buffer": (
        r"(?:temps (?:de )?tampons?|tampons?|marges?|battements?|pauses?|temps de battement|temps de pause|espaces?|"
        r"intervalles?|delais? entre|respirations?)"
    ),
    "hours": (
        r"(?:(?:horaires|heures|plages?|plage horaire|horaire|journee)(?: (?:de (?:travail|bureau|dispo\w*)|"
        r"habituel\w*|de presence|d ouverture|normaux))?|journee de travail|temps de travail)"
    ),
    "workdays": r"(?:jours? (?:de travail|travailles?|ouvres?|ouvrables?|de bureau)|semaine de travail)",
    "cancellations": (
        r"(?:(?:les|des|mes|l|la|de|d|toutes) )*(?:annulations?|suppressions?|reunions annulees|evenements "
        r"(?:annules|"
        r"supprimes))"
    ),
    "moves": (
        r"(?:(?:les|des|mes|l|la|le|de|d|toutes|tous) )*(?:deplacements?|reunions (?:deplacees|decalees|reportees)|"
        r"evenements (?:deplaces|decales|reportes)|changements d heure)"
    ),
    "ahead": r"(?:a l avance|d avance|en avance|dans le futur|a venir|plus tard|avant)",
    "work": r"(?:travail\w*|bosse\w*|suis au travail|suis au bureau|suis dispo\w*|peux travailler)",
    "usually": (
        r"(?:(?:normalement|d habitude|habituellement|en general|toujours|seulement|uniquement|maintenant|desormais|"
        r"generalement|que) )*"
    ),
}

SETTINGS = SettingWords(
    fragments=_FRAGMENTS,
    rules=(*setting_switches.RULES, *setting_times.RULES),
    statuses={
        Topic.TENTATIVE: (
            r"(?:(?:le|la|les|l|mes|mon|ma|des|tous|toutes|du|de|d) )*"
            r"(?:(?:evenements?|reunions?|rendez vous|rdv|invitations?|creneaux?|statuts?) (?:marque\w* (?:comme "
            r")?)?)?(?:provisoires?|tentati(?:f|fs|ve|ves)|non confirmee?s|a confirmer|peut etre)"
            r"(?: (?:evenements?|reunions?))?"
        ),
        Topic.OUT_OF_OFFICE: (
            r"(?:(?:le|la|les|l|mes|mon|ma|des|une|d|de|tous|toutes) )*"
            r"(?:(?:evenements?|statuts?|jours?) (?:d |de )?)?(?:absen(?:ce|ces|t|te)(?: (?:du|de|hors "
            r"du|au) bureau)?|"
            r"hors (?:du|de) bureau|hors bureau|out of office|ooo)"
        ),
        Topic.WORKING_ELSEWHERE: (
            r"(?:(?:le|la|les|l|mes|mon|ma|des|de|du|un|en|tous|toutes) )*"
            r"(?:(?:evenements?|statuts?|jours?) (?:de )?)?(?:travail(?:ler|le|s)? (?:ailleurs|a distance|"
            r"a l exterieur|"
            r"hors site)|teletravail|working elsewhere)"
        ),
    },
    nouns={
        Topic.CONFLICTS: (
            r"(?:(?:les|mes|le|mon|des) )?(?:calendriers? (?:de conflits?|(?:pris en compte|verifies?|"
            r"verifie|controles?|"
            r"a verifier|regardes?)(?: pour les conflits)?)|verification des conflits)"
        ),
        Topic.TARGET: (
            r"(?:(?:le|mon|un) )?(?:calendrier (?:cible|de destination|de reservation|des nouveaux evenements)|cible)"
        ),
        Topic.SYNC_CANCELLATIONS: r"(?:(?:la|l|les|ma) )?(?:synchro(?:nisation)? des annulations)",
        Topic.SYNC_MOVES: r"(?:(?:la|l|les|ma) )?(?:synchro(?:nisation)? des deplacements)",
        Topic.TEAMS_LINK: r"(?:(?:le|les|un|mes|mon|des) )?(?:liens? teams)",
        Topic.ZONE: r"(?:(?:le|mon|de|mes) )?(?:fuseaux?(?: horaires?)?|zone horaire)",
        Topic.HOURS: (
            r"(?:(?:les|mes|l|mon) )?(?:horaires?(?: de (?:travail|bureau))?|heures de (?:travail|bureau)|plage "
            r"de travail)"
        ),
        Topic.DAYS: r"(?:(?:les|mes|l) )?(?:jours (?:de travail|travailles|ouvres|de conges?)|jours off)",
        Topic.DURATION: (
            r"(?:(?:la|ma|les) )?(?:duree(?: (?:des|de mes|de|d une|par defaut))* (?:par defaut|reunions?|rendez "
            r"vous)(?: par defaut)?|duree par defaut)"
        ),
        Topic.BUFFER_BEFORE: (
            r"(?:(?:le|les|mon|mes|la|ma|un) )?(?:(?:temps )?tampons?|marges?|battements?|temps de (?:battement|"
            r"pause)|pauses? entre (?:les|mes|deux) reunions)"
        ),
        Topic.BUFFER_AFTER: r"(?:(?:le|mon|la|ma) )?(?:tampon|marge) apres(?: les reunions)?",
        Topic.NOTICE: r"(?:(?:le|mon|un) )?(?:preavis(?: minimum)?|delai (?:minimum|minimal|de prevenance))",
        Topic.WINDOW: (
            r"(?:(?:la|ma|l|mon) )?(?:fenetre de (?:reservation|planification)|horizon de (?:reservation|"
            r"planification))"
        ),
    },
    openings=(
        r"(?:(?:s il te plait|s il vous plait|stp|svp|peux tu|pouvez vous|tu peux|je veux|je voudrais|j aimerais|"
        r"comment|ou|bonjour|salut|puis je|je souhaite|on peut) )*"
        r"(?:(?:quel est|quelle est|quels sont|quelles sont|c est quoi|montre\w*(?: moi)?|affiche\w*|voir|vois|"
        r"change\w*|modifie\w*|regle\w*|ajuste\w*|"
        r"edite\w*|ouvre|ouvrir|ouvrez|choisi\w*|mets a jour|configure\w*|revoir|definir|dis moi|quel|quels|"
        r"quelle|quelles|gerer|gere|parametrer) )"
    ),
    questions=(
        (
            Topic.CONFLICTS,
            (
                r"(?:quels?|lesquels? de mes|quels? sont les) (?:(?:de mes|sont|les) )*calendriers? (?:(?:sont|"
                r"est|tu|"
                r"vous|qui|que|as tu|ils) )*(?:verifi\w+|control\w+|regard\w+|pris en compte|surveill\w+|consult\w+|"
                r"utilis\w+)(?: (?:tu|vous|ils))?(?: (?:tu|vous|pour les conflits))*"
            ),
        ),
        (
            Topic.CONFLICTS,
            (
                r"(?:choisi\w*|change\w*|modifie\w*) (?:les |mes )?calendriers? (?:a verifier|verifies|regardes)(?: "
                r"pour les conflits)?"
            ),
        ),
        (
            Topic.TARGET,
            (
                r"(?:ou|dans quel calendrier|sur quel calendrier) (?:(?:vont|sont|iront|est ce que|tu|vous|mets|met|"
                r"ajoutes|ajoutez|crees|creez|ranges) ?)+(?:tu |vous )?{events}(?: (?:ajoute\w*|crees?|mis|vont))?"
            ),
        ),
        (
            Topic.TENTATIVE,
            (
                r"(?:est ce que )?{status} (?:(?:bloqu|compt|occup)\w+ (?:ils|elles|t il|t elle)|(?:sont|est)(?: ils|"
                r" elles| il| elle) (?:occup|bloqu)\w+){me}"
            ),
        ),
        (
            Topic.TENTATIVE,
            (
                r"est ce que {status} (?:me |m )?(?:bloqu\w+|compt\w+|(?:est|sont) (?:libre|occup|bloqu|compt)\w+){me}"
                r"(?: "
                r"comme (?:libre|occup)\w+)?"
            ),
        ),
        (
            Topic.TENTATIVE,
            (
                r"pourquoi (?:est ce que )?{status} (?:me |m )?(?:bloqu\w+|compt\w+|(?:est|sont)(?: il| elle|"
                r" ils| elles)? "
                r"(?:libre|occup|bloqu|compt)\w+){me}"
            ),
        ),
        (
            Topic.ZONE,
            (
                r"(?:dans |sur )?quel(?: est le)? fuseau(?: horaire)? (?:suis je|utilises tu|utilisez vous|"
                r"est utilise|"
                r"j utilise|est regle)"
            ),
        ),
        (
            Topic.HOURS,
            (
                r"(?:quand|a quelle heure|de quelle heure a quelle heure) (?:est ce que )?(?:je travaille|"
                r"je commence|"
                r"je finis)"
            ),
        ),
        (Topic.DAYS, r"quels jours (?:est ce que )?(?:je travaille|travaille je)"),
        (Topic.DURATION, r"combien de temps durent (?:mes |les )?reunions(?: par defaut)?"),
        (Topic.WINDOW, r"jusqu (?:a quand|ou) (?:peut on|puis je|peut|est ce qu on peut) (?:me )?reserver"),
    ),
    passing=(
        # without "le" it is this one day, not every week's
        r"(?:je |j )?(?:ne )?(?:travaille|bosse) (?:pas|plus) (?:ce |cette )?(?:lundi|mardi|mercredi|jeudi|vendredi|"
        r"samedi|dimanche)(?: prochain| qui vient)?",
    ),
    what_if=(
        r"(?:(?:et|mais|alors) )*(?:que|qu|quoi|qu est ce que) (?:changer\w*|donner\w*|ferai\w*) (?P<rest>.+)",
        (
            r"(?:(?:et|mais|alors|ok|bonjour) )*(?:que|qu|quoi|quel|quelle|ce qui|ce que|dis moi|montre\w*|a quoi|"
            r"comment|ca|est ce que)\b.{0,80}? (?:si|quand) (?P<rest>.+)"
        ),
        (
            r"(?:(?:et|mais|alors|ok) )*(?:si|imagine que|imaginons que|suppose que|supposons que|simule|simuler|"
            r"essaie|admettons que|et si) (?P<rest>.+)"
        ),
        (
            r"(?:et )?si (?P<rest>.+?) ,? ?(?:que|qu|ca|a quoi|quoi)\b(?: (?:se|est|ce|qui|que|ca|il|t|mon|ma|agenda|"
            r"semaine))* (?:passerait|passe|changerait|change|donnerait|donne|arriverait|ressemblerait)(?: (?:il|"
            r"ca|quoi|ma semaine|mon agenda))*"
        ),
    ),
    undo=(
        r"(?:annule\w*|defai\w*|retabli\w*|reviens sur) (?:ca|cela|ce changement|cette modification|ce reglage|"
        r"(?:la|ma) (?:derniere )?modification|(?:le|mon) (?:dernier )?(?:changement|reglage)|"
        r"les? (?:derniers? )?(?:changements?|reglages?)|ce que (?:tu viens|je viens|vous venez) de (?:faire|"
        r"changer))",
        (
            r"(?:reviens|revenir|revenez|retour|retourne) (?:en arriere|a l ancien reglage|aux anciens reglages|"
            r"comme avant|au reglage precedent|a l etat precedent)"
        ),
        r"(?:remets|remettre|remettez)(?: (?:ca|tout|le|la|les))*(?: reglages?)? comme (?:avant|c etait)",
        r"undo",
    ),
    lead=(
        r"s il te plait|s il vous plait|stp|svp|bonjour|salut|coucou|alors|ok|et|aussi|puis|donc|maintenant|"
        r"desormais|creneau|peux tu|pouvez vous|pourrais tu|pourriez vous|"
        r"tu peux|vous pouvez|est ce que tu peux|est ce que tu pourrais|je veux que tu|je voudrais que tu|je "
        r"veux que|je voudrais que|j aimerais que|je veux|je voudrais|j aimerais|je souhaite|il faut|il faudrait|"
        r"faut|"
        r"merci de|a partir de maintenant|dorenavant|par defaut|je|tu|on|vous|que|fais en sorte que|j aimerais "
        r"bien|mais|toujours|en fait|,"
    ),
    tail=(
        r"s il te plait|s il vous plait|stp|svp|merci|dorenavant|desormais|a partir de maintenant|maintenant|"
        r"a l avenir|aussi|egalement|par defaut|pour moi|ok|"
        r"automatiquement|toujours|a chaque fois|non plus|plus|pas|,"
    ),
    joins=words("et & + mais"),
    not_names=words(
        "ca cela ceci tout rien moi toi lui elle eux le la les l un une des ce cet cette ces si que qui quoi "
        "mon ma mes temps creneau creneaux conflit "
        "conflits reunion reunions evenement evenements rendez vous rdv appel appels point points disponibilites "
        "disponibilite dispo dispos agenda planning programme pour avec a au "
        "l heure dans en plus pas nouveau nouvelle autre demain maintenant ici"
    ),
    asking=words(
        "quel quelle quels quelles qui que qu quand comment pourquoi si je tu il ils elle elles on est sont "
        "ne n pas plus ca cela"
    ),
    calendar=words("calendrier calendriers agenda nomme appele"),
    of_account=words("de d du dans sur chez en ("),
    vocabulary=words(
        "calendrier calendriers conflits provisoire provisoires absence ailleurs annulations tampon preavis "
        "fuseau horaires defaut"
    ),
)
