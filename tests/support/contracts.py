"""Holds Graph requests and answers against the OpenAPI slice that ``CONTRACTS`` points at."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

_NAME = "graph-v1-calendar-slice.openapi.json"
_ROOT = "urn:graph"
# What v1.0 has (msgraph-sdk's ``User.proxy_addresses``) and the slice leaves out.
_BEYOND_THE_SLICE = frozenset({"proxyaddresses"})
_FORMATS = FormatChecker(["date-time", "date", "uuid"])


@_FORMATS.checks("time")
def _is_time(value: object) -> bool:
    """Edm.TimeOfDay: a fraction of up to twelve digits and no offset, unlike RFC 3339's time."""
    return (
        not isinstance(value, str) or re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,12})?", value) is not None
    )


def contracts_folder() -> Path:
    """The folder of ``CONTRACTS``. Skips the test where there is none, or fails it with ``CI=true``."""
    named = os.environ.get("CONTRACTS", "")
    folder = Path(named) if named else None
    if folder and folder.is_dir():
        return folder
    message = f"CONTRACTS names no folder ({named or 'unset'}): the contracts are not checked"
    if os.environ.get("CI", "").casefold() == "true":
        pytest.fail(message)
    pytest.skip(message)


def _modern(schema: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema: ``nullable`` becomes a type."""
    if isinstance(schema, list):
        return [_modern(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: _modern(value) for name, value in schema.items() if name != "nullable"}
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        made["type"] = [schema["type"], "null"]
        if "enum" in made and None not in made["enum"]:
            made["enum"] = [*made["enum"], None]
    return made


class GraphContract:
    """The contract; ``problems`` says in what one recorded exchange breaks it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = _modern(document)
        resource = Resource.from_contents(self._document, default_specification=DRAFT202012)
        self._registry = Registry().with_resource(_ROOT, resource)

    @cached_property
    def _templates(self) -> list[tuple[re.Pattern[str], str]]:
        found = []
        for template in self._document["paths"]:
            parts = [
                "[^/]+" if part.startswith("{") else re.escape(part).replace(re.escape("{TimeZoneStandard}"), "[^']+")
                for part in template.split("/")[1:]
            ]
            found.append((re.compile("/" + "/".join(parts), re.IGNORECASE), template))
        return sorted(found, key=lambda pair: pair[1].count("{"))

    def template_of(self, path: str) -> str | None:
        """The contract's path for a request path without version and query."""
        path = "/".join(
            unquote(part) if "(" in unquote(part) or part.startswith("%24") else part for part in path.split("/")
        )
        path = path.replace("microsoft.graph.", "").replace("/places/room", "/places/graph.room")
        return next((template for pattern, template in self._templates if pattern.fullmatch(path)), None)

    def problems(self, exchange: dict[str, Any]) -> list[str]:
        """What is wrong in one exchange as ``GET /requests`` of the sandbox's control API records it."""
        address = urlsplit(exchange["path"])
        path, method = address.path.removeprefix("/v1.0"), exchange["method"].casefold()
        template = self.template_of(path)
        operation = self._document["paths"].get(template or "", {}).get(method)
        if operation is None:
            return [f"{exchange['method']} {path}: the contract has no such operation"]
        where = f"{exchange['method']} {template}"
        found = [*self._query(operation, address.query), *self._request(template or "", method, operation, exchange)]
        if exchange.get("fault") is None:
            found += self._answer(template or "", method, operation, exchange)
        return [f"{where}: {one}" for one in found]

    def body_problems(self, schema: str, body: Any) -> list[str]:
        """What is wrong in a body that must be of a schema, such as ``microsoft.graph.subscription``."""
        return [*self._errors("body", self._pointer("components", "schemas", schema), body)]

    def check(self, exchanges: Iterable[dict[str, Any]]) -> int:
        """Assert that no exchange breaks the contract; returns how many were checked."""
        count, found = 0, []
        for exchange in exchanges:
            count += 1
            found += self.problems(exchange)
        assert not found, "\n".join(found[:20])
        return count

    def _query(self, operation: dict[str, Any], query: str) -> Iterator[str]:
        parameters = [self._resolved(one) for one in operation.get("parameters", [])]
        known = {one["name"].casefold(): one for one in parameters if one["in"] == "query"}
        given = {name.casefold(): value for name, value in parse_qsl(query, keep_blank_values=True)}
        for name, value in given.items():
            if name not in known:
                yield f"query parameter {name!r} is not in the contract"
            elif known[name]["schema"].get("type") == "integer" and not value.isdecimal():
                yield f"query parameter {name!r} is no whole number: {value!r}"
        # A link of paging or delta carries its own state instead of the window.
        linked = given.keys() & {"$skiptoken", "$deltatoken"}
        for name, parameter in known.items():
            if parameter.get("required") and name not in given and not linked:
                yield f"query parameter {name!r} is missing"

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in part:
            return part
        target: Any = self._document
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return dict(target)

    def _request(
        self, template: str, method: str, operation: dict[str, Any], exchange: dict[str, Any]
    ) -> Iterator[str]:
        body, wanted = exchange.get("body"), operation.get("requestBody")
        if wanted is None:
            if body is not None:
                yield "a body that the contract does not have"
            return
        if body is None:
            if wanted.get("required") and exchange["status"] < 400:
                yield "the body is missing"
            return
        if exchange["status"] >= 400 and exchange.get("fault") is None:
            return  # a request that was refused for its body need not hold
        pointer = self._pointer("paths", template, method, "requestBody", "content", "application/json", "schema")
        yield from self._errors("request", pointer, _canonical(self._schema_names(pointer), body))
        yield from self._unknown("request", pointer, body)

    def _answer(self, template: str, method: str, operation: dict[str, Any], exchange: dict[str, Any]) -> Iterator[str]:
        status = str(exchange["status"])
        key = next((one for one in (status, f"{status[0]}XX") if one in operation["responses"]), None)
        if key is None:
            yield f"status {status} is not in the contract"
            return
        response = operation["responses"][key]
        pointer = self._pointer("paths", template, method, "responses", key)
        if "$ref" in response:
            pointer = f"{_ROOT}{response['$ref']}"
            response = self._resolved(response)
        if "content" not in response:
            if exchange.get("answer") is not None:
                yield f"status {status} has no body in the contract"
            return
        if exchange.get("answer") is None:
            yield f"status {status} without a body"
            return
        pointer += "/content/application~1json/schema"
        yield from self._errors("answer", pointer, exchange["answer"])
        yield from self._unknown("answer", pointer, exchange["answer"])

    @staticmethod
    def _pointer(*steps: str) -> str:
        return f"{_ROOT}#/" + "/".join(
            step.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D") for step in steps
        )

    def _schema(self, pointer: str) -> dict[str, Any]:
        found: Any = self._registry.resolver().lookup(pointer).contents
        return dict(found)

    def _schema_names(self, pointer: str) -> dict[str, str]:
        return {name.casefold(): name for name in self._properties(self._schema(pointer))}

    def _errors(self, what: str, pointer: str, body: Any) -> Iterator[str]:
        validator = Draft202012Validator({"$ref": pointer}, registry=self._registry, format_checker=_FORMATS)
        for error in validator.iter_errors(body):
            at = "/".join(str(step) for step in error.absolute_path)
            yield f"{what} at {at or 'its root'}: {error.message[:300]}"

    def _properties(self, schema: dict[str, Any]) -> dict[str, Any]:
        """All the properties of a schema and of what it extends."""
        schema = self._resolved(schema)
        found = dict(schema.get("properties", {}))
        for part in schema.get("allOf", []):
            found |= self._properties(part)
        return found

    def _unknown(self, what: str, pointer: str, body: Any) -> Iterator[str]:
        """Properties that the types lack: Graph's types are open in the contract, a misspelling would pass unseen."""
        schema = self._schema(pointer)
        properties = self._properties(schema)
        items = properties.get("value", {}).get("items")
        bodies = body.get("value", []) if items and isinstance(body, dict) else [body]
        known = {name.casefold() for name in (self._properties(items) if items else properties)}
        if not known or "extensionname" in known:
            return
        for one in bodies:
            for name in one if isinstance(one, dict) else ():
                if name.casefold() not in known | _BEYOND_THE_SLICE and "@" not in name:
                    yield f"{what}: property {name!r} is not in the contract"


def _canonical(names: dict[str, str], body: Any) -> Any:
    """Action parameters are matched without case by the service."""
    return {names.get(name.casefold(), name): value for name, value in body.items()} if isinstance(body, dict) else body


@pytest.fixture(scope="session")
def graph_contract() -> GraphContract:
    """The Graph contract; skips, or with ``CI=true`` fails, where it is not at hand."""
    return GraphContract(json.loads((contracts_folder() / _NAME).read_text()))
