"""What the bot says by itself, and what its recipient does about it."""
