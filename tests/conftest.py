"""Fixtures that every kind of test may use; each concern has its module in ``tests/support``."""

pytest_plugins: list[str] = []
