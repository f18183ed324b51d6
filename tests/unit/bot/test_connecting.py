from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from bot.accounts.account_setup import same_clock
from bot.accounts.connecting import Connecting, bound_state, is_own
from bot.accounts.connection import (
    CodeNeeded,
    CodeRefused,
    Connected,
    NotConnected,
    NotConnectedReason,
    SignInBegun,
    ZoneQuestion,
)
from bot.errors import CalendarError, ConsentMissing, IdentityUnavailable, SignInRefused, VersionConflict
from bot.model import (
    Account,
    AccountId,
    Calendar,
    MailboxSettings,
    Person,
    PersonId,
    Preferences,
    ReadFailure,
    TeamsUser,
    WorkingHours,
)
from tests.support.fake_calendars import FakeCalendars
from tests.support.fake_people import FakeAccounts, FakePeople, FakePreferencesStore
from tests.support.fake_sign_in import (
    CAMILLE_OID,
    CONTOSO,
    FakeAnnouncer,
    FakeIdentity,
    FakeSignIns,
    camille_signed_in,
    personal_signed_in,
)
from tests.support.fake_store import FakeClock

SECRET = "b" * 43
HOURS = WorkingHours(frozenset({1, 2, 3, 4, 5}))


class Mailboxes(FakeCalendars):
    """Every account that turns up has one default calendar and the mailbox settings of the test."""

    mailbox = MailboxSettings("Europe/Paris", HOURS)
    default_is_writable = True

    async def list_calendars(self, account: Account) -> list[Calendar]:  # type: ignore[override]
        if not self.calendars[account.id]:
            self.add(account, "Birthdays", can_edit=False)
            self.add(account, "Calendar", is_default=True, can_edit=self.default_is_writable)
        return list(await super().list_calendars(account))

    async def mailbox_settings(self, account: Account) -> MailboxSettings:
        await super().mailbox_settings(account)
        return self.mailbox


class Stage:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.people = FakePeople()
        self.accounts = FakeAccounts()
        self.preferences = FakePreferencesStore(self.accounts)
        self.identity = FakeIdentity()
        self.sign_ins = FakeSignIns()
        self.calendars = Mailboxes()
        self.announcer = FakeAnnouncer()
        user = TeamsUser(CONTOSO, CAMILLE_OID.upper())
        self.camille = self.people.add(Person(PersonId(1), user, "Camille Moreau", client_zone="Europe/Paris"))
        self.ben = self.people.add(Person(PersonId(2), TeamsUser(CONTOSO, "ben"), "Ben Okafor"))
        self.connecting = Connecting(
            identity=self.identity,
            sign_ins=self.sign_ins,
            accounts=self.accounts,
            people=self.people,
            preferences=self.preferences,
            calendars=self.calendars,
            announcer=self.announcer,
            clock=self.clock,
            public_url="http://localhost:3978",
        )

    async def come_back(self, begun: SignInBegun, secret: str = SECRET, **answer: str) -> None:
        """What Entra posts after the person signed in."""
        answer = answer or {"code": "good"}
        await self.connecting.receive({"state": bound_state(begun.sign_in_id, secret), **answer})

    async def sign_in(self, person: Person, **answer: str) -> Connected | CodeNeeded | NotConnected:
        begun = await self.connecting.begin(person)
        await self.come_back(begun, **answer)
        return await self.connecting.finish(begun.sign_in_id, SECRET)


@pytest.fixture
def stage() -> Stage:
    return Stage()


async def test_a_link_leads_to_the_bots_own_page_and_lasts_ten_minutes(stage: Stage) -> None:
    begun = await stage.connecting.begin(stage.camille, language="fr")

    assert begun.uri == f"http://localhost:3978/signin/start?s={begun.sign_in_id}"
    assert len(begun.sign_in_id) == 43
    assert begun.expires_at - stage.clock.now() == timedelta(minutes=10)
    row = stage.sign_ins.rows[begun.sign_in_id]
    assert (row.person_id, row.language) == (stage.camille.id, "fr")


async def test_the_authorize_address_carries_a_state_of_this_browser_only(stage: Stage) -> None:
    begun = await stage.connecting.begin(stage.camille)
    row = stage.sign_ins.rows[begun.sign_in_id]

    query = parse_qs(urlsplit(stage.connecting.authorize_uri(row, SECRET)).query)
    assert query["state"] == [bound_state(begun.sign_in_id, SECRET)]
    assert query["scope"] == ["User.Read openid"]
    assert bound_state(begun.sign_in_id, SECRET) != bound_state(begun.sign_in_id, "c" * 43)
    assert SECRET not in query["state"][0]


async def test_the_teams_users_own_account_is_connected_at_once_whatever_the_case_of_its_ids(stage: Stage) -> None:
    result = await stage.sign_in(stage.camille)

    assert isinstance(result, Connected)
    assert result.is_new
    assert result.is_first
    assert [one.home_account_id for one in stage.accounts.stored] == [camille_signed_in().home_account_id]
    assert stage.announcer.told == [(stage.camille, result)]


async def test_the_first_account_ticks_its_default_calendar_and_makes_it_the_target(stage: Stage) -> None:
    result = await stage.sign_in(stage.camille)

    assert isinstance(result, Connected)
    default = next(one for one in result.calendars if one.is_default)
    assert result.preferences.conflict_calendars == {default.ref}
    assert result.preferences.target == default.ref
    assert (result.preferences.zone, result.preferences.hours) == ("Europe/Paris", HOURS)
    assert result.zone_question is None
    assert stage.preferences.stored[stage.camille.id] == result.preferences


async def test_a_read_only_default_calendar_becomes_no_target(stage: Stage) -> None:
    stage.calendars.default_is_writable = False
    result = await stage.sign_in(stage.camille)

    assert isinstance(result, Connected)
    assert len(result.preferences.conflict_calendars) == 1
    assert result.has_no_target


async def test_another_account_waits_for_the_six_digits_of_the_browser(stage: Stage) -> None:
    stage.identity.signed_in = personal_signed_in()
    result = await stage.sign_in(stage.camille)

    assert isinstance(result, CodeNeeded)
    assert result.code.isdigit()
    assert len(result.code) == 6
    assert (result.username, result.person_name) == ("camille.moreau@outlook.example", "Camille Moreau")
    assert stage.accounts.stored == []
    assert stage.announcer.told == []

    confirmed = await stage.connecting.confirm_code(stage.camille, f" {result.code[:3]} {result.code[3:]} ")
    assert isinstance(confirmed, Connected)
    assert confirmed.account.username == "camille.moreau@outlook.example"
    assert stage.announcer.told == []


async def test_a_code_releases_nothing_for_another_person(stage: Stage) -> None:
    stage.identity.signed_in = personal_signed_in()
    needed = await stage.sign_in(stage.camille)
    assert isinstance(needed, CodeNeeded)

    assert await stage.connecting.confirm_code(stage.ben, needed.code) == CodeRefused(attempts_left=None)
    assert stage.accounts.stored == []


async def test_a_link_that_was_sent_to_a_victim_connects_nothing_of_theirs(stage: Stage) -> None:
    """Ben begins, Camille opens his link and signs in: her account waits for a code that only her browser showed."""
    result = await stage.sign_in(stage.ben)

    assert isinstance(result, CodeNeeded)
    assert result.person_name == "Ben Okafor"
    assert stage.accounts.stored == []


async def test_five_wrong_codes_end_the_sign_in(stage: Stage) -> None:
    stage.identity.signed_in = personal_signed_in()
    needed = await stage.sign_in(stage.camille)
    assert isinstance(needed, CodeNeeded)
    wrong = "000000" if needed.code != "000000" else "000001"

    left = [(await stage.connecting.confirm_code(stage.camille, wrong)) for _ in range(5)]
    assert left == [CodeRefused(attempts_left=number) for number in (4, 3, 2, 1, 0)]
    assert await stage.connecting.confirm_code(stage.camille, needed.code) == CodeRefused(attempts_left=None)
    assert stage.accounts.stored == []


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "9" * 10_000, "123456\n123456"])
async def test_what_is_no_code_costs_no_attempt(stage: Stage, typed: str) -> None:
    stage.identity.signed_in = personal_signed_in()
    needed = await stage.sign_in(stage.camille)
    assert isinstance(needed, CodeNeeded)

    assert await stage.connecting.confirm_code(stage.camille, typed) == CodeRefused(malformed=True)
    assert isinstance(await stage.connecting.confirm_code(stage.camille, needed.code), Connected)


async def test_a_code_expires(stage: Stage) -> None:
    stage.identity.signed_in = personal_signed_in()
    needed = await stage.sign_in(stage.camille)
    assert isinstance(needed, CodeNeeded)

    stage.clock.advance(timedelta(minutes=10))
    assert await stage.connecting.confirm_code(stage.camille, needed.code) == CodeRefused(attempts_left=None)


async def test_another_browser_redeems_nothing_and_spoils_nothing(stage: Stage) -> None:
    begun = await stage.connecting.begin(stage.camille)
    await stage.come_back(begun)

    for secret in ("c" * 43, ""):
        result = await stage.connecting.finish(begun.sign_in_id, secret)
        assert result == NotConnected(NotConnectedReason.WRONG_BROWSER)
    assert stage.identity.redeemed == []
    assert stage.announcer.told == []
    assert isinstance(await stage.connecting.finish(begun.sign_in_id, SECRET), Connected)


async def test_an_answer_made_for_another_browser_is_not_redeemed(stage: Stage) -> None:
    """Login forgery: somebody posts their own answer into Camille's sign-in."""
    begun = await stage.connecting.begin(stage.camille)
    await stage.come_back(begun, secret="e" * 43)

    result = await stage.connecting.finish(begun.sign_in_id, SECRET)
    assert result == NotConnected(NotConnectedReason.WRONG_BROWSER)


async def test_a_replay_is_told_so_and_connects_nothing_twice(stage: Stage) -> None:
    begun = await stage.connecting.begin(stage.camille)
    await stage.come_back(begun)
    assert isinstance(await stage.connecting.finish(begun.sign_in_id, SECRET), Connected)

    await stage.come_back(begun)
    again = await stage.connecting.finish(begun.sign_in_id, SECRET)
    assert again == NotConnected(NotConnectedReason.ALREADY_USED)
    assert len(stage.identity.redeemed) == 1


async def test_two_requests_at_once_redeem_once(stage: Stage) -> None:
    begun = await stage.connecting.begin(stage.camille)
    await stage.come_back(begun)

    results = await asyncio.gather(*(stage.connecting.finish(begun.sign_in_id, SECRET) for _ in range(5)))
    assert sum(isinstance(one, Connected) for one in results) == 1
    assert len(stage.identity.redeemed) == 1


async def test_loading_the_page_again_shows_the_same_code(stage: Stage) -> None:
    stage.identity.signed_in = personal_signed_in()
    begun = await stage.connecting.begin(stage.camille)
    await stage.come_back(begun)
    first = await stage.connecting.finish(begun.sign_in_id, SECRET)

    assert isinstance(first, CodeNeeded)
    assert await stage.connecting.finish(begun.sign_in_id, SECRET) == first
    other = await stage.connecting.finish(begun.sign_in_id, "c" * 43)
    assert other == NotConnected(NotConnectedReason.WRONG_BROWSER)


async def test_an_expired_sign_in_is_gone(stage: Stage) -> None:
    begun = await stage.connecting.begin(stage.camille)
    await stage.come_back(begun)
    stage.clock.advance(timedelta(minutes=10))

    assert await stage.connecting.under_way(begun.sign_in_id) is None
    assert await stage.connecting.finish(begun.sign_in_id, SECRET) == NotConnected(NotConnectedReason.EXPIRED)


@pytest.mark.parametrize("sign_in_id", ["", "x", "a" * 43, "a" * 5000, "' or 1=1 --", "é" * 43])
async def test_an_unknown_sign_in_is_gone_too(stage: Stage, sign_in_id: str) -> None:
    assert await stage.connecting.finish(sign_in_id, SECRET) == NotConnected(NotConnectedReason.EXPIRED)


async def test_finishing_before_anything_came_back_waits(stage: Stage) -> None:
    begun = await stage.connecting.begin(stage.camille)

    result = await stage.connecting.finish(begun.sign_in_id, SECRET)
    assert result == NotConnected(NotConnectedReason.NOTHING_RECEIVED)
    await stage.come_back(begun)
    assert isinstance(await stage.connecting.finish(begun.sign_in_id, SECRET), Connected)


@pytest.mark.parametrize("state", ["", "x", "a" * 43, "a" * 43 + ".zz", "a" * 43 + "." + "0" * 64 + "0"])
async def test_a_callback_without_a_state_of_ours_is_kept_nowhere(stage: Stage, state: str) -> None:
    assert await stage.connecting.receive({"state": state, "code": "good"}) is None
    assert await stage.connecting.receive({"code": "good"}) is None


async def test_cancelling_is_no_error_and_the_link_works_again(stage: Stage) -> None:
    begun = await stage.connecting.begin(stage.camille)
    await stage.come_back(begun, error="access_denied", error_subcode="cancel")

    result = await stage.connecting.finish(begun.sign_in_id, SECRET)
    assert result == NotConnected(NotConnectedReason.CANCELLED, can_retry=True)
    assert stage.announcer.told == [(stage.camille, result)]

    await stage.come_back(begun)
    assert isinstance(await stage.connecting.finish(begun.sign_in_id, SECRET), Connected)


async def test_missing_consent_names_what_is_missing_and_where_an_administrator_grants_it(stage: Stage) -> None:
    stage.identity.error = ConsentMissing(admin_needed=True)
    result = await stage.sign_in(stage.camille)

    assert isinstance(result, NotConnected)
    assert result.reason is NotConnectedReason.CONSENT_MISSING
    assert "Calendars.ReadWrite" in result.scopes
    assert result.admin_needed
    assert "/organizations/v2.0/adminconsent" in result.admin_uri


async def test_an_account_without_the_calendar_scope_is_not_connected(stage: Stage) -> None:
    stage.identity.signed_in = replace(camille_signed_in(), scopes=frozenset({"User.Read", "Calendars.Read"}))
    result = await stage.sign_in(stage.camille)

    assert isinstance(result, NotConnected)
    assert (result.reason, result.scopes) == (NotConnectedReason.CONSENT_MISSING, ("Calendars.ReadWrite",))
    assert stage.accounts.stored == []


async def test_a_lesser_scope_that_is_missing_is_told_beside_the_connection(stage: Stage) -> None:
    scopes = camille_signed_in().scopes - {"MailboxSettings.Read"}
    stage.identity.signed_in = replace(camille_signed_in(), scopes=scopes)
    result = await stage.sign_in(stage.camille)

    assert isinstance(result, Connected)
    assert result.missing_scopes == ("MailboxSettings.Read",)


async def test_a_platform_that_is_down_can_be_tried_again_with_the_same_link(stage: Stage) -> None:
    begun = await stage.connecting.begin(stage.camille)
    await stage.come_back(begun)
    stage.identity.error = IdentityUnavailable(503)

    result = await stage.connecting.finish(begun.sign_in_id, SECRET)
    assert result == NotConnected(NotConnectedReason.UNAVAILABLE, can_retry=True)
    stage.identity.error = None
    await stage.come_back(begun)
    assert isinstance(await stage.connecting.finish(begun.sign_in_id, SECRET), Connected)


async def test_a_refusal_carries_the_platforms_codes(stage: Stage) -> None:
    stage.identity.error = SignInRefused("invalid_client", (7000215,))
    result = await stage.sign_in(stage.camille)

    assert isinstance(result, NotConnected)
    assert (result.reason, result.codes) == (NotConnectedReason.REFUSED, (7000215,))


async def test_a_mailbox_of_another_teams_person_is_not_taken_over(stage: Stage) -> None:
    stage.identity.signed_in = personal_signed_in()
    first = await stage.sign_in(stage.ben)
    assert isinstance(first, CodeNeeded)
    await stage.connecting.confirm_code(stage.ben, first.code)

    second = await stage.sign_in(stage.camille)
    assert isinstance(second, CodeNeeded)
    assert await stage.connecting.confirm_code(stage.camille, second.code) == NotConnected(NotConnectedReason.TAKEN)
    assert [one.person_id for one in stage.accounts.stored] == [stage.ben.id]


async def test_a_further_account_changes_no_preference(stage: Stage) -> None:
    first = await stage.sign_in(stage.camille)
    assert isinstance(first, Connected)
    stage.identity.signed_in = personal_signed_in()
    stage.calendars.mailbox = MailboxSettings("Asia/Tokyo", None)
    needed = await stage.sign_in(stage.camille)
    assert isinstance(needed, CodeNeeded)

    second = await stage.connecting.confirm_code(stage.camille, needed.code)
    assert isinstance(second, Connected)
    assert (second.is_new, second.is_first) == (True, False)
    assert second.preferences == first.preferences
    assert second.zone_question is None
    assert len(second.calendars) == 2


async def test_signing_in_again_refreshes_the_account_and_keeps_the_preferences(stage: Stage) -> None:
    first = await stage.sign_in(stage.camille)
    assert isinstance(first, Connected)
    chosen = replace(first.preferences, target=None, zone="Europe/London")
    stage.preferences.put(stage.camille.id, chosen)

    again = await stage.sign_in(stage.camille)
    assert isinstance(again, Connected)
    assert (again.is_new, again.is_first) == (False, False)
    assert again.preferences == chosen
    assert len(stage.accounts.stored) == 1


async def test_calendars_that_cannot_be_listed_do_not_cost_the_account(stage: Stage) -> None:
    stage.calendars.faults.before("list", CalendarError(ReadFailure.UNAVAILABLE, 503))
    stage.calendars.faults.before("settings", CalendarError(ReadFailure.TIMED_OUT))
    result = await stage.sign_in(stage.camille)

    assert isinstance(result, Connected)
    assert (result.calendar_failure, result.mailbox_failure) == (ReadFailure.UNAVAILABLE, ReadFailure.TIMED_OUT)
    assert (result.calendars, result.has_no_target) == ((), True)
    assert result.zone_question == ZoneQuestion(None, "Europe/Paris")

    mended = await stage.sign_in(stage.camille)
    assert isinstance(mended, Connected)
    assert (mended.is_new, mended.is_first) == (False, True)
    assert not mended.has_no_target


async def test_zones_that_contradict_are_asked_and_not_applied(stage: Stage) -> None:
    person = stage.people.add(replace(stage.camille, client_zone="America/New_York"))
    result = await stage.sign_in(person)

    assert isinstance(result, Connected)
    assert result.zone_question == ZoneQuestion("Europe/Paris", "America/New_York")
    assert result.preferences.zone is None


@pytest.mark.parametrize(
    ("mailbox", "client", "question", "stored"),
    [
        ("Europe/Paris", "Europe/Brussels", None, "Europe/Paris"),
        ("Europe/Paris", None, None, "Europe/Paris"),
        (None, "Europe/Paris", ZoneQuestion(None, "Europe/Paris"), None),
        (None, None, ZoneQuestion(None, None), None),
        ("Europe/Paris", "Nowhere/Land", ZoneQuestion("Europe/Paris", "Nowhere/Land"), None),
    ],
)
async def test_the_zone_is_taken_where_told_once_and_asked_otherwise(
    stage: Stage, mailbox: str | None, client: str | None, question: ZoneQuestion | None, stored: str | None
) -> None:
    person = stage.people.add(replace(stage.camille, client_zone=client))
    stage.calendars.mailbox = MailboxSettings(mailbox, HOURS)
    result = await stage.sign_in(person)

    assert isinstance(result, Connected)
    assert (result.zone_question, result.preferences.zone) == (question, stored)


async def test_an_explicit_zone_and_hours_are_never_replaced(stage: Stage) -> None:
    hours = WorkingHours(frozenset({2}))
    stage.preferences.put(stage.camille.id, Preferences(version=3, zone="Asia/Tokyo", hours=hours))
    result = await stage.sign_in(stage.camille)

    assert isinstance(result, Connected)
    assert (result.preferences.zone, result.preferences.hours) == ("Asia/Tokyo", hours)
    assert result.zone_question is None


async def test_unknown_hours_are_told(stage: Stage) -> None:
    stage.calendars.mailbox = MailboxSettings("Europe/Paris", None)
    result = await stage.sign_in(stage.camille)

    assert isinstance(result, Connected)
    assert result.hours_missing
    assert result.preferences.hours is None


async def test_settings_that_were_saved_meanwhile_are_kept(stage: Stage) -> None:
    stage.preferences.faults.before("save_preferences", VersionConflict())
    result = await stage.sign_in(stage.camille)

    assert isinstance(result, Connected)
    assert result.preferences.target is not None


async def test_a_chat_that_cannot_be_reached_does_not_undo_the_connection(stage: Stage) -> None:
    stage.announcer.is_down = True

    assert isinstance(await stage.sign_in(stage.camille), Connected)
    assert isinstance(await stage.sign_in(stage.ben, error="access_denied"), NotConnected)


async def test_disconnecting_ends_one_account_or_all_and_only_ones_own(stage: Stage) -> None:
    result = await stage.sign_in(stage.camille)
    assert isinstance(result, Connected)

    assert not await stage.connecting.disconnect(stage.ben, result.account.id)
    assert not await stage.connecting.disconnect(stage.camille, AccountId(999))
    assert await stage.connecting.disconnect_all(stage.ben) == ()
    assert await stage.connecting.disconnect_all(stage.camille) == (result.account,)
    assert stage.accounts.tokens == {}
    assert stage.preferences.stored[stage.camille.id].target is None

    again = await stage.sign_in(stage.camille)
    assert isinstance(again, Connected)
    assert again.is_first


def test_an_account_is_ones_own_only_by_tenant_and_object_together() -> None:
    person = Person(PersonId(1), TeamsUser(CONTOSO.upper(), CAMILLE_OID))
    assert is_own(person, camille_signed_in())
    assert not is_own(person, replace(camille_signed_in(), tenant_id="another"))
    assert not is_own(person, replace(camille_signed_in(), object_id="another"))


def test_two_zones_are_alike_only_if_no_week_of_the_year_tells_them_apart() -> None:
    now = FakeClock().now()
    assert same_clock("Europe/Paris", "Europe/Berlin", now)
    assert not same_clock("Europe/Paris", "Africa/Lagos", now)
    assert not same_clock("America/New_York", "America/Bogota", now)
