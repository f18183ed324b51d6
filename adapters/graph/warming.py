"""Loading what the SDK imports at first use, before anybody waits for it."""

from __future__ import annotations

import importlib

from kiota_serialization_json.json_serialization_writer_factory import JsonSerializationWriterFactory
from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event

# Named inside the builders' methods.
_MODELS = ("calendar", "calendar_collection_response", "event_collection_response", "mailbox_settings")


def load_models() -> None:
    """Import the models that requests name and serialise an event as a booking's; blocks, so call it in a thread."""
    for name in (*_MODELS, "o_data_errors.o_data_error"):
        importlib.import_module(f"msgraph.generated.models.{name}")
    when = DateTimeTimeZone(date_time="2026-03-25T15:00:00", time_zone="UTC")
    event = Event(subject="-", start=when, end=when, attendees=[Attendee(email_address=EmailAddress(address="-"))])
    writer = JsonSerializationWriterFactory().get_serialization_writer("application/json")
    writer.write_object_value(None, event)
    writer.get_serialized_content()
