"""Fixtures that every kind of test may use; each concern has its module in ``tests/support``."""

pytest_plugins = [
    "tests.support.database",
    "tests.support.sandbox",
    "tests.support.contracts",
    "tests.support.teams",
    "tests.support.teams_openid",
    "tests.support.creneau",
    "tests.support.browser",
    "tests.support.served",
    "tests.support.playground",
]
