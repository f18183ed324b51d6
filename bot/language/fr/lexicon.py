"""French words of time, people and subjects."""

from __future__ import annotations

from bot.language import zones
from bot.language.kinds import Kind, Number
from bot.language.lexicon import Lexicon
from bot.language.specs import Habits, PartSpec
from bot.language.vocabulary import clock, each_part, entries, entry, numbers, ordinals, part, vague_number, words

_WEEKDAYS = {
    0: "lundi|lun", 1: "mardi", 2: "mercredi|mer|merc", 3: "jeudi|jeu", 4: "vendredi|ven|vend", 5: "samedi|sam",
    6: "dimanche|dim",
}  # fmt: skip
_PLURAL_WEEKDAYS = {0: "lundis", 1: "mardis", 2: "mercredis", 3: "jeudis", 4: "vendredis", 5: "samedis", 6: "dimanches"}
_MONTHS = {
    1: "janvier|janv|jan", 2: "fevrier|fev|fevr", 3: "mars", 4: "avril|avr", 5: "mai", 6: "juin", 7: "juillet|juil|jui",
    8: "aout", 9: "septembre|sept", 10: "octobre|oct", 11: "novembre|nov", 12: "decembre|dec",
}  # fmt: skip
_NUMBERS: dict[float, str] = {
    1: "un|une", 2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six", 7: "sept", 8: "huit", 9: "neuf", 10: "dix",
    11: "onze", 12: "douze", 13: "treize", 14: "quatorze", 15: "quinze", 16: "seize", 17: "dix sept", 18: "dix huit",
    19: "dix neuf", 20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante",
    80: "quatre vingt|quatre vingts",
    90: "quatre vingt dix",
}  # fmt: skip
_ORDINALS = {
    1: "premier|premiere", 2: "deuxieme|second|seconde", 3: "troisieme", 4: "quatrieme", 5: "cinquieme", 6: "sixieme",
    7: "septieme", 8: "huitieme", 9: "neuvieme", 10: "dixieme",
}  # fmt: skip
_EVENING = (Kind.PART, PartSpec("evening", 1080, 1260, True))
_OF_THE = ((Kind.OF, None), (Kind.THE, None))
_AT_THE = ((Kind.AT, None), (Kind.THE, None))

_ENTRIES = (
    *entries(Kind.WEEKDAY, _WEEKDAYS),
    *entries(Kind.PLURALDAY, _PLURAL_WEEKDAYS),
    *entries(Kind.MONTH, _MONTHS),
    *numbers({value: words for value, words in _NUMBERS.items() if value != 1}),
    entry(Kind.NUM, Number(1, -1), "un|une"),
    *ordinals(_ORDINALS),
    vague_number(3, "quelques|plusieurs"),
    vague_number(2, "une paire de|deux ou trois|2 ou 3|deux trois"),
    entry(Kind.RELDAY, 0, "aujourd hui|aujourdhui|auj|ajd|ce jour"),
    entry(Kind.RELDAY, 1, "demain|dmain|2main|lendemain"),
    (((Kind.RELDAY, 1), (Kind.OR, None), (Kind.RELDAY, 2)), "demain ou le jour d apres|demain ou le lendemain"),
    entry(Kind.RELDAY, 2, "apres demain|apresdemain|surlendemain"),
    entry(Kind.RELDAY, -1, "hier"),
    entry(Kind.RELDAY, -2, "avant hier"),
    (((Kind.RELDAY, 0), _EVENING), "ce soir|cette nuit|cette soiree"),
    (((Kind.RELDAY, -1), _EVENING), "hier soir"),
    part("morning", 8, 12, "matin|matinee|mat|dans la matinee|en matinee|au matin|le matin|la matinee", pm=False),
    each_part("morning", 8, 12, "matins|matinees|les matins", pm=False),
    part("afternoon", 12, 18, "apres midi|aprem|apres m|apresmidi|l apres midi|dans l apres midi|aprems|pm", pm=True),
    each_part("afternoon", 12, 18, "apres midis|les apres midi|les apres midis", pm=True),
    part("evening", 18, 21, "soir|soiree|en soiree|dans la soiree|le soir|la soiree|au soir", pm=True),
    entry(Kind.MERIDIEM, PartSpec("morning", 480, 720, False), "du matin|du mat"),
    entry(Kind.MERIDIEM, PartSpec("afternoon", 720, 1080, True), "de l apres midi|de l aprem|de l apresmidi"),
    entry(Kind.MERIDIEM, PartSpec("evening", 1080, 1260, True), "du soir"),
    each_part("evening", 18, 21, "soirs|soirees|les soirs", pm=True),
    part("night", 18, 24, "nuit|la nuit", pm=True),
    part(
        "lunch",
        12,
        14,
        "entre midi et deux|entre midi et 2|entre midi et 14h|dejeuner|pause dejeuner|pause midi|heure du dejeuner|"
        "l heure du dejeuner|pendant le dejeuner|midi deux|a l heure du dejeuner|a l heure du repas|le midi|"
        "sur l heure du midi|au dejeuner",
    ),
    each_part("lunch", 12, 14, "midis|les midis"),
    part(
        "day end",
        16,
        18,
        ("fin de journee|la fin de journee|en fin de journee|la fin de la journee|fin de la journee|fin d aprem"),
    ),
    part(
        "day start",
        8,
        10,
        "debut de journee|en debut de journee|la premiere heure|premiere heure|le debut de la journee",
    ),
    part("day middle", 11, 15, "milieu de journee|en milieu de journee|milieu de la journee"),
    clock(12, "midi|12 h 00", is_noon=True),
    clock(24, "minuit"),
    entry(Kind.UNIT, "minute", "minute|minutes|min|mins|mn|minutage"),
    entry(Kind.UNIT, "hour", "heure|heures|hr|hrs"),
    entry(Kind.UNIT, "day", "jour|jours|journee|journees"),
    (
        ((Kind.NUM, Number(15)), (Kind.UNIT, "day")),
        ("quinzaine|une quinzaine|une quinzaine de jours|quinzaine de jours"),
    ),
    (((Kind.NUM, Number(8)), (Kind.UNIT, "day")), "huitaine|une huitaine|une huitaine de jours"),
    entry(Kind.UNIT, "week", "semaine|semaines|sem"),
    (((Kind.UNIT, "week"), (Kind.NEXT, None)), "semaine d apres"),
    entry(Kind.UNIT, "weekend", "week end|weekend|week ends|we|weekends|wk end|fin de semaine prolongee"),
    entry(Kind.UNIT, "month", "mois"),
    entry(Kind.UNIT, "year", "an|ans|annee|annees"),
    (((Kind.HALF, None), (Kind.UNIT, "hour")), "demi heure|demie heure|demi heures|demi h|1 2 heure|demiheure"),
    (((Kind.NUM, Number(1)), (Kind.HALF, None), (Kind.UNIT, "hour")), "une demi heure|une demie heure"),
    entry(Kind.HALF, None, "demi|demie"),
    entry(Kind.QUARTER, None, "quart|quarts"),
    each_part("weekday", 0, 24, "en semaine|jours ouvres|jours ouvrables"),
    entry(Kind.DATE, ("md", (12, 25)), "noel|jour de noel"),
    entry(Kind.DATE, ("md", (12, 24)), "reveillon de noel"),
    entry(Kind.DATE, ("md", (12, 31)), "la saint sylvestre"),
    entry(Kind.DATE, ("md", (1, 1)), "jour de l an"),
    entry(Kind.DATE, ("md", (5, 1)), "fete du travail"),
    entry(Kind.DATE, ("md", (11, 1)), "toussaint|jour de la toussaint"),
    entry(Kind.DATE, None, "paques|pentecote|ascension|printemps|automne|hiver|aube|ramadan|carnaval"),
    entry(Kind.NEXT, None, "prochain|prochaine|prochains|prochaines|suivant|suivante|suivants|suivantes"),
    entry(Kind.NEXT, None, "qui vient|qui viennent|a venir|qui suit|qui suivent|pro|proch"),
    entry(Kind.THIS, None, "ce|cet|cette|ces|courant|courante"),
    entry(Kind.LAST, None, "dernier|derniere|derniers|dernieres|passee|precedent|precedente"),
    entry(Kind.EVERY, None, "chaque|tous les|toutes les|tout le|toute la"),
    entry(Kind.EDGE, "start", "debut|le debut|en debut|au debut|tot|tres tot|de bonne heure"),
    entry(Kind.EDGE, "mid", "milieu|au milieu|en milieu|mi|courant de"),
    entry(Kind.EDGE, "end", "fin|la fin|en fin|a la fin|tard|plus tard dans"),
    entry(Kind.FROM, None, "depuis"),
    ((*((Kind.BOUND, "until"),), (Kind.THE, None)), "jusqu au"),
    entry(Kind.BETWEEN, None, "entre"),
    entry(Kind.AND, None, "et|puis|mais|ni"),
    entry(Kind.OR, None, "ou|ou bien|soit"),
    entry(
        Kind.EXCEPT,
        None,
        "n importe quel jour sauf|tous les jours sauf|sauf|excepte|hormis|hors|a part|en dehors de|"
        "en dehors du|mais pas|a l exception de|"
        "a l exception du|sans|pas le|pas la|"
        "a l exclusion de|autre que|exceptes|sans compter|excepter|mais sans|mis a part|exclus",
    ),
    entry(Kind.BOUND, "before", "avant|avant de|plus tot que"),
    entry(Kind.BOUND, "after", "apres|plus tard que|passe|au dela de"),
    entry(Kind.BOUND, "by", "d ici|d ici a|au plus tard|d ici la"),
    entry(Kind.BOUND, "until", "jusque|jusqu en|jusqu a"),
    entry(Kind.BOUND, "from", "pas avant|a partir de|a compter de|des|a partir d|a partir"),
    (((Kind.BOUND, "by"), (Kind.THE, None)), "d ici au|d ici le|au plus tard le"),
    (((Kind.BOUND, "from"), (Kind.THE, None)), "a partir du|a compter du|des le"),
    entry(Kind.AT, None, "a"),
    (_AT_THE, "au|aux"),
    entry(Kind.IN, None, "dans"),
    entry(Kind.INSIDE, None, "en|au cours de|au cours des|au cours du|au cours"),
    (((Kind.INSIDE, None), (Kind.THE, None)), "dans le courant de"),
    entry(Kind.WITHIN, None, "sous|en moins de"),
    entry(Kind.FOR, None, "pour|pendant|durant|sur"),
    entry(Kind.OF, None, "de|d"),
    (_OF_THE, "du|des"),
    entry(Kind.THE, None, "le|la|les|l|meme heure|la meme heure|meme horaire"),
    entry(Kind.MY, None, "mon|ma|mes|notre|nos"),
    entry(
        Kind.APPROX, None, "vers|environ|aux alentours de|autour de|a peu pres|plutot vers|sur les|approximativement"
    ),
    entry(
        Kind.NOW, None, ("maintenant|tout de suite|a l instant|la maintenant|en ce moment|actuellement|immediatement")
    ),
    entry(Kind.REST, None, "reste|le reste|la suite"),
    entry(Kind.ASAP, None, "des que possible|au plus vite|le plus tot possible|asap|rapidement|au plus tot"),
    entry(Kind.AGO, None, "il y a"),
    entry(Kind.LATER, None, "plus tard|apres"),
    entry(Kind.IDIOM_WEEKS, 1, "en huit|en 8"),
    entry(Kind.IDIOM_WEEKS, 2, "en quinze|en 15"),
    entry(Kind.LESS, None, "moins"),
    entry(Kind.PAST, None, "passe de|passees de|passe"),
    entry(Kind.TIMEWORD, None, "heure locale"),
    entry(Kind.CITY, "Europe/London", "londres"),
    entry(Kind.CITY, "Europe/Lisbon", "lisbonne"),
    entry(Kind.CITY, "Europe/Moscow", "moscou"),
    entry(Kind.CITY, "Europe/Vienna", "vienne"),
    entry(Kind.CITY, "Europe/Warsaw", "varsovie"),
    entry(Kind.CITY, "Europe/Athens", "athenes"),
    entry(Kind.CITY, "Europe/Copenhagen", "copenhague"),
    entry(Kind.CITY, "Europe/Bucharest", "bucarest"),
    entry(Kind.CITY, "Africa/Cairo", "le caire|caire"),
    entry(Kind.CITY, "Asia/Singapore", "singapour"),
    entry(Kind.CITY, "Asia/Shanghai", "pekin"),
    entry(Kind.CITY, "Asia/Seoul", "seoul"),
    entry(Kind.CITY, "Asia/Kolkata", "bombay|inde"),
    entry(Kind.CITY, "America/Mexico_City", "mexico"),
    *zones.ENTRIES,
)

LEXICON = Lexicon(
    code="fr",
    entries=_ENTRIES,
    stopwords=words(
        "le la les l un une des du de d je j tu il elle on nous vous ils mon ma mes ton ta ce cet cette "
        "ces est es suis sommes "
        "sont ai as avons avez ont que qu qui quoi quand quel quelle quelles quels comment pourquoi ou "
        "avec pour dans en et au "
        "aux demain hier aujourd hui jeudi lundi mardi mercredi vendredi samedi dimanche matin soir midi "
        "apres avant semaine "
        "mois prochaine prochain reserve reserver planifie trouve cale bloque annule deplace decale "
        "repousse libre dispo dispos "
        "disponible disponibilites creneau creneaux reunion rendez heure heures moi toi pas ne n y s c "
        "qu sauf aide bonjour "
        "salut merci stp svp plait montre agenda calendrier horaires connecte deconnecte entre jusqu ici "
        "vers chez sur ete "
        "j'ai oui non bonsoir coucou aprem jour jours janvier fevrier avril juin juillet aout decembre "
        "octobre passe mets "
        "invite organise propose mets notre votre leur tous toute tout deux trois quatre cinq"
    ),
    with_words=frozenset({"avec"}),
    invite_words=frozenset({"invite", "inviter", "voir", "rencontrer", "convie", "convier", "appeler", "invites"}),
    self_words=frozenset({"moi", "je", "nous"}),
    name_particles=frozenset({"de", "du", "la", "le", "van", "von", "der", "da", "ben", "el", "al", "des"}),
    not_names=words(
        "moi toi lui elle nous vous eux elles tout tous le la les un une des mon ma mes ton ta son sa "
        "ses notre nos votre "
        "leur leurs ce cet cette quelqu equipe personne plaisir qui quoi qui tout ca cela plusieurs"
    ),
    subject_markers=(
        "au sujet de",
        "au sujet du",
        "au sujet des",
        "au sujet d",
        "a propos de",
        "a propos du",
        "a propos des",
        "a propos d",
        "concernant",
        "sur le sujet de",
        "sur le theme de",
        "intitule",
        "intitulee",
        "pour parler de",
        "pour parler du",
        "pour parler des",
        "pour discuter de",
        "pour discuter du",
        "pour discuter des",
        "pour discuter d",
        "pour parler d",
        "objet",
        "sujet",
        "re",
        "pour evoquer",
        "pour faire le point sur",
        "pour preparer",
        "nomme",
        "nommee",
        "appele",
        "appelee",
        "pour revoir",
        "pour traiter",
        "relatif a",
        "relative a",
        "relatif au",
    ),
    soft_subject_markers=("pour", "sur"),
    object_verbs=words(
        "reserve reserver planifie planifier cale caler bloque bloquer annule annuler deplace deplacer "
        "decale decaler repousse "
        "repousser reporte reporter avance avancer organise organiser invite inviter mets mettre cree "
        "creer ajoute ajouter "
        "programme programmer fixe fixer supprime supprimer prevois prevoir retarde retarder prends "
        "prendre pose poser "
        "reserves planifies changer change book booke booker bouge bouger replanifie replanifier libere "
        "liberer laisse laisser faire vide vider efface effacer enleve enlever retire retirer note "
        "noter deplacez annulez "
        "reservez"
    ),
    determiners=words("le la les l un une des du d de mon ma mes notre nos ce cet cette son sa ses l' d' votre vos"),
    generic=words(
        "reunion reunions rencontre rencontres point points rendez vous rendez-vous rdv visio visios "
        "appel appels call calls "
        "meeting meetings entretien cafe creneau creneaux discussion seance visioconference dejeuner "
        "evenement evenements plage "
        "tete-a-tete tete tout truc chose moment temps 1:1 1 rappel invitation echange sync petit petite "
        "court courte rapide "
        "teams zoom telephone echanges heure heures"
    ),
    generic_alone=frozenset({"dejeuner"}),
    subject_fillers=words(
        "toutes tous toute moi me nous stp svp s il te plait vous bien rapide courte petit petite "
        "nouveau nouvelle juste ensemble minutes minute "
        "min mn heure heures toute tous tout libre y te merci reunions de rapidement tomber ca cela"
    ),
    subject_stops=words(
        "avec pour dans a au aux en le entre avant apres vers jusqu jusque d'ici ici pendant durant qui "
        "que et ou des chez par "
        "sur demain"
    )
    - {"le", "sur", "des"},
    earlier_words=frozenset({"avance", "avancer", "avances", "avancez", "tot"}),
    not_typos=words(
        "demande demandes demander martin marti main mais moi tournee annee bonne jouer soiree prochainement "
        "lancement "
        "revue dossier budget bilan comite projet equipe client clients rapport point matrice mardis jours semestre "
        "trimestre marin matins juillets marie maria louis louise septieme marche marches heureux "
        "heureuse moins cette "
        "sommes quarts quarte sujet suivi suivis journal journaux suivre"
    ),
    ordinal_suffixes=("er", "ere", "e", "eme", "nd", "nde", "ieme"),
    habits=Habits(hour_names_clock=True, number_after_article_is_day=True, counts_today=True),
    subject_links=words("de du d des sur"),
    polite=("stp", "svp", "s'il te plait", "s'il vous plait", "merci"),
    month_first=False,
    people_patterns=(
        r"\bparler a (?P<n>[^\W\d_][^\d?!.]{1,60})",
        r"\b(?:qu'|que |si )(?P<n>[^\W\d_][^\d,?!.]{1,60}?) (?:est|sont|serait|sera|a|ont|peut|peuvent)\b",
        (
            r"\bquand (?P<n>[^\W\d_][^\d,?!.]{1,60}?) (?:est|sont|serait|sera|a|ont|peut|peuvent)[ -](?:il|"
            r"elle|ils|elles|libre|libres|dispo|disponible|pris|t)\b"
        ),
        (
            r"\b(?:envoie|envoyer|envoyez|transmets|donne|communique|montre|"
            r"partage)\b[^?!.]{0,80}? a (?P<n>[^\W\d_][^\d?!.]{1,60})"
        ),
        (
            r"(?:^|\bet )(?!quand)(?P<n>[^\W\d_][^\d,?!.]{1,60}?) (?:est|sont|serait|sera|a|ont|peut|"
            r"peuvent)[ -](?:il|elle|ils|elles|libre|libres|dispo|disponible|pris|t)\b"
        ),
        r"\b(?:moi|nous),? (?:et|&) (?P<n>[^\W\d_][^\d?!.]{1,80})",
        r"\bmoi, (?P<n>[^\W\d_][^\d?!.]{1,80})",
        r"\bpour (?P<n>[^\W\d_][^\d?!.]{1,80}) et moi\b",
    ),
    not_time=(
        # "pourquoi pas le 3 décembre" excludes nothing
        r"\bpourquoi pas\b",
        r"(?<=commence )(?:ma|la) journee\b|(?<=finit )(?:ma|la) journee\b|(?<=termine )(?:ma|la) journee\b",
        r"\bma journee(?= (?:commence|finit|se termine|debute))",
        r"(?<=fini )ma journee\b",
    ),
    start_words=frozenset({"a partir de", "a partir d", "a partir", "des"}),
    place_markers=frozenset({"a", "au", "aux", "en", "dans"}),
    place_name_markers=frozenset({"au"}),
    place_nouns=words(
        "salle cafe restaurant bar bistrot brasserie boulangerie bureau bureaux batiment hall bibliotheque "
        "cantine cafeteria accueil siege "
        "hotel amphi amphitheatre studio labo laboratoire etage gare aeroport parc musee"
    ),
    rooms=frozenset({"salle"}),
    counted_words=words("personnes personne places min minutes heures heure jours semaines pers"),
    features=(
        ("when", "quand|a quelle heure|quelles heures|quels creneaux"),
        (
            "asks_times",
            (
                "quand|creneau|creneaux|trouve|trouver|trouve moi|cherche|propose|moment|dispos|disponibilites|"
                "a quelle heure|quel jour|trou|une heure avec"
            ),
        ),
        ("asks_free", "libre|libres|dispo|dispos|disponible|disponibles|disponibilites|creneau|creneaux|trou|trous"),
        ("slots", "creneau|creneaux|dispos|disponibilites"),
        ("asap", "des que possible|au plus vite|asap|rapidement|au plus tot"),
    ),
    vocabulary=words("lundi mardi mercredi jeudi vendredi samedi dimanche"),
)
