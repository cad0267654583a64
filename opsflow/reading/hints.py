"""What may stand in the place of a value that a schema refuses: one short sentence, from the schema alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from opsflow.model import Keys
from opsflow.reading.text import cut

_LONGEST = 200


def allowed(schema: Any, keyword: str, keys: Keys, value: Any) -> str:
    """What to write instead of a value that breaks a keyword of its schema; empty where that says nothing."""
    part = schema if isinstance(schema, Mapping) else {}
    words = _WORDS.get(keyword)
    if words is not None:
        return words(part) if keyword in part else ""
    if keyword == "pattern" and isinstance(value, str):
        return _text(part, keys, value)
    if keyword == "type":
        return example(part, keys) or _SHAPES.get(str(part.get("type")), "")
    return example(part, keys) if keyword == "anyOf" else _NAMELESS.get(keyword, "")


def example(schema: Any, keys: Keys) -> str:
    """`For example: key: value`, or empty."""
    examples = schema.get("examples") if isinstance(schema, Mapping) else None
    if not examples:
        return ""
    key = f"{keys[-1]}: " if keys and isinstance(keys[-1], str) else ""
    return f"For example: {key}{flow(examples[0])}"


def missing(key: str, schema: Any) -> str:
    """What to add where a key is missing: `Add `reason`: why the rule may be broken.`"""
    meaning = str(schema.get("description", "")) if isinstance(schema, Mapping) else ""
    if not meaning:
        return f"Add `{key}`."
    first = meaning[:1] if meaning[1:2].isupper() else meaning[:1].lower()
    return f"Add `{key}`: {first}{meaning[1:]}"


def flow(value: Any) -> str:
    """A small value as YAML in flow style."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def either(options: list[str]) -> str:
    """Such as "a, b or c"."""
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"


def _text(schema: Mapping[str, Any], keys: Keys, value: str) -> str:
    if "\n" in value:
        return "Write it on one line."
    if value != value.strip():
        return "Remove the spaces around it."
    return example(schema, keys) or f"Write a text that fits `{cut(str(schema['pattern']))}`."


def _options(schema: Mapping[str, Any]) -> str:
    listed = either([flow(option) for option in schema["enum"]])
    return f"Write {listed}." if len(listed) <= _LONGEST else "Write one of these."


def _range(schema: Mapping[str, Any]) -> str:
    words = {
        "minimum": "at least",
        "exclusiveMinimum": "more than",
        "maximum": "at most",
        "exclusiveMaximum": "less than",
        "multipleOf": "a multiple of",
    }
    bounds = [f"{word} {flow(schema[name])}" for name, word in words.items() if name in schema]
    return f"Write a number that is {' and '.join(bounds)}."


def _count(verb: str, suffix: str, one: str, many: str) -> Callable[[Mapping[str, Any]], str]:
    def say(schema: Mapping[str, Any]) -> str:
        least, most = schema.get(f"min{suffix}", 0), schema.get(f"max{suffix}")
        what = one if (least if most is None else most) == 1 else many
        if most is None:
            return f"{verb} at least {least} {what}."
        if least in (0, most):
            return f"{verb} {'' if least else 'at most '}{most} {what}."
        return f"{verb} {least} to {most} {what}."

    return say


_WORDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "enum": _options,
    "const": lambda schema: f"Write {flow(schema['const'])}.",
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _range),
    **dict.fromkeys(("minLength", "maxLength"), _count("Write", "Length", "character", "characters")),
    **dict.fromkeys(("minItems", "maxItems"), _count("Write", "Items", "entry", "entries")),
    **dict.fromkeys(("minProperties", "maxProperties"), _count("Write", "Properties", "key", "keys")),
}
_SHAPES = {"string": "Write a text.", "array": "Write a list.", "object": "Write keys with values."}
_NAMELESS = {"additionalProperties": "Choose another name."}
