"""What comes back from the inputs of a card, read as if a stranger had written it.

Each reader takes an action's data and never raises: what does not fit becomes a problem at its field, and what was
typed is kept so that the card can show it again.
"""

from __future__ import annotations

from dialogs.forms.booking import BookingForm, problems_of, read_booking_form, split_invitees
from dialogs.forms.settings import SettingsForm, read_settings_form
from dialogs.forms.values import (
    is_current,
    read_account_id,
    read_code,
    read_key,
    read_slot,
    read_version,
    read_zone,
)

__all__ = [
    "BookingForm",
    "SettingsForm",
    "is_current",
    "problems_of",
    "read_account_id",
    "read_booking_form",
    "read_code",
    "read_key",
    "read_settings_form",
    "read_slot",
    "read_version",
    "read_zone",
    "split_invitees",
]
