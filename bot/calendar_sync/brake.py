"""The brake: where many events of one mailbox are gone at once, nobody's bookings end before the host was asked.

A calendar that was emptied by mistake, a mailbox that was moved, or an error of ours look like many deletions. One is
believed; before the second is, the whole mailbox is looked at, so that the third does not come a moment late.
"""

from __future__ import annotations

from dataclasses import dataclass

AT_ONCE = 3
"""So many, and the host is asked."""
LOOK_AROUND = 2
"""So many, and all other future bookings of the mailbox are looked at before anything is decided."""


@dataclass(frozen=True, slots=True)
class Brake:
    """What one pass over one mailbox has found: ``ended`` bookings whose end was recorded, ``held`` that wait for an
    answer, from this pass or an earlier one."""

    ended: int = 0
    held: int = 0

    def must_look_around(self, gone: int) -> bool:
        """Whether ``gone`` more, not recorded yet, ask for a look at the whole mailbox."""
        return gone > 0 and self.ended + gone >= LOOK_AROUND and not self.holds(gone)

    def is_in_doubt(self, gone: int, unknown: int) -> bool:
        """Whether ``gone`` more would be too many, if those that could not be looked at now are gone as well."""
        return gone > 0 and not self.holds(gone) and self.ended + gone + unknown >= AT_ONCE

    def holds(self, gone: int) -> bool:
        """Whether ``gone`` more are to be held: they are many, or the host has not answered about others yet."""
        return gone > 0 and (self.held > 0 or self.ended + gone >= AT_ONCE)
