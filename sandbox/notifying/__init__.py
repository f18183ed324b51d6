"""Change notifications: what a change makes of them, and how they are brought to those who subscribed."""
