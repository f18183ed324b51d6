from __future__ import annotations

import pytest

from adapters.graph.calendars import GraphCalendars
from bot.errors import CalendarError, IdentityUnavailable, ReconnectNeeded
from bot.model import ReadFailure
from tests.unit.graph.fake_graph import CAMILLE, Answer, FakeGraph, FakeTokens, refusal
from tests.unit.graph.values import calendar, paged

ANNAS = {"name": "Anna Keller", "address": "anna@contoso.example"}


async def test_23_calendars_are_listed_over_three_pages_the_default_first(
    graph: FakeGraph, calendars: GraphCalendars
) -> None:
    paged(graph, [calendar(f"c-{number}", isDefaultCalendar=number == 15) for number in range(23)])
    listed = await calendars.list_calendars(CAMILLE)

    assert len(graph.asked) == 3
    assert listed[0].ref.calendar_id == "c-15"
    assert {one.ref.calendar_id for one in listed} == {f"c-{number}" for number in range(23)}
    assert all(one.ref.account_id == CAMILLE.id for one in listed)


async def test_owner_and_rights_are_told(graph: FakeGraph, calendars: GraphCalendars) -> None:
    own = calendar("own", isDefaultCalendar=True, owner={"name": "C", "address": "Camille.Moreau@contoso.example"})
    holidays = calendar("holidays", canEdit=False, owner={"name": "C", "address": "camille.moreau@CONTOSO.example"})
    shared = calendar("shared", owner=ANNAS, allowedOnlineMeetingProviders=[])
    nobodys = calendar("nobodys", owner=None)
    graph.script = [Answer({"value": [shared, own, holidays, nobodys]})]
    first, theirs, closed, orphan = await calendars.list_calendars(CAMILLE)

    assert (first.is_default, first.is_shared, first.can_be_target, first.offers_teams_link) == (
        True,
        False,
        True,
        True,
    )
    assert (closed.is_shared, closed.can_edit, closed.needs_permission) == (False, False, False)
    assert (theirs.is_shared, theirs.needs_permission, theirs.can_be_read) == (True, True, False)
    assert (theirs.owner_name, theirs.owner_address) == ("Anna Keller", "anna@contoso.example")
    assert not theirs.offers_teams_link
    assert not orphan.is_shared


async def test_a_shared_calendar_is_open_once_its_scope_is_granted(
    graph: FakeGraph, calendars: GraphCalendars, tokens: FakeTokens
) -> None:
    tokens.scopes = frozenset({"Calendars.ReadWrite", "Calendars.ReadWrite.Shared"})
    graph.script = [Answer({"value": [calendar("shared", owner=ANNAS)]})]
    (theirs,) = await calendars.list_calendars(CAMILLE)
    assert (theirs.is_shared, theirs.needs_permission) == (True, False)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (refusal(404, "MailboxNotEnabledForRESTAPI"), ReadFailure.NO_MAILBOX),
        (refusal(401, "InvalidAuthenticationToken"), ReadFailure.RECONNECT),
        (Answer({"value": [{"name": "without id"}]}), ReadFailure.UNAVAILABLE),
        (Answer({"value": ["text"]}), ReadFailure.UNAVAILABLE),
    ],
)
async def test_a_list_that_cannot_be_had_is_an_error_never_a_shorter_list(
    graph: FakeGraph, calendars: GraphCalendars, answer: Answer, failure: ReadFailure
) -> None:
    first = Answer({"value": [calendar("c-1")], "@odata.nextLink": f"{graph.url}/v1.0/me/calendars?$skip=1"})
    graph.script = [first, answer]
    with pytest.raises(CalendarError) as caught:
        await calendars.list_calendars(CAMILLE)
    assert caught.value.failure is failure


async def test_an_identity_platform_that_is_down_or_refuses_is_told_apart(
    graph: FakeGraph, calendars: GraphCalendars, tokens: FakeTokens
) -> None:
    tokens.error = IdentityUnavailable(503)
    with pytest.raises(CalendarError) as down:
        await calendars.list_calendars(CAMILLE)
    tokens.error = ReconnectNeeded(CAMILLE.id, "invalid_grant")
    with pytest.raises(CalendarError) as refused:
        await calendars.list_calendars(CAMILLE)

    assert (down.value.failure, refused.value.failure) == (ReadFailure.UNAVAILABLE, ReadFailure.RECONNECT)
    assert graph.asked == []
