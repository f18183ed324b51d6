"""The sign-in's web addresses through a real aiohttp application, as browsers, scanners and strangers use them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.pages.page import TEAMS_JS
from adapters.web.pages.texts import ENGLISH, FRENCH, page_text
from adapters.web.server import WebConfig, new_application
from adapters.web.signin import SignInPages
from bot.accounts.connecting import Connecting
from bot.accounts.connection import Connected, SignInBegun
from bot.errors import ConsentMissing, IdentityUnavailable, SignInRefused, StoreUnavailable
from bot.model import Account, Calendar, Person, PersonId, TeamsUser
from bot.ports import Calendars, Clock, Identity
from tests.support.fake_calendars import FakeCalendars
from tests.support.fake_people import FakeAccounts, FakePeople, FakePreferencesStore
from tests.support.fake_sign_in import (
    CAMILLE_OID,
    CONTOSO,
    FakeAnnouncer,
    FakeIdentity,
    FakeSignIns,
    personal_signed_in,
)
from tests.support.fake_store import FakeClock
from tests.support.microsoft import Microsoft
from tests.support.sandbox import CAMILLE, CAMILLE_AT_HOME

HOSTILE = '"><script>alert(1)</script>'


class OneCalendar(FakeCalendars):
    async def list_calendars(self, account: Account) -> list[Calendar]:  # type: ignore[override]
        if not self.calendars[account.id]:
            self.add(account, "Calendar", is_default=True)
        return list(await super().list_calendars(account))


class Site:
    """A bot's sign-in pages with everything behind them; ``browser`` makes another person's browser."""

    def __init__(
        self,
        *,
        identity: Identity | None = None,
        calendars: Calendars | None = None,
        clock: Clock | None = None,
        accounts: FakeAccounts | None = None,
        public_url: str = "http://localhost:3978",
    ) -> None:
        self.fake_identity = FakeIdentity()
        self.fake_clock = FakeClock()
        self.sign_ins = FakeSignIns()
        self.accounts = accounts or FakeAccounts()
        self.people = FakePeople()
        self.announcer = FakeAnnouncer()
        self.camille = self.people.add(Person(PersonId(1), TeamsUser(CONTOSO, CAMILLE_OID), "Camille Moreau"))
        self.connecting = Connecting(
            identity=identity or self.fake_identity,
            sign_ins=self.sign_ins,
            accounts=self.accounts,
            people=self.people,
            preferences=FakePreferencesStore(self.accounts),
            calendars=calendars or OneCalendar(),
            announcer=self.announcer,
            clock=clock or self.fake_clock,
            public_url=public_url,
        )
        app = new_application(WebConfig(loopback_only=False))
        SignInPages(self.connecting, public_url=public_url).add_routes(app)
        self.server = TestServer(app)
        self._browsers: list[TestClient[web.Request, web.Application]] = []

    def browser(self) -> TestClient[web.Request, web.Application]:
        jar = aiohttp.CookieJar(unsafe=True)
        browser = TestClient(self.server, cookie_jar=jar)
        self._browsers.append(browser)
        return browser

    async def close(self) -> None:
        for browser in self._browsers:
            await browser.close()
        await self.server.close()


Browser = TestClient[web.Request, web.Application]


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    await made.server.start_server()
    yield made
    await made.close()


async def start(browser: Browser, begun: SignInBegun) -> str:
    """Open the link as it stands in the card; returns the state of the authorize address."""
    answer = await browser.get(f"/signin/start?s={begun.sign_in_id}", allow_redirects=False)
    assert answer.status == 302
    return parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


async def post_back(site: Site, state: str, **answer: str) -> str:
    """Entra's form post. It comes from another site, so without the cookie: a client of its own sends it."""
    stranger = site.browser()
    answer = answer or {"code": "good"}
    reply = await stranger.post("/signin/callback", data={"state": state, **answer}, allow_redirects=False)
    assert reply.status == 303
    return reply.headers["Location"]


async def sign_in(site: Site, browser: Browser, *, language: str = "en", **answer: str) -> tuple[int, str]:
    begun = await site.connecting.begin(site.camille, language=language)
    state = await start(browser, begun)
    page = await browser.get(await post_back(site, state, **answer))
    return page.status, unescape(await page.text())


async def test_the_link_sets_a_cookie_that_scripts_and_other_sites_posts_do_not_get(site: Site) -> None:
    begun = await site.connecting.begin(site.camille)
    answer = await site.browser().get(f"/signin/start?s={begun.sign_in_id}", allow_redirects=False)

    assert answer.headers["Location"].startswith("https://login.example/common/authorize?")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert answer.headers["Cache-Control"] == "no-store"


async def test_over_https_the_cookie_is_bound_to_the_host() -> None:
    site = Site(public_url="https://bot.example")
    await site.server.start_server()
    try:
        begun = await site.connecting.begin(site.camille)
        answer = await site.browser().get(f"/signin/start?s={begun.sign_in_id}", allow_redirects=False)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie
    finally:
        await site.close()


async def test_scanners_that_open_the_link_burn_nothing(site: Site) -> None:
    begun = await site.connecting.begin(site.camille)
    before = site.sign_ins.rows[begun.sign_in_id]
    for _ in range(5):
        scanner = site.browser()
        await start(scanner, begun)
        await scanner.head(f"/signin/start?s={begun.sign_in_id}", allow_redirects=False)
        assert (await scanner.get(f"/signin/finish?s={begun.sign_in_id}")).status == 409
    assert site.sign_ins.rows[begun.sign_in_id] == before

    person = site.browser()
    page = await person.get(await post_back(site, await start(person, begun)))
    assert page.status == 200
    assert len(site.accounts.stored) == 1


async def test_ones_own_account_is_connected_and_the_page_says_so(site: Site) -> None:
    status, page = await sign_in(site, site.browser())

    assert status == 200
    assert page_text("en", "connected.title") in page
    assert "camille@contoso.example" in page
    ((person, result),) = site.announcer.told
    assert person == site.camille
    assert isinstance(result, Connected)


async def test_another_account_gets_a_code_with_what_to_do_and_a_warning(site: Site) -> None:
    site.fake_identity.signed_in = personal_signed_in()
    browser = site.browser()
    begun = await site.connecting.begin(site.camille)
    finish = await post_back(site, await start(browser, begun))
    page = unescape(await (await browser.get(finish)).text())

    code = site.sign_ins.rows[begun.sign_in_id].code
    assert f'id="code">{code}</p>' in page
    assert "Camille Moreau" in page
    assert "camille.moreau@outlook.example" in page
    assert page_text("en", "code.warning") in page
    assert site.accounts.stored == []
    assert code in await (await browser.get(finish)).text()

    assert isinstance(await site.connecting.confirm_code(site.camille, code), Connected)


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_pages_speak_the_language_of_the_chat(site: Site, language: str) -> None:
    _, page = await sign_in(site, site.browser(), language=language)
    assert f'<html lang="{language}">' in page
    assert page_text(language, "connected.title") in page


async def test_every_text_stands_in_both_languages_with_the_same_places() -> None:
    assert ENGLISH.keys() == FRENCH.keys()
    for key, english in ENGLISH.items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", FRENCH[key])), key


async def test_a_cancelled_sign_in_is_no_error_and_can_be_tried_again(site: Site) -> None:
    browser = site.browser()
    begun = await site.connecting.begin(site.camille)
    page = await browser.get(await post_back(site, await start(browser, begun), error="access_denied"))
    text = unescape(await page.text())
    assert page.status == 200
    assert page_text("en", "cancelled.title") in text
    assert f'href="/signin/start?s={begun.sign_in_id}"' in text

    again = await browser.get(await post_back(site, await start(browser, begun)))
    assert page_text("en", "connected.title") in unescape(await again.text())


async def test_missing_consent_names_the_scopes_and_gives_the_administrators_link(site: Site) -> None:
    site.fake_identity.error = ConsentMissing(admin_needed=True)
    status, page = await sign_in(site, site.browser())
    assert status == 200
    assert "Calendars.ReadWrite" in page
    assert page_text("en", "consent_missing.admin") in page
    assert 'href="https://login.example/organizations/v2.0/adminconsent?state=en"' in page


async def test_a_refusal_gives_the_platforms_code_and_a_reference_that_the_log_holds(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.fake_identity.error = SignInRefused("invalid_client", (7000215,))
    with caplog.at_level("INFO"):
        status, page = await sign_in(site, site.browser())
    assert status == 403
    assert "AADSTS7000215" in page
    (reference,) = re.findall(r"reference: ([0-9a-f]{12})", page)
    assert reference in {getattr(record, "reference", "") for record in caplog.records}


async def test_a_platform_that_is_down_can_be_tried_again(site: Site) -> None:
    site.fake_identity.error = IdentityUnavailable(503)
    status, page = await sign_in(site, site.browser())
    assert status == 503
    assert page_text("en", "retry") in page


async def test_a_store_that_is_down_shows_a_reference_and_no_trace(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    browser = site.browser()
    begun = await site.connecting.begin(site.camille)
    finish = await post_back(site, await start(browser, begun))
    site.accounts.faults.before("accounts_of", StoreUnavailable("secret-host:5432"))
    page = await browser.get(finish)
    text = await page.text()
    assert page.status == 503
    assert "Traceback" not in text
    assert "secret-host" not in text
    assert re.search(r"[0-9a-f]{12}", text)


async def test_another_browser_gets_a_clear_page_and_nothing_else(site: Site) -> None:
    begun = await site.connecting.begin(site.camille)
    own, other = site.browser(), site.browser()
    finish = await post_back(site, await start(own, begun))
    await start(other, begun)

    for stranger in (other, site.browser()):
        page = await stranger.get(finish)
        assert page.status == 403
        assert page_text("en", "wrong_browser.title") in unescape(await page.text())
    assert site.fake_identity.redeemed == []
    assert (await own.get(finish)).status == 200


async def test_a_replayed_answer_connects_nothing_twice(site: Site) -> None:
    browser = site.browser()
    begun = await site.connecting.begin(site.camille)
    state = await start(browser, begun)
    finish = await post_back(site, state)
    await browser.get(finish)

    again = await browser.get(await post_back(site, state))
    assert again.status == 409
    assert page_text("en", "already_used.title") in unescape(await again.text())
    reopened = await browser.get(f"/signin/start?s={begun.sign_in_id}", allow_redirects=False)
    assert reopened.status == 409
    assert len(site.fake_identity.redeemed) == 1


async def test_an_expired_link_says_so_in_the_browsers_language(site: Site) -> None:
    begun = await site.connecting.begin(site.camille)
    site.fake_clock.advance(timedelta(minutes=10))
    for path in ("start", "finish"):
        page = await site.browser().get(
            f"/signin/{path}?s={begun.sign_in_id}", headers={"Accept-Language": "fr-FR,fr;q=0.9"}
        )
        assert page.status == 410
        assert page_text("fr", "expired.title") in unescape(await page.text())


@pytest.mark.parametrize("path", ["/signin/start", "/signin/start?s=", "/signin/start?s=../x", "/signin/finish?s=%00"])
async def test_an_address_that_was_made_up_is_answered_like_an_expired_one(site: Site, path: str) -> None:
    assert (await site.browser().get(path)).status == 410


async def test_a_callback_with_a_foreign_state_leads_nowhere(site: Site) -> None:
    browser = site.browser()
    for state in ("", "https://evil.example", "a" * 43, HOSTILE):
        reply = await browser.post("/signin/callback", data={"state": state, "code": "c"}, allow_redirects=False)
        assert reply.status == 400
        assert "Location" not in reply.headers
        assert "evil" not in await reply.text()


async def test_the_callback_keeps_known_fields_only_and_cuts_them(site: Site) -> None:
    begun = await site.connecting.begin(site.camille)
    state = await start(site.browser(), begun)
    await post_back(site, state, code="c" * 9000, session_state="x", client_info="y", admin="1", error="e" * 500)
    kept = site.sign_ins.rows[begun.sign_in_id].response
    assert kept is not None
    assert kept.keys() == {"state", "code", "error"}
    assert (len(kept["code"]), len(kept["error"])) == (8192, 100)


async def test_by_get_only_errors_are_taken(site: Site) -> None:
    begun = await site.connecting.begin(site.camille)
    browser = site.browser()
    state = await start(browser, begun)
    page = await browser.get("/signin/callback", params={"state": state, "error": "access_denied", "code": "good"})
    assert page_text("en", "cancelled.title") in unescape(await page.text())
    assert "code" not in site.fake_identity.redeemed[0]


async def test_a_callback_that_is_too_large_or_no_form_is_refused(site: Site) -> None:
    browser = site.browser()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await browser.post("/signin/callback", data=b"state=" + b"x" * 40_000, headers=form)).status == 413
    assert (await browser.post("/signin/callback", json={"state": "x"})).status == 415
    assert (await browser.post("/signin/callback", data=b"state=\xff\xfe%zz", headers=form)).status == 400
    assert (await browser.post("/signin/callback", data="&".join(["a=1"] * 60), headers=form)).status == 400


async def test_what_the_platform_says_is_escaped(site: Site) -> None:
    site.fake_identity.signed_in = personal_signed_in()
    browser = site.browser()
    site.people.add(Person(site.camille.id, site.camille.user, HOSTILE))
    begun = await site.connecting.begin(site.camille)
    raw = await (await browser.get(await post_back(site, await start(browser, begun)))).text()
    assert "<script>" not in raw
    assert "&lt;script&gt;" in raw


async def test_pages_allow_nothing_from_elsewhere_and_no_framing(site: Site) -> None:
    site.fake_identity.signed_in = personal_signed_in()
    browser = site.browser()
    begun = await site.connecting.begin(site.camille)
    page = await browser.get(await post_back(site, await start(browser, begun)))
    raw = await page.text()
    policy = page.headers["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    (nonce,) = re.findall(r"style-src 'nonce-([\w-]+)'", policy)
    assert f'<style nonce="{nonce}">' in raw
    assert "http" not in raw.replace("https://login.example", "")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


async def test_in_teams_own_window_the_page_hands_the_code_over_by_itself() -> None:
    site = Site(public_url="https://bot.example")
    site.fake_identity.signed_in = personal_signed_in()
    secret = "b" * 43
    await site.server.start_server()
    try:
        begun = await site.connecting.begin(site.camille)
        cookies = {"__Host-creneau-signin": secret}
        browser = site.browser()
        opened = await browser.get(f"/signin/start?s={begun.sign_in_id}", cookies=cookies, allow_redirects=False)
        state = parse_qs(urlsplit(opened.headers["Location"]).query)["state"][0]
        page = await browser.get(await post_back(site, state), cookies=cookies)
        raw = await page.text()
    finally:
        await site.close()
    policy = page.headers["Content-Security-Policy"]
    (nonce,) = re.findall(r"script-src 'nonce-([\w-]+)'", policy)
    assert f'<script nonce="{nonce}" src="{TEAMS_JS}" integrity="sha384-' in raw
    assert "notifySuccess" in raw
    assert raw.count("<script") == raw.count(f'<script nonce="{nonce}"') == 2


async def test_an_administrators_return_is_told_and_changes_nothing(site: Site) -> None:
    browser = site.browser()
    granted = await browser.get("/signin/admin", params={"admin_consent": "True", "tenant": "x", "state": "fr"})
    refused = await browser.get("/signin/admin", params={"error": "access_denied", "admin_consent": "True"})
    assert page_text("fr", "admin_granted.title") in unescape(await granted.text())
    assert page_text("en", "admin_refused.title") in unescape(await refused.text())
    assert site.accounts.stored == []


async def test_two_sign_ins_in_one_browser_do_not_disturb_each_other(site: Site) -> None:
    browser = site.browser()
    first, second = [await site.connecting.begin(site.camille) for _ in range(2)]
    states = [await start(browser, begun) for begun in (first, second)]
    for state in states:
        page = await browser.get(await post_back(site, state))
        assert page_text("en", "connected.title") in unescape(await page.text())


@pytest.mark.parametrize(("user", "needs_code"), [(CAMILLE, False), (CAMILLE_AT_HOME, True)])
async def test_the_whole_way_with_real_msal_and_graph(microsoft: Microsoft, user: str, needs_code: bool) -> None:
    assert isinstance(microsoft.accounts, FakeAccounts)
    site = Site(
        identity=microsoft.identity,
        calendars=microsoft.calendars,
        clock=microsoft.clock,
        accounts=microsoft.accounts,
    )
    await site.server.start_server()
    try:
        begun = await site.connecting.begin(site.camille)
        browser = site.browser()
        opened = await browser.get(f"/signin/start?s={begun.sign_in_id}", allow_redirects=False)
        answer = await asyncio.to_thread(microsoft.sandbox.sign_in, opened.headers["Location"], user)
        posted = await site.browser().post("/signin/callback", data=answer, allow_redirects=False)
        page = await browser.get(posted.headers["Location"])
        text = unescape(await page.text())
        assert page.status == 200

        if needs_code:
            assert page_text("en", "code.title") in text
            (code,) = re.findall(r'id="code">(\d{6})<', text)
            result = await site.connecting.confirm_code(site.camille, code)
        else:
            assert page_text("en", "connected.title") in text
            ((_, result),) = site.announcer.told  # type: ignore[assignment]
        assert isinstance(result, Connected)
        assert result.account.username == user
        assert result.preferences.zone == "Europe/Paris"
        assert result.preferences.target == result.calendars[0].ref
        assert not result.missing_scopes
    finally:
        await site.close()
