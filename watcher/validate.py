"""A file's values against its model: pydantic's findings in words for the person who wrote the file."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticInvalidForJsonSchema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

    from watcher.source import Document, Loc, Problem

T = TypeVar("T")
_ADAPTERS: dict[object, TypeAdapter[Any]] = {}
_WORDS = {
    "string_type": "must be text",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be made of keys and values",
    "model_type": "must be made of keys and values",
    "model_attributes_type": "must be made of keys and values",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
}


def check(document: Document, model: type[T] | TypeAdapter[T], *, loc: Loc = ()) -> tuple[T | None, list[Problem]]:
    """Validate the value at `loc`: the model and no problems, or None and all of them in the file's order."""
    adapter: TypeAdapter[T] = model if isinstance(model, TypeAdapter) else _adapter(model)
    try:
        return adapter.validate_python(document.value_at(loc)), []
    except ValidationError as error:
        schema = _schema(adapter)
        found = {_problem(document, loc, details, schema) for details in error.errors(include_url=False)}
        return None, sorted(found, key=lambda problem: (problem.line, problem.column, problem.message))


def suggest(word: str, known: Iterable[str]) -> str:
    """Give ` (did you mean "…"?)` for the nearest of `known` whatever its case, or nothing."""
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    return f' (did you mean "{by_lower[near[0]]}"?)' if near else ""


def _adapter(model: type[T]) -> TypeAdapter[T]:
    """Give a model's adapter, made once: a file of rules has each of them checked by itself."""
    if model not in _ADAPTERS:
        _ADAPTERS[model] = TypeAdapter(model)
    return _ADAPTERS[model]


def _schema(adapter: TypeAdapter[T]) -> dict[str, Any]:
    try:
        return adapter.json_schema()
    except PydanticInvalidForJsonSchema:  # a model may hold what JSON Schema can't say: then no key is suggested
        return {}


def _problem(document: Document, start: Loc, details: ErrorDetails, schema: dict[str, Any]) -> Problem:
    kind, given = details["type"], details["input"]
    loc = _loc_in(document, start, details["loc"])
    if kind == "extra_forbidden":
        known = _keys(schema, schema, loc[len(start) : -1])
        return document.problem(loc, f'unknown key "{loc[-1]}"{suggest(str(loc[-1]), known)}', at_key=True)
    if kind == "missing":
        return document.problem(loc, f'"{details["loc"][-1]}" is missing: add it')
    is_key = "[key]" in details["loc"]
    return document.problem(loc, _message(kind, given, details), at_key=is_key)


def _message(kind: str, given: object, details: ErrorDetails) -> str:
    context = details.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error" and isinstance(given, str):
        known = re.findall(r"'([^']+)'", context["expected"])
        return f'"{given}" is not one of {", ".join(known)}{suggest(given, known)}'
    if kind == "string_type" and isinstance(given, bool | int | float):
        return "must be text: put it in quotes"
    if kind in ("list_type", "tuple_type") and isinstance(given, str):
        return f"must be a list: [{given}]"
    message = _WORDS.get(kind) or details["msg"].replace("Input should be", "must be")
    return message[:1].lower() + message[1:]


def _loc_in(document: Document, loc: Loc, parts: Loc) -> Loc:
    """Go on from `loc`; leave out what pydantic adds to the way: names of unions' members and of validators."""
    for part in parts:
        if (*loc, part) in document.places:
            loc = (*loc, part)
    return loc


def _keys(node: object, root: dict[str, Any], loc: Loc) -> set[str]:
    """Give the keys that the JSON Schema allows at `loc`."""
    if not isinstance(node, dict):
        return set()
    if "$ref" in node:
        return _keys(root["$defs"][node["$ref"].rpartition("/")[2]], root, loc)
    keys: set[str] = set()
    for choice in node.get("anyOf") or node.get("oneOf") or ():
        keys |= _keys(choice, root, loc)
    fields = node.get("properties", {})
    if not loc:
        return keys | set(fields)
    step: object = (
        node.get("items") if isinstance(loc[0], int) else fields.get(loc[0], node.get("additionalProperties"))
    )
    return keys | _keys(step, root, loc[1:])
