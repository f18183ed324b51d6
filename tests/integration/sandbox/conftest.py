"""What the sandbox's integration tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from tests.support.sandbox import CAMILLE, Sandbox


class Graph:
    """Plain HTTP to the sandbox's Graph as one person."""

    def __init__(self, sandbox: Sandbox, user: str, scopes: tuple[str, ...] | None) -> None:
        token = sandbox.token(user, scopes) if scopes else sandbox.token(user)
        self.base = f"{sandbox.url}/v1.0"
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["Authorization"] = f"Bearer {token}"

    def __call__(
        self, method: str, path: str, body: Any = None, *, prefer: str = "", **query: Any
    ) -> requests.Response:
        headers = {"Prefer": prefer} if prefer else {}
        address = path if path.startswith("http") else self.base + path
        options = {name.replace("_", "$", 1) if name.startswith("_") else name: value for name, value in query.items()}
        return self.http.request(method, address, json=body, params=options, headers=headers, timeout=30)


@pytest.fixture
def graph_as(sandbox: Sandbox) -> Iterator[Callable[..., Graph]]:
    """``graph_as(user, *scopes)`` calls Graph as that person; ``_top=5`` stands for ``$top=5``."""
    made: list[Graph] = []

    def make(user: str = CAMILLE, *scopes: str) -> Graph:
        made.append(Graph(sandbox, user, scopes or None))
        return made[-1]

    yield make
    for one in made:
        one.http.close()


@pytest.fixture
def graph(graph_as: Callable[..., Graph]) -> Graph:
    """Graph as Camille, with the bot's scopes."""
    return graph_as()
