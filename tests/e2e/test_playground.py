"""The page object itself, against a bot of a few lines: what the journeys rely on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, web
from playwright.async_api import expect

from tests.support.browser import Screenshot, Windows
from tests.support.playground import Chat, Playground

pytestmark = pytest.mark.e2e


def _card(said: str, url: str) -> dict[str, Any]:
    many = {"type": "Input.ChoiceSet", "isMultiSelect": True}
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            {"type": "TextBlock", "text": said, "wrap": True},
            {"type": "Input.Text", "id": "subject", "label": "Subject", "isRequired": True, "errorMessage": "Say what"},
            {
                "type": "Input.Toggle",
                "id": "oof",
                "label": "Blocking",
                "title": "Out of office blocks",
                "value": "false",
            },
            {
                "type": "Input.ChoiceSet",
                "id": "many",
                "label": "Conflict calendars",
                "isMultiSelect": True,
                "value": "a,b",
            },
            {**many, "id": "days", "label": "Days", "style": "expanded"},
            {"type": "Input.ChoiceSet", "id": "one", "label": "Target calendar", "value": "a"},
            {"type": "Input.ChoiceSet", "id": "radio", "label": "Radio", "style": "expanded", "value": "a"},
            {"type": "Input.Number", "id": "minutes", "label": "Minutes", "value": 30},
            {
                "type": "ActionSet",
                "actions": [
                    {"type": "Action.Execute", "title": "Save", "verb": "save", "data": {"v": 1}},
                    {"type": "Action.Execute", "title": "Wave", "verb": "wave", "associatedInputs": "none"},
                    {"type": "Action.OpenUrl", "title": "Connect", "url": url},
                ],
            },
        ],
    }


def _with_choices(card: dict[str, Any]) -> dict[str, Any]:
    choices = [{"title": title, "value": value} for title, value in (("Calendar", "a"), ("Team", "b"), ("Été", "c"))]
    for element in card["body"]:
        if element["type"] == "Input.ChoiceSet":
            element["choices"] = choices
    return card


class EchoBot:
    def __init__(self) -> None:
        self.url = ""
        self.activities: list[dict[str, Any]] = []

    async def messages(self, request: web.Request) -> web.Response:
        activity = await request.json()
        self.activities.append(activity)
        if activity["type"] == "message":
            await self._send(activity, {"text": f"You said {activity['text']}"})
            card = _with_choices(_card("Please fill in", f"{self.url}/page"))
            await self._send(
                activity,
                {"attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}]},
            )
        elif activity["type"] == "invoke":
            action = activity["value"]["action"]
            if action["verb"] == "wave":
                return web.json_response(
                    {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "Waved back"}
                )
            said = ", ".join(f"{key}={value}" for key, value in sorted(action["data"].items()))
            return web.json_response(
                {
                    "statusCode": 200,
                    "type": "application/vnd.microsoft.card.adaptive",
                    "value": _with_choices(_card(said, f"{self.url}/page")),
                }
            )
        return web.Response()

    async def page(self, _: web.Request) -> web.Response:
        return web.Response(text="<h1>Sign in</h1>", content_type="text/html")

    async def _send(self, activity: dict[str, Any], message: dict[str, Any]) -> None:
        url = f"{activity['serviceUrl']}/v3/conversations/{activity['conversation']['id']}/activities"
        async with ClientSession() as http, http.post(url, json={"type": "message", **message}) as answer:
            assert answer.status == 201


@pytest.fixture
async def echo_bot() -> AsyncIterator[EchoBot]:
    bot = EchoBot()
    app = web.Application()
    app.router.add_post("/api/messages", bot.messages)
    app.router.add_get("/page", bot.page)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield bot
    await runner.cleanup()


async def test_every_kind_of_input_reaches_the_bot(
    echo_bot: EchoBot, playground: Playground, windows: Windows, screenshot: Screenshot
) -> None:
    async with playground(f"{echo_bot.url}/api/messages") as address:
        chat = await Chat.open(await windows.open(), address)
        await chat.say("bonjour à tous")
        await chat.wait_for_text("You said bonjour à tous")

        card = await chat.card("Please fill in")
        await card.press("Save")
        await card.text("Say what").wait_for()

        await card.fill("Subject", "Budget")
        await card.fill("Minutes", "45")
        await card.tick("Out of office blocks")
        await card.tick("Été")
        await card.choose("Conflict calendars", "Team", "Été")
        await card.choose("Target calendar", "Team")
        await card.pick("Radio", "Été")
        assert await card.options("Target calendar") == ["Calendar", "Team", "Été"]
        await card.press("Save")
        card = await chat.card("days=c, many=b,c, minutes=45, one=b, oof=true, radio=c, subject=Budget, v=1")
        await screenshot(chat.page, "playground-echo")

        await card.press("Wave")
        await chat.footer("Waved back")
        window = await card.press_for_window("Connect")
        await expect(window.get_by_role("heading")).to_have_text("Sign in")
        await chat.wait_for_answers(2)
        await windows.close()


async def test_the_chat_belongs_to_the_sandbox_person(
    echo_bot: EchoBot, playground: Playground, windows: Windows
) -> None:
    async with playground(f"{echo_bot.url}/api/messages") as address:
        chat = await Chat.open(await windows.open(), address)
        await chat.say("hi")
        await chat.wait_for_text("You said hi")
        await windows.close()
    install, update, message = echo_bot.activities
    assert (install["type"], install["action"], update["type"]) == ("installationUpdate", "add", "conversationUpdate")
    assert message["from"] == {
        "id": "29:camille",
        "name": "Camille Moreau",
        "aadObjectId": "0c2d6a54-3b1f-4e8a-9d70-6f5e4d3c2b1a",
    }
    assert message["conversation"]["conversationType"] == "personal"
    assert message["channelData"]["tenant"]["id"] == "5f0a3c1e-8d7b-4a52-9c64-1e2f3a4b5c6d"
    assert message["entities"][-1]["timezone"] == "Europe/Paris"
