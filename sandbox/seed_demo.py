"""The demo's calendars: a working life around today, French and English, with every status that matters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sandbox import actions, calendars
from sandbox.model import Event, Json, User
from sandbox.recurrence import WEEKDAYS
from sandbox.world import World
from sandbox.zones import to_wall, zone_of

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
OFFICE = "office@contoso.example"


class _Week:
    """Writes events by week (0 is the present one, in Camille's zone), weekday and wall time."""

    def __init__(self, world: World, zone: str) -> None:
        self.world = world
        today = to_wall(world.clock.now(), zone_of(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        self.monday = today - timedelta(days=today.weekday())
        self.zone = zone

    def at(self, week: int, day: int, clock: str = "00:00") -> datetime:
        hours, minutes = (int(part) for part in clock.split(":"))
        return self.monday + timedelta(weeks=week, days=day, hours=hours, minutes=minutes)

    def event(self, who: User, where: str, week: int, day: int, span: str, subject: str, **fields: Any) -> Event:
        """``span`` is ``09:00-10:00``; an end before the start lies on the next day."""
        first, last = span.split("-")
        start, end = self.at(week, day, first), self.at(week, day, last)
        if end <= start:
            end += timedelta(days=1)
        fields.setdefault("zone", self.zone)
        return actions.create_event(
            self.world, who.id, where, start=start, end=end, subject=subject, as_owner=True, **fields
        )

    def days(self, who: User, where: str, week: int, day: int, subject: str, length: int = 1, **fields: Any) -> Event:
        start = self.at(week, day)
        fields.setdefault("show_as", "free")
        return actions.create_event(
            self.world, who.id, where, start=start, end=start + timedelta(days=length), zone=self.zone, subject=subject,
            is_all_day=True, is_reminder_on=False, as_owner=True, **fields,
        )  # fmt: skip

    def weekly(self, week: int, day: int, *days: str) -> Json:
        """A weekly recurrence without end from that day on."""
        return {
            "pattern": {
                "type": "weekly", "interval": 1, "month": 0, "dayOfMonth": 0,
                "daysOfWeek": list(days or (WEEKDAYS[day],)),
                "firstDayOfWeek": "monday", "index": "first",
            },
            "range": {
                "type": "noEnd", "startDate": self.at(week, day).date().isoformat(), "endDate": "0001-01-01",
                "recurrenceTimeZone": self.zone, "numberOfOccurrences": 0,
            },
        }  # fmt: skip

    def yearly(self, week: int, day: int) -> Json:
        first = self.at(week, day)
        rule = self.weekly(week, day)
        rule["pattern"] |= {"type": "absoluteYearly", "month": first.month, "dayOfMonth": first.day, "daysOfWeek": []}
        return rule

    def one(self, series: Event, week: int, day: int) -> str:
        """The immutable id of a series' occurrence."""
        return actions.id_of(series, self.at(week, day).date())

    def answered(self, event: Event, who: User, response: str, **options: Any) -> None:
        for copy in self.world.copies(event.ical_uid):
            if copy.mailbox == who.id and not copy.is_organizer:
                actions.answer_event(self.world, actions.id_of(copy), response, **options)


def fill_demo(world: World, camille: User, anna: User, ben: User, at_home: User) -> None:
    """Add calendars and events to four mailboxes that have their default calendar only."""
    week = _Week(world, camille.zone)
    _add_calendars(world, camille, anna, ben, at_home)
    _own_series(week, camille, anna, ben)
    _invitations(week, camille, anna, ben)
    _clients_and_projects(week, camille)
    _whole_days(week, camille)
    _private_life(week, camille, at_home)
    _colleagues(week, camille, anna, ben)
    _office(week, camille, anna)


def _add_calendars(world: World, camille: User, anna: User, ben: User, at_home: User) -> None:
    calendars.create(world, camille, "Clients", color="lightGreen")
    calendars.create(world, camille, "Project X", color="lightOrange")
    calendars.create(world, camille, "Famille", color="lightPink", providers=[])
    calendars.create(
        world, camille, "Company events", color="lightGray", can_edit=False, removable=False, providers=[],
        group="Other Calendars",
    )  # fmt: skip
    calendars.create(
        world, camille, "Birthdays", color="lightYellow", can_edit=False, removable=False, providers=[],
        group="Other Calendars",
    )  # fmt: skip
    annas = world.default_calendar(anna.id)
    if annas:
        calendars.share(
            world, annas, camille, can_edit=False, name="Anna Keller", color="lightTeal", group="People's calendars"
        )
    team = calendars.create(world, ben, "Équipe produit", color="lightRed")
    calendars.share(
        world, team, camille, can_edit=True, can_view_private=True, color="lightRed", group="People's calendars"
    )
    calendars.create(world, at_home, "Maison", color="lightGreen")
    calendars.create(world, at_home, "Sport", color="lightOrange")


def _own_series(week: _Week, camille: User, anna: User, ben: User) -> None:
    """Series in Camille's own calendar; the Friday one has a moved, a deleted and a free occurrence."""
    team = [anna.address, ben.address]
    daily = week.event(camille, "", -8, MON, "09:30-09:45", "Daily produit", attendees=team, online=True,
                       recurrence=week.weekly(-8, MON, *WEEKDAYS[:5]))  # fmt: skip
    week.answered(daily, anna, "accepted")
    week.event(camille, "", -8, MON, "14:00-15:00", "Point d'équipe", location="Salle Turing",
               attendees=[anna.address], recurrence=week.weekly(-8, MON))  # fmt: skip
    retro = week.event(camille, "", -8, FRI, "15:00-15:45", "Rétro de la semaine", recurrence=week.weekly(-8, FRI))
    actions.move_event(week.world, week.one(retro, 1, FRI), week.at(1, FRI, "11:00"), week.at(1, FRI, "11:45"))
    actions.delete_event(week.world, week.one(retro, 2, FRI))
    actions.change_event(
        week.world, week.one(retro, 3, FRI), show_as="free", subject="Rétro de la semaine (facultative)"
    )
    # The exceptions leave Friday afternoons empty: something else keeps them half busy.
    for number in (1, 2, 3):
        week.event(camille, "", number, FRI, "14:00-15:00", "Bilan de sprint", location="Salle Curie")
    for number in range(-1, 5):
        week.event(camille, "", number, WED, "09:50-10:30", "Préparer la démo" if number % 2 else "Revue du backlog")
        week.event(camille, "", number, MON, "16:30-17:00", "Emails & follow-ups", show_as="tentative")


def _invitations(week: _Week, camille: User, anna: User, ben: User) -> None:
    """Meetings of others that Camille accepted, has not answered, declined and kept, or that were cancelled."""
    one_to_one = week.event(anna, "", -8, TUE, "13:30-14:30", "1:1 Anna / Camille", attendees=[camille.address],
                            recurrence=week.weekly(-8, TUE), zone=anna.zone)  # fmt: skip
    week.answered(one_to_one, camille, "accepted")
    review = week.event(ben, "", -8, WED, "16:00-17:00", "Architecture review", attendees=[camille.address,
                        anna.address], recurrence=week.weekly(-8, WED), online=True)  # fmt: skip
    week.answered(review, camille, "accepted")
    week.answered(review, anna, "tentativelyAccepted")
    for number in (0, 1, 2):
        week.event(anna, "", number, FRI, "10:00-10:45", f"UX workshop #{number + 4}", attendees=[camille.address])
    for number in (0, 1):
        webinar = week.event(ben, "", number, MON, "16:00-17:00", "Webinar: what's new", attendees=[camille.address])
        week.answered(webinar, camille, "declined", save_declined=True)
        budget = week.event(ben, "", number, WED, "14:00-15:00", "Budget review", attendees=[camille.address])
        actions.cancel_event(week.world, actions.id_of(budget))
    sales = week.event(anna, "", 1, TUE, "16:00-17:00", "Sales sync (to be confirmed)", attendees=[camille.address])
    week.answered(sales, camille, "tentativelyAccepted")


def _clients_and_projects(week: _Week, camille: User) -> None:
    week.event(camille, "Project X", -8, THU, "14:30-15:30", "Comité Projet X", location="Salle Turing",
               recurrence=week.weekly(-8, THU))  # fmt: skip
    for number, client in zip(
        range(-1, 5), ("Fabrikam", "Northwind", "Adatum", "Fabrikam", "Litware", "Northwind"), strict=True
    ):
        week.event(camille, "Clients", number, TUE, "10:00-11:30", f"Atelier client – {client}", location="Visio")
        week.event(camille, "Clients", number, THU, "11:00-12:00", f"Call {client}", body=f"Agenda: {client} roadmap.")
    week.event(camille, "Clients", 1, MON, "10:30-12:00", "Kick-off Litware", location="2 rue des Archives, Paris")
    week.event(camille, "Clients", 3, FRI, "09:50-11:20", "Démo Fabrikam")
    # Ends the day after it starts.
    for number in (0, 2):
        week.event(camille, "Project X", number, THU, "22:00-01:00", "Mise en production Projet X")


def _whole_days(week: _Week, camille: User) -> None:
    """All-day events, one of each status that a day can have."""
    week.days(camille, "", -8, FRI, "Télétravail", show_as="workingElsewhere", recurrence=week.weekly(-8, FRI))
    week.days(camille, "", 2, MON, "Congé (RTT)", show_as="oof")
    week.days(camille, "Clients", 3, TUE, "Salon Tech – Lyon", 2, show_as="busy", location="Eurexpo Lyon")
    week.days(camille, "Project X", 1, WED, "Fin de sprint")
    week.days(camille, "", 4, THU, "Formation (à confirmer)", show_as="tentative")
    week.days(camille, "Company events", 1, MON, "Contoso Customer Week", 5)
    for number in (0, 2, 4):
        week.event(camille, "Company events", number, THU, "16:00-16:45", "All hands", show_as="busy")
    week.days(camille, "Birthdays", 1, TUE, "Anniversaire de Ben Okafor", recurrence=week.yearly(1, TUE))
    week.days(camille, "Birthdays", 3, SAT, "Anniversaire d'Anna Keller", recurrence=week.yearly(3, SAT))


def _private_life(week: _Week, camille: User, at_home: User) -> None:
    week.event(camille, "Famille", -8, MON, "18:30-19:30", "Cours de yoga", recurrence=week.weekly(-8, MON))
    for number in range(5):
        week.event(camille, "Famille", number, WED, "12:15-13:30", "Déjeuner avec Léa")
    for number in (0, 1, 3):
        week.event(camille, "", number, THU, "17:00-17:30", "Rendez-vous médical", sensitivity="private")
    week.days(camille, "Famille", 3, SAT, "Week-end à Lille", 2, show_as="oof")
    week.event(at_home, "", 1, TUE, "18:00-19:00", "Réunion parents d'élèves", location="École Jules-Ferry")
    week.event(at_home, "", 1, THU, "12:30-13:30", "Déjeuner banque", sensitivity="private")
    week.event(at_home, "Sport", -8, WED, "19:00-20:30", "Escalade", recurrence=week.weekly(-8, WED))
    week.event(at_home, "Maison", 1, FRI, "13:30-14:30", "Plombier", show_as="busy")
    week.days(at_home, "Maison", 2, SAT, "Brocante du quartier")


def _colleagues(week: _Week, camille: User, anna: User, ben: User) -> None:
    for number in range(-1, 5):
        week.event(anna, "", number, MON, "10:00-11:00", "Design critique", zone=anna.zone)
        week.event(anna, "", number, THU, "13:00-14:00", "Lunch & learn", zone=anna.zone, show_as="tentative")
        week.event(ben, "", number, TUE, "15:00-16:30", "Hiring loop")
    week.event(anna, "", 1, WED, "09:00-10:00", "Arzttermin", sensitivity="private", zone=anna.zone)
    week.days(anna, "", 2, THU, "Urlaub", 2, show_as="oof")
    # Ben's team calendar, which Camille may edit; he organises, she attends.
    for number in range(5):
        planning = week.event(
            ben, "Équipe produit", number, TUE, "14:45-15:30", "Sprint planning", attendees=[camille.address]
        )
        week.answered(planning, camille, "accepted")
    week.event(
        ben, "Équipe produit", 1, THU, "10:00-10:45", "Release go / no-go", attendees=[camille.address, anna.address]
    )


def _office(week: _Week, camille: User, anna: User) -> None:
    """A shared mailbox whose calendar Camille may edit: it organises, and whom it invites answers as an attendee.

    Its calendar is a primary one, so that it tallies answers; Ben's "Équipe produit" is not and does not. The events
    lie before the working day, where they take no time that the demo offers.
    """
    office = calendars.shared_mailbox(week.world, OFFICE, "Contoso Office", camille)
    own = week.world.default_calendar(office.id)
    if own is None:
        return
    calendars.share(
        week.world, own, camille, can_edit=True, can_view_private=True, name="Contoso Office", color="lightBrown",
        group="People's calendars",
    )  # fmt: skip
    for number in range(3):
        week.event(office, "", number, WED, "08:15-08:45", "Visite des locaux", location="Accueil",
                   attendees=[camille.address])  # fmt: skip
        opening = week.event(office, "", number, FRI, "08:30-09:00", "Ouverture de l'accueil",
                             attendees=[camille.address, anna.address])  # fmt: skip
        week.answered(opening, anna, "accepted")
