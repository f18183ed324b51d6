"""The cards that the bot sends by itself: what happened, what it means, what can be done, and how to hear no more."""
