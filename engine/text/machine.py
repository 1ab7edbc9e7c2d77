"""A pattern's tree as a machine that may be in several places at once (Thompson, 1968)."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.text.cursor import PatternError
from engine.text.tree import Choice, Joined, Node, Repeat, Symbols

MOST_PLACES = 5_000
"""Places of a pattern whose repetitions are written out."""


@dataclass(slots=True)
class Machine:
    """Places of a pattern and the ways between them.

    Attributes:
        reads: what each place reads to go on; None where it reads nothing.
        onward: where each leads: one place where it reads, else any number.
        start, end: the first and the last place.
    """

    reads: list[Symbols | None] = field(default_factory=list)
    onward: list[tuple[int, ...]] = field(default_factory=list)
    start: int = 0
    end: int = 0

    def add(self, reads: Symbols | None, *onward: int) -> int:
        """Another place; its number."""
        self.reads.append(reads)
        self.onward.append(onward)
        return len(self.reads) - 1


def build_machine(tree: Node) -> Machine:
    """The machine of a pattern.

    Raises:
        PatternError: when it would be too large.
    """
    places = _count(tree)
    if places > MOST_PLACES:
        raise PatternError(
            f"The pattern is too large: {places} places with its repetitions written out. "
            f"Allowed: at most {MOST_PLACES}. Repeat less often, or without limit: + or *."
        )
    machine = Machine()
    machine.end = machine.add(None)
    machine.start = _build(machine, tree, machine.end)
    return machine


def _count(node: Node) -> int:
    """No fewer places than `_build` makes."""
    if isinstance(node, Symbols):
        return 1
    if isinstance(node, Repeat):
        times = node.least + 1 if node.most is None else max(node.most, 1)
        return times * (_count(node.body) + 1)
    parts = node.parts if isinstance(node, Joined) else node.options
    return 1 + sum(_count(part) for part in parts)


def _build(machine: Machine, node: Node, end: int) -> int:
    """Adds the places of a part that leads to `end`; where it begins."""
    if isinstance(node, Symbols):
        return machine.add(node, end)
    if isinstance(node, Joined):
        for part in reversed(node.parts):
            end = _build(machine, part, end)
        return end
    if isinstance(node, Choice):
        return machine.add(None, *(_build(machine, option, end) for option in node.options))
    after = end
    if node.most is None:
        after = machine.add(None)
        machine.onward[after] = (_build(machine, node.body, after), end)
    else:
        for _ in range(node.most - node.least):
            after = machine.add(None, _build(machine, node.body, after), end)
    for _ in range(node.least):
        after = _build(machine, node.body, after)
    return after
