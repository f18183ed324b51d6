"""What a person is told unasked: shown, switched, by words, on the card, or from a notice itself."""

from __future__ import annotations

from bot.conversation import CardJson, Replies
from bot.errors import VersionConflict
from bot.language.request import Request
from bot.model import WorkingHours
from bot.ports import Jobs, Notices
from bot.settings.notice_desk import NoticeDesk, NoticesChanged
from dialogs.cards import setting_change, welcome
from dialogs.cards.notices.topics import notices as notices_card
from dialogs.cards.setting_values import ChangeView
from dialogs.forms.notices import read_notice_id, read_switches
from dialogs.turn import CardData, Turn
from dialogs.wishes import undo_data


class NoticeSwitchesDialog:
    def __init__(self, desk: NoticeDesk, notices: Notices, jobs: Jobs) -> None:
        self._desk = desk
        self._notices = notices
        self._jobs = jobs

    async def words(self, turn: Turn, request: Request) -> Replies:
        """Switch what the words name; else show every switch."""
        if request.notices_on is None or not request.notices:
            return await self.show(turn)
        changed = await self._desk.switch(turn.person, request.notices, on=request.notices_on)
        return turn.add(_changed(turn, changed))

    async def show(self, turn: Turn) -> Replies:
        """Every switch as it stands; what could not be delivered before follows it."""
        waited = await self._notices.unpark(turn.person.id, turn.now)
        if waited:
            await self._jobs.deliver(turn.person.id)
        return turn.add(notices_card(turn.texts, await self._desk.load(turn.person.id), parked=waited))

    async def show_action(self, turn: Turn, _data: CardData) -> Replies:
        return await self.show(turn)

    async def save(self, turn: Turn, data: CardData) -> Replies:
        """Save the card's switches, unless somebody saved other ones meanwhile."""
        switches = read_switches(data)
        if switches is None:
            return turn.show(welcome.stale(turn.texts))
        try:
            changed = await self._desk.save(turn.person, switches)
        except VersionConflict:
            stored = await self._desk.load(turn.person.id)
            return turn.show(notices_card(turn.texts, stored, outdated=True))
        return turn.show(_changed(turn, changed))

    async def mute(self, turn: Turn, data: CardData) -> Replies:
        """*Stop these notices*: below the notice, whose other buttons stay in reach."""
        notice_id = read_notice_id(data)
        notice = await self._notices.get(turn.person.id, notice_id) if notice_id else None
        if notice is None or notice.kind.topic is None:
            return turn.show(welcome.stale(turn.texts))
        changed = await self._desk.switch(turn.person, {notice.kind.topic}, on=False)
        return turn.add(_changed(turn, changed))


def _changed(turn: Turn, changed: NoticesChanged) -> CardJson:
    undo = undo_data(changed.undo) if changed.undo else None
    # No calendar and no hours are among these settings, so that nothing has to be named by them.
    view = ChangeView(changed.before, changed.after, changed.parts, {}, changed.after.hours or WorkingHours(), undo)
    return setting_change.changed(turn.texts, view)
