"""A YAML document as a tree that remembers where everything stands."""

from __future__ import annotations

from dataclasses import dataclass

Scalar = str | int | float | bool | None
KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; `line` and `column` count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A single value."""

    value: Scalar
    place: Place


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value; keys are text as written, whatever they look like."""

    key: str
    place: Place
    node: Node


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys in the order in which they are written, none twice."""

    entries: tuple[Entry, ...]
    place: Place

    def entry(self, key: str | int) -> Entry | None:
        """The entry of a key, if it is there."""
        return next((entry for entry in self.entries if entry.key == key), None)


Node = ScalarNode | ListNode | MappingNode


def plain(node: Node) -> object:
    """The tree as dictionaries, lists and scalars."""
    if isinstance(node, MappingNode):
        return {entry.key: plain(entry.node) for entry in node.entries}
    return [plain(item) for item in node.items] if isinstance(node, ListNode) else node.value


def find(root: Node, path: KeyPath) -> tuple[KeyPath, Place, Node]:
    """As much of `path` as the tree holds, where its key stands, and its value."""
    node, key_place, found = root, root.place, 0
    for part in path:
        if isinstance(node, MappingNode) and (entry := node.entry(part)):
            node, key_place = entry.node, entry.place
        elif isinstance(node, ListNode) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            key_place = node.place
        else:
            break
        found += 1
    return path[:found], key_place, node
