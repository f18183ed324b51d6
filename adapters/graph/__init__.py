"""Microsoft Graph calendars, over msgraph-sdk: ports.Calendars."""

from __future__ import annotations

import importlib
import warnings

_USER = "msgraph.generated.users.item"
_CALENDAR = f"{_USER}.calendars.item"
_BUILDERS = (
    "kiota_abstractions.default_query_parameters",
    "msgraph.graph_service_client",
    "msgraph.generated.subscriptions.subscriptions_request_builder",
    "msgraph.generated.subscriptions.item.subscription_item_request_builder",
    f"{_USER}.user_item_request_builder",
    f"{_USER}.mailbox_settings.mailbox_settings_request_builder",
    f"{_USER}.calendars.calendars_request_builder",
    f"{_CALENDAR}.calendar_item_request_builder",
    f"{_CALENDAR}.calendar_view.calendar_view_request_builder",
    f"{_CALENDAR}.calendar_view.delta.delta_request_builder",
    f"{_CALENDAR}.events.events_request_builder",
    f"{_CALENDAR}.events.item.event_item_request_builder",
    f"{_CALENDAR}.events.item.cancel.cancel_request_builder",
    f"{_CALENDAR}.events.item.cancel.cancel_post_request_body",
    f"{_USER}.events.events_request_builder",
    f"{_USER}.events.item.event_item_request_builder",
    f"{_USER}.events.item.calendar.calendar_request_builder",
    f"{_USER}.events.item.cancel.cancel_request_builder",
    f"{_USER}.events.item.cancel.cancel_post_request_body",
)

# The SDK imports its builders at first use, and each warns that parts of itself are deprecated: all of ours here, once
# and silently, so that neither costs anything during a turn.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    for _name in _BUILDERS:
        importlib.import_module(_name)
