from __future__ import annotations
import asyncio, logging
from dataclasses import replace
import pytest, psycopg
from tests.support import teams_activities as acts
from tests.support.creneau import *
from tests.support.creneau import words_of, inputs, next_monday, at, code_on, sign_in_address
from tests.support.teams_activities import ANNA, CAMILLE
from tests.support.sandbox import CAMILLE_AT_HOME
from tests.support.teams import walk, find_action

async def test_a_resent_code(creneau):
    (asked,) = await creneau.client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(asked.card), CAMILLE_AT_HOME))
    act = acts.verify_state(code, creneau.client.connector.url)
    await creneau.client.post(act); await creneau.client.post(act)
    await asyncio.sleep(1)
    print("RESENT", [words_of(m.card)[:60] for m in creneau.client.messages])

async def test_b_wrong_resent(creneau):
    (asked,) = await creneau.client.say("connect")
    code = code_on(await creneau.sign_in(sign_in_address(asked.card), CAMILLE_AT_HOME))
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    act = acts.verify_state(wrong, creneau.client.connector.url)
    for _ in range(5): await creneau.client.post(act)
    (x, *_) = await creneau.client.say(code, answers=1)
    print("WRONG", words_of(x.card)[:80])

async def test_c_form_resent(creneau):
    await creneau.connect()
    d = next_monday()
    act = acts.execute("book.form", {"v":1,"slot":{"start":f"{d:%Y-%m-%d}T13:00:00Z","minutes":30}}, "1", creneau.client.connector.url)
    n=len(creneau.client.messages)
    await creneau.client.post(act); await creneau.client.post(act)
    await asyncio.sleep(1)
    print("FORMS", len(creneau.client.messages)-n)

async def test_d_two_people_one_mailbox(creneau):
    await creneau.connect()
    anna = creneau.client.as_(ANNA)
    (asked,) = await anna.say("connect")
    page = await creneau.sign_in(sign_in_address(asked.card))
    r = await anna.say(code_on(page)); print("TAKEN", words_of(r[-1].card)[:200])
    (c,) = await creneau.client.say("settings"); print(words_of(c.card)[:80])

async def test_e_concurrent_same_slot_two_forms(creneau):
    await creneau.connect(); d=next_monday()
    forms=[]
    for i in range(4):
        (f,) = await creneau.client.say(f"book 30 min on {d:%B} {d.day} at 15:00 about budget")
        forms.append(f)
    r = await asyncio.gather(*(creneau.client.execute(f,"book.commit") for f in forms))
    print("RACE", len(creneau.sandbox.events(subject="budget")), [words_of(x.card)[:30] for x in r])

async def test_f_revoked_commit(creneau):
    await creneau.connect(); d=next_monday()
    (f,) = await creneau.client.say(f"book 30 min on {d:%B} {d.day} at 15:00 about budget")
    creneau.sandbox.revoke()
    r=await creneau.client.execute(f,"book.commit", note="xx"); print("REVOKED", words_of(r.card)[:300])

async def test_g_slow(creneau):
    await creneau.connect(); d=next_monday()
    (f,) = await creneau.client.say(f"book 30 min on {d:%B} {d.day} at 15:00 about budget")
    creneau.sandbox.fault(method="POST", path="/events", delay=11, when="after", count=1)
    r=await creneau.client.execute(f,"book.commit"); print("SLOW", r.toast)
    await asyncio.sleep(5)
    print(words_of(creneau.client.messages[-1].card)[:100], len(creneau.sandbox.events(subject="budget")))

async def test_h_dst(creneau):
    # booking in skipped/repeated hours, form-typed
    await creneau.connect(); d=next_monday()
    (f,) = await creneau.client.say(f"book 30 min on {d:%B} {d.day} at 15:00 about budget")
    for day, clock in (("2027-03-28","02:30"),("2027-10-31","02:30")):
        r=await creneau.client.execute(f,"book.commit", day=day, clock=clock); print("DST", words_of(r.card)[:200])

async def test_i_settings_race(creneau):
    _, s = await creneau.connect()
    r = await asyncio.gather(creneau.client.execute(s,"settings.save",block_tentative="true"), creneau.client.execute(s,"settings.save",block_out_of_office="true"), creneau.client.execute(s,"settings.save",default_duration="60"))
    print("SAVES",[words_of(x.card)[:80].replace("\n","|") for x in r])

async def test_j_reconnect_after_release(creneau):
    """disconnect, reconnect: new account id; old form"""
    await creneau.connect(); d=next_monday()
    (f,) = await creneau.client.say(f"book 30 min on {d:%B} {d.day} at 15:00 about budget")
    await creneau.client.execute(f,"book.commit")
    (c,) = await creneau.client.say("disconnect")
    await creneau.client.execute(c,"disconnect.one")
    await creneau.connect()
    r = await creneau.client.execute(f,"book.commit"); print("AGAIN", words_of(r.card)[:80], len(creneau.sandbox.events(subject="budget")))
