"""Text fields in a recipe: what goes together, and what is told about what does not."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from engine.errors import RecipeError
from engine.recipe import load_recipe
from engine.recipe.characters import parse_characters, unreadable
from engine.recipe.text_fields import text_fields
from engine.text.field import TextField

HEAD = "version: 1\nname: lots\ntask: ocr\nclasses:\n  lot: "
TAIL = """
data:
  format: icdar
  train: train
  test: test
  object: image
"""


def write(field: str) -> Path:
    path = Path("lots.yaml")
    path.write_text(HEAD + field + TAIL, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("{}", TextField(None, None)),
        ('{ characters: "0-2/" }', TextField("/012", None)),
        ('{ characters: "a-c", ignore_case: true }', TextField("ABC", None, True)),
        ('{ characters: "aß", ignore_case: true }', TextField("Aß", None, True)),
        ('{ pattern: "L[0-9]" }', TextField(None, "L[0-9]")),
        ('{ characters: "A-C", skip: others }', TextField("ABC", None, False, "others")),
        ('{ characters: "A-C", skip: " .-" }', TextField("ABC", None, False, " -.")),
        ('{ pattern: "L[0-2]", skip: others }', TextField("012L", "L[0-2]", False, "others")),
        (
            '{ pattern: "l[0-2]", skip: others, ignore_case: true }',
            TextField("012L", "l[0-2]", True, "others"),
        ),
        ('{ characters: "\\u212b" }', TextField("\u00c5", None)),
    ],
)
def test_the_field_of_a_class(folder: Path, field: str, expected: TextField) -> None:
    assert text_fields(load_recipe(write(field))) == (expected,)


def test_other_tasks_have_no_text_fields(caps: Path) -> None:
    assert text_fields(load_recipe(caps)) == ()


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ('{ pattern: "L[0-9" }', "pattern: Character 2 of the pattern: '[' is never closed"),
        ('{ pattern: "(a)\\\\1" }', "\\1 is none of the subset"),
        ('{ pattern: "(?=a)b" }', "the group (?=a… is none of the subset"),
        ('{ pattern: "L." }', "'.' means any (other) character of the field, and the field states"),
        ('{ characters: "0-9", pattern: "L[0-9]" }', "it names 'L', which the field lacks"),
        ('{ characters: "0-9", pattern: "" }', "allowed: a pattern, as text"),
        ('{ pattern: "([A-Z]{400}){400}" }', "The pattern is too large"),
        ('{ pattern: "(A|B)*A(A|B){40}" }', "The pattern is too large"),
        ('{ pattern: "A{0}" }', "matches only the empty text"),
        ("{ skip: others }", "skip: others than what? Give 'characters' beside it, or a pattern."),
        ('{ characters: "A-Z-", skip: " -" }', "skip: '-' cannot be read and skipped"),
        ('{ characters: "A-Z", skip: "a", ignore_case: true }', "skip: 'A' cannot be read and"),
        ('{ characters: "אב" }', "right-to-left text cannot be read yet"),
        ('{ characters: "٠-٩" }', "right-to-left text cannot be read yet"),
        ('{ pattern: "ش+" }', "right-to-left text cannot be read yet"),
        ('{ characters: "ae\\u0301" }', "write the composed character (é, not e and an accent)"),
        ('{ pattern: "e\\u0301" }', "U+0301 (COMBINING ACUTE ACCENT) is a combining character"),
        ('{ pattern: "[\\u00c0-\\u0360]" }', "is a combining character"),
        ('{ characters: "A\\t" }', "U+0009 (without a name) is a character that cannot be seen"),
        ('{ characters: "A", skip: "\\u200d" }', "skip: Received: '"),
        ("{ characters: 12, pattern: '[' }", "pattern: Character 1 of the pattern"),
        ("{ ignore_case: yes }", "ignore_case: Received: 'yes'; allowed: true or false"),
    ],
)
def test_what_is_refused(folder: Path, field: str, said: str) -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe(write(field))
    assert said in str(caught.value)
    assert all(problem.line == 5 for problem in caught.value.problems)
    assert all(problem.key.startswith("classes.lot.") for problem in caught.value.problems)


def test_every_problem_is_told_at_its_place(folder: Path) -> None:
    with pytest.raises(RecipeError) as caught:
        load_recipe(write('{ pattern: "[", characters: "9-0", skip: [a] }'))
    told = [(problem.column, problem.key) for problem in caught.value.problems]
    assert [key for _, key in told] == [
        f"classes.lot.{k}" for k in ("pattern", "characters", "skip")
    ]
    assert [column for column, _ in told] == [19, 36, 49]


def test_what_can_be_read() -> None:
    assert unreadable("AZaz09/.-ÄÖß漢字Ж") is None
    assert parse_characters("ÄÖ") == "ÄÖ"
    assert unreadable(unicodedata.normalize("NFC", "e\u0301")) is None
