"""Connecting mailboxes: a sign-in begun, finished and confirmed, and what a new account brings."""
