"""`--set key.path=value`: a recipe with single keys replaced, before it is checked."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import RecipeError, RecipeProblem
from engine.recipe.nodes import Entry, ListNode, MappingNode, Node, Place, ScalarNode
from engine.recipe.wording import received
from engine.recipe.yaml_core import parse_yaml


class _Unreachable(Exception):
    """The path of an override leads through something that holds no keys."""


def apply_override(root: MappingNode, text: str) -> tuple[MappingNode, list[RecipeProblem]]:
    """`root` with one `key.path=value` applied.

    The value is read by the rules of the recipe file, and its paths are relative to the recipe
    like all others. Keys that no recipe has are left to the check of the whole.
    """
    place = Place(f"--set {text}", 1, 1)
    key, equals, value = text.partition("=")
    key = key.strip()
    if not equals or not all(part.strip() for part in key.split(".")):
        return root, [_problem(place, "", "Received: no key.path=value; example: train.epochs=3.")]
    try:
        node, noted = parse_yaml(value, place.file)
        changed = _set(root, key.split("."), _at(node, place), place)
    except RecipeError as error:
        return root, [replace(problem, key=key) for problem in error.problems]
    except _Unreachable as stop:
        return root, [_problem(place, key, str(stop))]
    problems = [replace(p, key=f"{key}.{p.key}" if p.key else key) for p in noted]
    return (changed if isinstance(changed, MappingNode) else root), problems


def _problem(place: Place, key: str, text: str) -> RecipeProblem:
    return RecipeProblem(place.file, place.line, place.column, key, text)


def _at(node: Node, place: Place) -> Node:
    """The tree with every place replaced by that of the override."""
    if isinstance(node, MappingNode):
        return MappingNode(
            tuple(Entry(e.key, place, _at(e.node, place)) for e in node.entries), place
        )
    if isinstance(node, ListNode):
        return ListNode(tuple(_at(item, place) for item in node.items), place)
    return ScalarNode(node.value, place)


def _set(node: Node, parts: list[str], value: Node, place: Place) -> Node:
    if not parts:
        return value
    if isinstance(node, ScalarNode) and node.value is None:
        node = MappingNode((), node.place)
    if isinstance(node, ListNode):
        return _set_item(node, parts, value, place)
    if isinstance(node, ScalarNode):
        raise _Unreachable(
            f"'{parts[0]}' cannot be set inside {received(node.value)}. "
            "Set the key above it as a whole: 'key={a: 1, b: 2}'."
        )
    length = _known_key(node, parts)
    key = ".".join(parts[:length])
    old = node.entry(key)
    inner = _set(old.node if old else MappingNode((), place), parts[length:], value, place)
    entry = Entry(key, place if not old or length == len(parts) else old.place, inner)
    if old:
        return replace(node, entries=tuple(entry if e is old else e for e in node.entries))
    return replace(node, entries=(*node.entries, entry))


def _known_key(node: MappingNode, parts: list[str]) -> int:
    """How many parts name the next key: more than one where a class's name holds dots."""
    lengths = range(len(parts), 0, -1)
    return next((n for n in lengths if node.entry(".".join(parts[:n]))), 1)


def _set_item(node: ListNode, parts: list[str], value: Node, place: Place) -> Node:
    if not parts[0].isascii() or not parts[0].isdigit() or int(parts[0]) >= len(node.items):
        raise _Unreachable(
            f"the list has no entry '{parts[0]}'. Allowed: 0 to {len(node.items) - 1}."
        )
    index = int(parts[0])
    items = list(node.items)
    items[index] = _set(items[index], parts[1:], value, place)
    return replace(node, items=tuple(items))
