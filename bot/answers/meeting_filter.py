"""Which meetings of an agenda somebody's words mean: "with Anna", "about the budget"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.answers.meetings import Meeting

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class About:
    """Names or addresses as typed, and words of the title; without either, every meeting is meant."""

    people: tuple[str, ...] = ()
    subject: str = ""

    def __bool__(self) -> bool:
        return bool(self.people or self.subject.strip())

    def fits(self, meeting: Meeting) -> bool:
        """Whether everybody named is in it and all words begin a word of its title; case and accents do not count.

        Somebody who is only named in the title ("1:1 Anna") is in it too.
        """
        said = _words(self.subject)
        return _all_begin(said, _words(meeting.subject)) and all(_is_in(name, meeting) for name in self.people)


def _is_in(name: str, meeting: Meeting) -> bool:
    booking = meeting.booking
    invited = [said for one in booking.draft.invitees for said in (one.name, one.address)] if booking else []
    known = (*meeting.details.people, *invited)
    if "@" in name:
        return name.strip().casefold() in {one.casefold() for one in known}
    said = _words(name)
    return bool(said) and any(_all_begin(said, _words(one.partition("@")[0])) for one in (*known, meeting.subject))


def _all_begin(said: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(one) for word in words) for one in said)


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(char for char in folded if not unicodedata.combining(char)))
