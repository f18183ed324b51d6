"""Microsoft Teams: the only package that imports the Bot Framework's SDK."""

from adapters.teams.adapter import TeamsAdapter, Timing, WebResponse
from adapters.teams.cloud import PUBLIC, US_GOV, Cloud, TeamsConfig
from adapters.teams.limits import ConversationLimits
from adapters.teams.retry import RetryPolicy
from adapters.teams.turn import Wording

__all__ = [
    "PUBLIC",
    "US_GOV",
    "Cloud",
    "ConversationLimits",
    "RetryPolicy",
    "TeamsAdapter",
    "TeamsConfig",
    "Timing",
    "WebResponse",
    "Wording",
]
