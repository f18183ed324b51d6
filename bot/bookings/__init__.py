"""Bookings: offered, committed, moved, cancelled, and settled where an outcome was left open."""
