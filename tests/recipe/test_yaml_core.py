from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import RecipeError
from engine.recipe.nodes import find, plain
from engine.recipe.render import _lines
from engine.recipe.yaml_core import core_scalar, parse_yaml


def read(text: str) -> object:
    node, problems = parse_yaml(text, "r.yaml")
    assert not problems
    return plain(node)


def stop(text: str) -> str:
    with pytest.raises(RecipeError) as caught:
        parse_yaml(text, "r.yaml")
    (problem,) = caught.value.problems
    return str(problem)


def noted(text: str) -> list[str]:
    return [str(problem) for problem in parse_yaml(text, "r.yaml")[1]]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e-3", 0.001),
        ("1E3", 1000.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("+1.5", 1.5),
        ("012", 12),
        ("-7", -7),
        ("0o14", 12),
        ("0x1F", 31),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        (".inf", math.inf),
        ("-.INF", -math.inf),
    ],
)
def test_scalars_of_the_core_schema(written: str, value: object) -> None:
    assert read(f"key: {written}") == {"key": value}
    assert type(core_scalar(written)) is type(value)


def test_not_a_number() -> None:
    assert math.isnan(core_scalar(".nan"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written",
    ["no", "yes", "on", "off", "y", "16:9", "1:30:00", "2026-01-01", "1_000", "0b11", "1e", "tRue",
     "0o18", "٣", "12 px", "20 %", "nan", "inf", "=", "<<", "1.2.3"],
)  # fmt: skip
def test_what_only_yaml_1_1_takes_for_something_else_is_text(written: str) -> None:
    assert read(f"key: {written}") == {"key": written}


def test_quotes_make_text() -> None:
    assert read("""[ '12', "true", '' ]""") == ["12", "true", ""]


def test_keys_are_text() -> None:
    assert read("{1: a, no: b, 012: c, ~: d}") == {"1": "a", "no": "b", "012": "c", "~": "d"}


def test_merge_keys_are_no_part_of_yaml_1_2() -> None:
    assert read("a: &a {x: 1}\nb: {<<: *a}") == {"a": {"x": 1}, "b": {"<<": {"x": 1}}}


def test_aliases_repeat_a_value() -> None:
    assert read("a: &list [1, 2]\nb: *list\n&k c: *k") == {"a": [1, 2], "b": [1, 2], "c": "c"}


def test_a_number_with_very_many_digits_stays_text() -> None:
    assert read(f"key: {'9' * 5000}") == {"key": "9" * 5000}


def test_a_repeated_key_is_noted_where_it_repeats() -> None:
    assert noted("a: 1\nb: 2\na: 3\n") == ["r.yaml:3:1: a: repeated key, first given at line 1."]


@pytest.mark.parametrize(
    "text",
    ["a: !!python/object/apply:os.system [id]", "a: !!python/name:os.system", "a: !!str 1",
     "a: ! 1", "!!map {a: 1}", "!x a: 1", "a: !local {b: 1}"],
)  # fmt: skip
def test_tags_are_refused(text: str) -> None:
    assert "tags are not allowed in a recipe" in noted(text)[0]


def test_a_second_document_is_refused() -> None:
    assert noted("a: 1\n---\nb: 2\n") == [
        "r.yaml:2:1: a second document. A recipe is one document: remove '---'."
    ]


def test_a_billion_laughs_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert "more than 20000 values" in stop("\n".join(lines))


@pytest.mark.parametrize("text", ["&a [*a]", "a: *nowhere", "&a {b: {c: *a}}"])
def test_an_alias_before_its_value_is_refused(text: str) -> None:
    assert "stands before its &" in stop(text)


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 5_000, "- " * 2_000])
def test_deep_nesting_is_refused(text: str) -> None:
    assert "nested deeper than 30 levels" in stop(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\n\tb: 2\n", "r.yaml:2:1: not YAML: a tab cannot indent or start a value. Use "
                           "spaces."),
        ("a: b: c", "r.yaml:1:5: not YAML: a ': ' inside a value, or a line that is indented too "
                    "far. Quote the value."),
        ("a: [1, 2", "r.yaml:1:9: not YAML: expected ',' or ']', but got '<stream end>'."),
        ("a: 1\nb\nc: 2", "r.yaml:3:1: not YAML: could not find expected ':', or the line before "
                          "it lacks one."),
        ("a: \x07", "r.yaml:1:4: not YAML: the character U+0007 is not allowed."),
        ("? [a, b]\n: 1", "r.yaml:1:3: a key is text, not a list, a mapping or an alias."),
        ('a: "\\ud800"', "r.yaml:1:4: half a surrogate pair is not a character."),
        ("%YAML 3.0\n---\na: 1", "r.yaml:1:1: not YAML: found incompatible YAML document (version "
                                 "1.* is required)."),
    ],
)  # fmt: skip
def test_what_is_not_yaml_says_where(text: str, message: str) -> None:
    assert stop(text) == message


def test_everything_has_a_place() -> None:
    node, _ = parse_yaml("a:\n  b: [1, 22]\n  c: 3\n", "r.yaml")
    path, key, value = find(node, ("a", "b", 1))
    assert (path, key, key.line, key.column) == (("a", "b", 1), value.place, 2, 10)
    path, key, _ = find(node, ("a", "c"))
    assert (key.line, key.column) == (3, 3)
    path, key, _ = find(node, ("a", "nothing", "here"))
    assert (path, key.line) == (("a",), 1)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
KEYS = st.text()


@settings(deadline=None)
@given(st.dictionaries(KEYS, SCALARS | st.lists(SCALARS) | st.dictionaries(KEYS, SCALARS)))
def test_what_render_writes_is_read_back(value: dict[str, object]) -> None:
    assert read("\n".join(_lines(value, 0)) or "{}") == value


@settings(deadline=None)
@given(st.text())
def test_no_text_makes_the_reader_fail_otherwise_than_with_a_problem(text: str) -> None:
    with suppress(RecipeError):
        parse_yaml(text, "r.yaml")
