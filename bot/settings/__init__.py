"""A person's settings: all of them on a card, or single ones by words and taps."""
