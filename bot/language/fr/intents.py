"""What a person wants, in French: the first rule that holds."""

from __future__ import annotations

from bot.language.lexicon import IntentRule as Rule
from bot.language.request import Intent

_POLITE = (
    r"^(?:(?:s il te plait|s il vous plait|stp|svp|bonjour|salut|coucou|alors|ok|et|creneau|peux tu|"
    r"pouvez vous|pourrais tu|pourriez vous|"
    r"tu peux|vous pouvez|tu pourrais|est ce que tu peux|est ce que tu pourrais|je veux|je voudrais|"
    r"j aimerais|je souhaite|je souhaiterais|il faut|"
    r"il faudrait|faut|merci de|me|m|nous|j ai besoin de|besoin de|on peut|peut on|je dois|puis je|"
    r"est ce que je peux|il me faut|vouloir|de) )*"
)
_LANGUAGES = r"(?:francais|anglais|allemand|espagnol|italien|english|french)"
_MEETING = (
    r"(?:reunions?|rendez vous|rdv|points?|rencontres?|evenements?|visios?|appels?|meetings?|entretiens?|"
    r"calls?)"
)

INTENTS = (
    Rule(
        Intent.FORGET,
        (
            r"\b(?:oublie|oubliez|oublier) (?:moi|tout|mes|ce que|que)\b|\b(?:efface\w*|supprime\w*|detrui\w*|"
            r"retire\w*)\b.*\b(?:mes donnees|mes infos|mes informations|donnees personnelles|"
            r"tout ce que tu sais|mon profil|toutes les donnees)\b|\brgpd\b"
        ),
    ),
    Rule(
        Intent.LANGUAGE,
        (
            r"\b(?:parle|parler|parlez|reponds|repondre|repondez|ecris|passe|passer|bascule|mets|change|"
            r"changer|utilise)\b.*\b(?:en |a l )?"
        )
        + _LANGUAGES
        + r"\b|^(?:en )?"
        + _LANGUAGES
        + r"(?: stp| svp| s il te plait)?$|\b(?:change\w*|quelles?|choisi\w*)\b.*\blangues?\b|\blangue\b",
    ),
    Rule(
        Intent.NOTICES,
        (
            r"\b(?:notif\w*|alertes?|avertis\w*|previens|prevenez|prevenir|previens moi|avertir|alerte moi|"
            r"rappels|rappelle moi|informe moi|notices?|sourdine|les avis|mes avis|"
            r"avis d(?:e|es)? (?:annulation|suppression|deplacement|reponse|invitation)s?)\b|^avis$"
        ),
    ),
    # Told not to do it: nothing is offered that does.
    Rule(Intent.UNKNOWN, r"\bn ?(?:annule\w*|e (?:deplace\w*|supprime\w*|decale\w*|reporte\w*)) (?:surtout )?pas\b"),
    Rule(
        Intent.DISCONNECT,
        (
            r"\b(?:deconnecte\w*|deconnexion|deconnecter|delie|delier|dissocie\w*|revoque\w*)\b|"
            r"\b(?:supprime\w*|retire\w*|enleve\w*|oublie\w*|coupe\w*|annule\w*)\b.*\b(?:connexion|compte|"
            r"calendrier|liaison|boite)\b"
        ),
    ),
    Rule(
        Intent.CONNECT,
        (
            r"\b(?:connecte\w*|connexion|connecter|reconnecte\w*|identifie\w*|identifier|authentifi\w*|"
            r"login)\b|\b(?:ajoute\w*|lie|lier|relie\w*|associe\w*|branche\w*|rattache\w*|"
            r"utilise\w*)\b.*\b(?:compte|calendrier|agenda outlook|outlook|boite)\b"
        ),
    ),
    Rule(
        Intent.SETTINGS,
        (
            r"\b(?:parametres?|reglages?|preferences?|configur\w*|options|horaires(?: de travail)?|"
            r"heures de travail|heures de bureau|jours de travail|jours ouvres|fuseau(?: horaire)?|"
            r"duree par defaut|duree de reunion|tampons?|marge|battement|preavis|delai minimum|"
            r"calendrier cible|calendriers? de conflit|lien teams|par defaut)\b"
        ),
    ),
    Rule(
        Intent.SETTINGS,
        (
            r"\b(?:bloque\w*|compte\w*|considere\w*|ignore\w*|traite\w*|debloque\w*|"
            r"ne bloque pas)\b.*\b(?:provisoires?|tentati\w*|absent|absences?|absence du bureau|"
            r"hors du bureau|travail ailleurs|travaille ailleurs|peut etre)\b|\b(?:provisoires?|tentatives?|"
            r"hors du bureau|absent du bureau|travail ailleurs)\b.*\b(?:bloqu\w*|occup\w*|libres?|compt\w*)\b"
        ),
    ),
    Rule(
        Intent.SETTINGS,
        r"\bje (?:ne )?(?:travaille|commence|finis|bosse|demarre|termine)\b|\bmes horaires\b|"
        r"\bmes heures\b",
        ("!once",),
    ),
    Rule(
        Intent.WHY,
        (
            r"\bpourquoi\b|\bpour quelle raison\b|\bqu est ce qui (?:me )?(?:bloque|m empeche|m occupe|"
            r"prend)\b|\bcomment ca se fait\b"
        ),
    ),
    Rule(
        Intent.SHARE,
        (
            r"\b(?:partage\w*|envoie\w*|envoyer|transmet\w*|communique\w*|publie\w*|"
            r"donne <p>)\b.*\b(?:dispo\w*|creneaux?|agenda|calendrier|libre\w*|lien|horaires|planning|"
            r"temps libre)\b|\blien de reservation\b"
        ),
    ),
    # Whom else to invite is no time: an existing meeting is not booked again.
    Rule(
        Intent.UNKNOWN,
        _POLITE
        + r"(?:ajoute\w*|invite\w*|convie\w*|inclu\w*|mets) (?!un |une |du |des )(?:.* )?(?:a|au|dans) (?:(?:ma|"
        r"mon|la|le|l|cette|ce|notre) )?" + _MEETING + r"\b(?! (?:avec|un|une)\b)",
    ),
    Rule(
        Intent.RESCHEDULE,
        r"\b(?:faire|fait|fasse|commencer|tenir|avoir|mettre) (?:la|le|ma|mon|notre|ca|cette|ce|<s>).* (?:plus "
        r"tard|plus tot)$",
    ),
    Rule(
        Intent.RESCHEDULE,
        _POLITE
        + (
            r"(?:deplace\w*|decale\w*|repousse\w*|reporte\w*|avance\w*|retarde\w*|replanifie\w*|"
            r"reprogramme\w*|bouge\w*|recale\w*|remets|remettre|change\w* l heure|change\w* la date|basculer?|"
            r"glisse\w*)\b|\b(?:deplace|decale|repousse|reporte|avance|deplacer|decaler|repousser|reporter|"
            r"avancer) (?:ma|mon|mes|la|le|l|notre|cette|ce|tout|moi)\b"
        ),
    ),
    Rule(
        Intent.RESCHEDULE,
        _POLITE + r"(?:passe|passer|mets|mettre) (?:ma|la|notre|mon|le) (?:" + _MEETING + r").* (?:a|au|de)\b",
    ),
    Rule(
        Intent.CANCEL,
        _POLITE
        + (
            r"(?:annule\w*|supprime\w*|enleve\w*|retire\w*|efface\w*|libere\w*|vire|virer|abandonne\w*|"
            r"decommande\w*|laisse\w* tomber|saute\w*)\b|\bannul(?:e|er|ez) (?:ma|mon|mes|la|le|l|tout|notre|cette|"
            r"ce|toutes|tous)\b"
        ),
    ),
    Rule(
        Intent.NEXT,
        r"\b(?:prochaine?|suivante?) "
        + _MEETING
        + r"\b|\b"
        + _MEETING
        + (
            r" suivante?\b|\bqu est ce qui (?:suit|vient|m attend)\b|\b(?:c est quoi|quoi) (?:la suite|"
            r"ensuite|apres)\b|\bqu est ce que j ai (?:ensuite|apres|juste apres)$|\bet (?:ensuite|apres)$|"
            r"\bla suite\b$"
        ),
        ("!time",),
    ),
    Rule(
        Intent.BOOK,
        _POLITE
        + (
            r"(?:reserve\w*|planifie\w*|cale|caler|calez|case|caser|bloque|bloquer|bloquez|organise\w*|mets|"
            r"mettre|mettez|invite\w*|cree|creer|ajoute\w*|programme(?! (?:de|du|d|demain|aujourd|pour|cette|"
            r"la|est)\b)|programmer|programmez|fixe|fixer|fixez|prevois|prevoir|prends|prendre|pose|poser|"
            r"booke|booker|book|convie\w*|note|noter|inscris)\b"
        ),
    ),
    Rule(
        Intent.AGENDA,
        r"\b(?:quand|a quelle heure) (?:est ce que )?(?:(?:commence|finit|termine|se termine|debute)(?: t elle)? "
        r"(?:ma|la) journee|ma journee (?:commence|finit|se termine|debute)|"
        r"je (?:commence|finis|termine)|(?:commence|finis) je)\b|\b(?:ai je|j ai|est ce que j ai|on a|avons "
        r"nous) (?:fini|termine)\b|"
        r"\b(?:qu est ce qu il (?:me )?reste|que (?:me )?reste t il|il me reste quoi|qu est ce qui (?:me )?reste)\b",
    ),
    Rule(
        Intent.AGENDA,
        r"\bquand (?:est|a lieu|commence) (?:ma|mon|la|le|notre)\b|\bc est quand (?:ma|mon|la|le|notre)\b"
        r"|\ba quelle heure (?:est|a lieu|commence) (?:ma|mon|la|le|notre)\b|\bqui est ce que je (?:rencontre|"
        r"vois)\b",
    ),
    Rule(
        Intent.COMMON,
        (
            r"\b(?:quand|creneaux?|trouve\w*|trouver|cherche\w*|propose\w*|moment|dispos?|disponibilites?|"
            r"disponibles?|quelle heure|quel jour|trou|quels?)\b.*<p>"
        ),
        ("people", "asks_times"),
    ),
    Rule(Intent.COMMON, r"<p>.*\bquand\b|\bquand\b", ("people",)),
    Rule(Intent.CHECK, r"\b(?:on peut|peut on|pouvons nous|on pourrait) (?:se|nous) voir\b", ("time", "!when")),
    Rule(
        Intent.FREE,
        (
            r"\bquand\b.*\b(?:libres?|dispos?|disponibles?|temps|peux|puis|pourrais|pourrait|place|creneaux?|"
            r"voir|ai je|aurais|caler|caser|possible|moment)\b"
        ),
    ),
    Rule(
        Intent.AGENDA,
        (
            r"\b(?:qu est ce que j ai|qu ai je|j ai quoi|quoi de prevu|qu est ce qui est prevu|"
            r"qu est ce qu il y a|qu y a t il|quel est mon (?:programme|agenda|planning|emploi)|"
            r"quelles? sont mes|quels? sont mes (?:rendez|rdv|points|appels|entretiens|meetings)|"
            r"a quoi ressemble|ressemble|c est quoi mon (?:programme|agenda|planning)|combien de "
        )
        + _MEETING
        + r"|quelles? "
        + _MEETING
        + (
            r"|quels? (?:rendez vous|rdv|points|appels|entretiens|meetings)|avec qui|j ai quelque chose|"
            r"ai je quelque chose|ai je (?:une|des|un) "
        )
        + _MEETING
        + r"|est ce que j ai (?:une|des|un|quelque chose)(?: de prevu| "
        + _MEETING
        + r")?|j ai (?:une|des|un) "
        + _MEETING
        + (
            r"|que fais je|je fais quoi|quoi au programme|au programme|comment se presente|"
            r"qu est ce qui m attend)\b(?!.*\b(?:libres?|dispos?|disponibles?|creneaux?)\b)"
        ),
    ),
    Rule(
        Intent.AGENDA,
        (
            r"\b(?:montre\w*|affiche\w*|donne\w*|liste\w*|voir|lis|consulte\w*|ouvre|"
            r"resume\w*)\b.*\b(?:agenda|planning|programme|calendrier|emploi du temps|journee|reunions|"
            r"rendez vous|rdv|semaine|points)\b(?!.*\b(?:libres?|dispos?|disponibles?|creneaux?)\b)|^(?:mon|"
            r"mes|ma|le) (?:agenda|planning|programme|calendrier|emploi du temps|reunions|rendez vous|rdv|"
            r"journee)\b|^(?:agenda|planning|programme|calendrier|emploi du temps|reunions)\b"
        ),
    ),
    Rule(Intent.CHECK, r"^(?:verifie|verifier|verifiez|regarde si)\b", ("time",)),
    Rule(Intent.FREE, r"\bn importe (?:quel|quelle|quand)\b"),
    Rule(Intent.CHECK, r"^(?:libre|dispo|disponible|pris)\b", ("time", "question", "!slots", "!when")),
    Rule(
        Intent.FREE,
        (
            r"\b(?:trouve\w*|cherche\w*|propose\w*|donne\w*|montre\w*|liste\w*|affiche\w*|suggere\w*|dis moi|"
            r"quelles? sont|quels? sont|quel est|quelle est|voir)\b.*\b(?:creneaux?|dispos?|disponibilites?|"
            r"disponibles?|trous?|libres?|minutes?|min|heures?|h|moment|temps|place|plages?|\d+ ?h|demi|quart|"
            r"quarts)\b|\btrouve\b"
        ),
    ),
    Rule(
        Intent.CHECK,
        (
            r"\b(?:suis je|je suis|est ce que je suis|serai je|je serai|je serais|sommes nous|on est|"
            r"est ce qu on est|est ce que nous|suis|serais je|serons nous|est on|est il|est elle|est ce que|"
            r"sont ils|sont elles|es tu|est|sont)\b.*\b(?:libres?|dispos?|disponibles?|pris|prise|occupee?|"
            r"occupes|bookee?)\b"
        ),
        ("time", "!when"),
    ),
    Rule(
        Intent.CHECK,
        (
            r"\b(?:ai je|est ce que j ai|j ai|aurais je|aurai je|est ce que j aurai|on a|avons nous|as tu|"
            r"a t il|a t elle|y a t il)\b.*\b(?:temps|libres?|dispos?|creneaux?|trou|place|moment|minutes?|"
            r"heures?|h)\b"
        ),
        ("time", "!when"),
    ),
    Rule(
        Intent.CHECK,
        (
            r"\b(?:ca va|ca passe|ca marche|ca te va|ca colle|possible|est ce bon|c est bon|ok|faisable|"
            r"jouable|convient|puis je|peut on|on peut|est ce que je peux|je peux|pourrais je|ca irait|"
            r"ca le fait|libre \?|conflit)\b"
        ),
        ("time",),
    ),
    Rule(
        Intent.FREE,
        (
            r"\b(?:libres?|dispos?|disponibles?|disponibilites?|creneaux?|trous?|n importe quand|temps libre|"
            r"quand|a tout moment|plages?|un moment|une place)\b"
        ),
    ),
    Rule(Intent.FREE, r"\b(?:besoin d|besoin de|il me faut|je cherche|il faudrait|il faut)\b", ("length",)),
    Rule(Intent.COMMON, r"<p>", ("people", "asap")),
    Rule(Intent.BOOK, r"^(?:un |une |le |la )?(?:" + _MEETING + r"|cafe|dejeuner|visio) .*\bavec\b", ("time",)),
    Rule(Intent.BOOK, r"\bje dois (?:voir|parler|rencontrer|appeler)\b"),
    Rule(
        Intent.BOOK,
        r"\b(?:reserve\w*|planifie\w*|caler?|bloquer?|organise\w*|invite\w*|programmer|fixer|poser)\b|"
        r"\b(?:" + _MEETING + r"|dejeuner|cafe|visio|appel)\b.*<p>|<p>.*\b(?:" + _MEETING + r"|dejeuner|cafe)\b",
        ("time",),
    ),
    Rule(
        Intent.BOOK,
        (
            r"\b(?:je veux|je voudrais|j aimerais|il me faut|besoin d|on se fait|faisons|on se voit|"
            r"voyons nous|se voir)\b.*\b(?:"
        )
        + _MEETING
        + r"|voir <p>|parler a <p>)|\b(?:on se voit|voyons nous)\b",
    ),
    Rule(Intent.THANKS, r"\b(?:merci|remercie|thanks|thx)\b", ("!time",)),
    Rule(
        Intent.HELP,
        (
            r"\b(?:aide|aider|aidez|help|que sais tu|que peux tu|qu est ce que tu (?:sais|peux|fais)|"
            r"tu sais faire quoi|tu peux faire quoi|comment (?:ca|je|tu|on|faire|utiliser|marche|fonctionne|"
            r"reserver)|commandes?|mode d emploi|qui es tu|tu es qui|que fais tu|tu fais quoi|exemples?|sos|"
            r"a quoi (?:sers|tu sers))\b"
        ),
    ),
    Rule(Intent.AGENDA, r"\b(?:agenda|planning|emploi du temps|calendrier|reunions|programme)\b"),
    Rule(Intent.GREETING, r"^(?:bonjour|salut|coucou|bonsoir|hello|hey|hi|yo|re|bjr|slt|cc)\b"),
    Rule(Intent.THANKS, r"^(?:parfait|super|genial|top|nickel|ok merci|excellent)\b", ("!time",)),
    Rule(Intent.FREE, r"^<t>$", ("time", "!point")),
    Rule(Intent.CHECK, r"^<t>$", ("time", "point")),
)
