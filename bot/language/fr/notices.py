"""Words about notices, in French."""

from __future__ import annotations

from bot.language.notice_words import NoticeWords
from bot.model import NoticeTopic

_REUNION = r"(?:reunions?|evenements?|rendez vous|rdvs?)"

NOTICES = NoticeWords(
    topics={
        NoticeTopic.CANCELLATIONS: rf"annul\w*|suppressions?|{_REUNION} (?:est |sont )?supprime\w*|disparai\w*",
        NoticeTopic.MOVES: r"deplac\w*|report\w*|decal\w*|changements? d heure",
        NoticeTopic.ANSWERS: r"repon\w*|declin\w*|propos\w*|refus\w*|invites?",
        NoticeTopic.INVITATIONS: r"invitations?|invitee?|collegues?|des autres",
    },
    all=r"\b(?:notif\w*|alertes?|avis|notices?|tout|rien|previen\w*|prevenez|prevenir|avert\w*|alerte\w*)\b",
    some=(
        r"\b(?:notif\w*|alertes?|avis|notices?) (?:sur|de|du|des|d|pour|concernant|quand|lorsque|si|au sujet) "
        r"(?!tout\b)\w|"
        r"\b(?:ce|cet|cette|ces)\b"
    ),
    on=(
        r"\b(?:activ\w*|reactiv\w*|remets|remettez|reprend\w*|retabli\w*|previens|prevenez|avertis|avertissez|informe\w*|"
        r"alerte (?:moi)|alertez|notifie\w*|signale\w*|dis moi|dites moi|a nouveau|de nouveau)\b"
    ),
    off=(
        r"\b(?:arret\w*|stop\w*|coup\w*|desactiv\w*|cess\w*|supprim\w*|plus (?:de|d|aucun\w*)|pas (?:de|d)|sans|"
        r"sourdine|mute|ne (?:me |m )?\w+ (?:plus|pas|rien)|n \w+ (?:plus|pas)|(?:me|m) \w+ (?:plus|pas))\b"
    ),
    again=r"\b(?:ne (?:\w+ )?(?:coupe\w*|desactiv\w*|arret\w*|cess\w*) (?:pas|plus)|reactiv\w*)\b",
    asking=(
        r"^(?:(?:bonjour|salut|coucou|alors|ok|et|creneau|s il te plait|s il vous plait) )*(?:quel\w*|lesquel\w*|"
        r"montre\w*|affiche\w*|voir|est ce que|qu est ce|que|comment|pourquoi|ou|liste\w*|quand)\b"
    ),
    other=r"\brapp?el\w*|\b(?:creneaux?|libres?|dispo\w*|minutes?|heures? avant|jours? avant|preavis)\b",
)
