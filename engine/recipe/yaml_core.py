"""YAML by the 1.2 core schema (https://yaml.org/spec/1.2.2/#103-core-schema), with places.

PyYAML parses; what a scalar means is decided here, because PyYAML follows YAML 1.1, which reads
`1e-3` as text, `no` as false, `012` as ten and `16:9` as a number of seconds. Tags are refused, so
that nothing in a recipe can run code; sizes are bounded, so that no recipe can exhaust the host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from engine.errors import RecipeError, RecipeProblem
from engine.recipe.nodes import Entry, ListNode, MappingNode, Node, Place, Scalar, ScalarNode
from engine.recipe.wording import received

DEEPEST = 30
MOST_VALUES = 20_000
LONGEST_NUMBER = 100

_WORDS: dict[str, Scalar] = {
    word: value
    for value, words in (
        (None, ("", "~", "null", "Null", "NULL")),
        (True, ("true", "True", "TRUE")),
        (False, ("false", "False", "FALSE")),
        (float("inf"), (".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF")),
        (float("-inf"), ("-.inf", "-.Inf", "-.INF")),
        (float("nan"), (".nan", ".NaN", ".NAN")),
    )
    for word in words
}
_INTEGER = re.compile(r"[-+]?[0-9]+")
_BARE_COLOUR = re.compile(r"[\[,]\s*#[0-9a-fA-F]{6}\b")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def core_scalar(text: str) -> Scalar:
    """What an unquoted scalar means in the core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OCTAL.fullmatch(text):
        return int(text[2:], 8)
    if _HEXADECIMAL.fullmatch(text):
        return int(text[2:], 16)
    return float(text) if _FLOAT.fullmatch(text) else text


def parse_yaml(text: str, file: str) -> tuple[Node, tuple[RecipeProblem, ...]]:
    """The document, and what is wrong with it that does not hinder reading on.

    Raises:
        RecipeError: the text is not YAML, is too deep or too large.
    """
    try:
        return _Builder(file, yaml.parse(text, Loader=yaml.SafeLoader)).build()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _stop(Place(file, line, column), _syntax_message(error, text)) from None
    except yaml.reader.ReaderError as error:
        raise _stop(_place_at(text, error.position, file), _character_message(error)) from None


def _stop(place: Place, message: str) -> RecipeError:
    return RecipeError((RecipeProblem(place.file, place.line, place.column, "", message),))


def _syntax_message(error: yaml.MarkedYAMLError, text: str) -> str:
    problem = error.problem or "it cannot be read"
    if r"'\t'" in problem:
        return "not YAML: a tab cannot indent or start a value. Use spaces."
    if "could not find expected ':'" in problem:
        problem += ", or the line before it lacks one"
    if problem.startswith("mapping values are not allowed"):
        problem = "a ': ' inside a value, or a line that is indented too far. Quote the value"
    hint = " A colour needs quotes, '#FF0000': a # starts a comment."
    return f"not YAML: {problem}." + (hint if _BARE_COLOUR.search(text) else "")


def _character_message(error: yaml.reader.ReaderError) -> str:
    code = error.character if isinstance(error.character, int) else ord(error.character)
    return f"not YAML: the character U+{code:04X} is not allowed."


def _place_at(text: str, position: int, file: str) -> Place:
    before = text[:position]
    return Place(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)


@dataclass(slots=True)
class _Builder:
    """Turns the parser's events into one tree."""

    file: str
    events: Iterator[Event]
    anchors: dict[str, tuple[Node, int]] = field(default_factory=dict)
    problems: list[RecipeProblem] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    values: int = 0

    def build(self) -> tuple[Node, tuple[RecipeProblem, ...]]:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    self._note(event, "a second document. A recipe is one document: remove '---'.")
                    break
                root = self._node(next(self.events), 0)
        return root or ScalarNode(None, Place(self.file, 1, 1)), tuple(self.problems)

    def _node(self, event: Event, depth: int) -> Node:
        if isinstance(event, AliasEvent):
            return self._alias(event)
        self._refuse_tag(event)
        before = self.values
        self._count(event, 1)
        if depth > DEEPEST:
            raise _stop(self._place(event), f"nested deeper than {DEEPEST} levels.")
        node = self._collection(event, depth)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self.anchors[anchor] = (node, self.values - before)
        return node

    def _collection(self, event: Event, depth: int) -> Node:
        place = self._place(event)
        if isinstance(event, ScalarEvent):
            text = self._text(event)
            return ScalarNode(text if event.style else core_scalar(text), place)
        if isinstance(event, SequenceStartEvent):
            items: list[Node] = []
            while not isinstance(item := next(self.events), SequenceEndEvent):
                items.append(self._inside(str(len(items)), item, depth))
            return ListNode(tuple(items), place)
        entries: dict[str, Entry] = {}
        while not isinstance(key := next(self.events), MappingEndEvent):
            name, key_place = self._key(key), self._place(key)
            value = self._inside(name, next(self.events), depth)
            if name in entries:
                first = entries[name].place
                self._note(key, f"repeated key, first given at line {first.line}.", name)
            else:
                entries[name] = Entry(name, key_place, value)
        return MappingNode(tuple(entries.values()), place)

    def _inside(self, key: str, event: Event, depth: int) -> Node:
        self.path.append(key)
        node = self._node(event, depth + 1)
        self.path.pop()
        return node

    def _key(self, event: Event) -> str:
        if isinstance(event, ScalarEvent):
            self._refuse_tag(event)
            text = self._text(event)
            if event.anchor:
                self.anchors[event.anchor] = (ScalarNode(text, self._place(event)), 1)
            return text
        raise _stop(self._place(event), "a key is text, not a list, a mapping or an alias.")

    def _text(self, event: ScalarEvent) -> str:
        text = str(event.value)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise _stop(self._place(event), "half a surrogate pair is not a character.")
        return text

    def _alias(self, event: AliasEvent) -> Node:
        if event.anchor not in self.anchors:
            raise _stop(self._place(event), f"*{event.anchor} stands before its &{event.anchor}.")
        node, size = self.anchors[event.anchor]
        self._count(event, size)
        return node

    def _count(self, event: Event, size: int) -> None:
        self.values += size
        if self.values > MOST_VALUES:
            raise _stop(self._place(event), f"more than {MOST_VALUES} values (aliases counted).")

    def _refuse_tag(self, event: Event) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._note(event, f"tags are not allowed in a recipe. Received: {received(tag)}.")

    def _note(self, event: Event, message: str, *inner: str) -> None:
        place, key = self._place(event), ".".join([*self.path, *inner])
        self.problems.append(RecipeProblem(place.file, place.line, place.column, key, message))

    def _place(self, event: Event) -> Place:
        mark = event.start_mark
        if mark is None:
            return Place(self.file, 1, 1)
        return Place(self.file, mark.line + 1, mark.column + 1)
