"""The sandbox through real clients."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    # The generated SDK warns of its own classes while it is imported; where warnings are errors that ends the import.
    warnings.simplefilter("ignore", DeprecationWarning)
    import msgraph.generated.users.item.calendar_view.calendar_view_request_builder
    import msgraph.generated.users.item.calendar_view.delta.delta_request_builder
    import msgraph.generated.users.item.events.item.cancel.cancel_post_request_body  # noqa: F401
