import pytest, json, asyncio, copy
from tests.e2e.test_playground import *
from tests.support.playground import Chat
from datetime import datetime, timedelta, UTC
from zoneinfo import ZoneInfo
from dialogs.texts import Texts
from dialogs.cards import booking
from dialogs.cards.views import TargetView
from dialogs.ask import Slot
from bot.model import *
import inspect
async def test_v(echo_bot, playground, windows):
    t=Texts("en",ZoneInfo("Europe/Paris"))
    slot=Slot(datetime(2026,11,30,11,0,tzinfo=UTC),timedelta(minutes=30))
    print(inspect.signature(booking.new_form), inspect.signature(TargetView))
    ref=CalendarRef(AccountId(1),"abc")
    form=booking.new_form(t,"key1",slot,teams_link=True)
    card=booking.booking_form(t,form,TargetView("Project X","camille@contoso.example",True,ref) if 'ref' in str(inspect.signature(TargetView)) else TargetView("Project X","camille@contoso.example",True))
    full=json.loads(json.dumps(card))
    print(json.dumps(full)[:6000])
    def variants():
        yield "full", full
        body=full["body"]
        for i in range(len(body)-1):
            c=copy.deepcopy(full); gone=c["body"].pop(i); yield f"minus {i} {gone['type']}", c
    async with playground(f"{echo_bot.url}/api/messages") as address:
        page=await windows.open(language="en-GB")
        page.on("pageerror", lambda e: print("PAGEERROR", e)); page.on("console", lambda e: print("CONSOLE", e.text[:300]) if 'load resource' not in e.text else None)
        chat = await Chat.open(page, address)
        await chat.say("x"); await chat.wait_for_answers(2)
        act=[a for a in echo_bot.activities if a['type']=='message'][0]
        for name,v in variants():
            v["body"].insert(0,{"type":"TextBlock","text":"V "+name})
            await echo_bot._send(act,{"attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":v}]})
            card=await chat.card("V "+name)
            try: await card.input("Subject").fill("S",timeout=1500)
            except Exception: print("no subject")
            n=len(echo_bot.activities)
            await card.press("Book"); await asyncio.sleep(1.2)
            print(name, 'SENT' if len(echo_bot.activities)>n else 'NOT SENT')
