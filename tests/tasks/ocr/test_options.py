"""What a recipe and its training texts decide."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from engine.data.load import load_dataset
from engine.errors import UsageError
from engine.recipe import load_recipe
from engine.recipe.units import Length
from engine.records import BoxAnnotation, Split, TestSet
from engine.tasks.ocr.compile import compile_recipe
from engine.tasks.ocr.line_size import columns_needed, too_long
from engine.tasks.ocr.lines import Line
from engine.tasks.ocr.options import OcrOptions, alphabet_of, resolve
from engine.text.field import TextField
from tests.e2e.ocr_sets import codes, lines
from tests.tasks.ocr.annotated import turned

ANY = TextField(None, None)
CLASSES = 'classes={number: { pattern: "%s" }}'


@pytest.fixture(scope="module")
def recipe_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = lines(tmp_path_factory.mktemp("digits"), {"train": "12", "test": "34"})
    path.write_text(path.read_text("utf-8").replace('"12"', '"0-9"'), encoding="utf-8")
    return path


def a_line(text: str, width: float = 100, height: float = 25, label: int = 0) -> Line:
    return Line(0, turned((200, 200, width, height, 30))[0], label, text)


def options(path: Path, own: list[Line], *overrides: str, locate: bool = False) -> OcrOptions:
    return resolve(load_recipe(path, list(overrides)), own, locate=locate)


@pytest.mark.parametrize(
    ("text", "width", "height", "line_hw"),
    [
        ("12345678", 200, 32, (32, 224)),
        ("1234", 400, 128, (32, 128)),
        ("12", 12, 10, (32, 64)),
        ("1234567890" * 2, 100, 20, (64, 320)),
        ("1234567890" * 2, 60, 20, (96, 288)),
        ("1234567890" * 3, 40, 20, (128, 256)),
        ("1", 9000, 10, (32, 2048)),
        ("1", 10, 900, (128, 64)),
    ],
)
def test_lines_are_as_low_as_their_characters_allow_and_as_wide_as_most_need(
    recipe_path: Path, text: str, width: float, height: float, line_hw: tuple[int, int]
) -> None:
    found = options(recipe_path, [a_line(text, width, height)] * 3)
    assert found.window.line_hw == found.patch_hw == line_hw
    assert columns_needed(text) * 4 <= line_hw[1]


def test_a_few_very_long_lines_do_not_make_all_wide(recipe_path: Path) -> None:
    own = [a_line("1234")] * 200 + [a_line("1234", 1000)]
    assert options(recipe_path, own).window.line_hw == (32, 128)


def test_padding_makes_room_for_itself(recipe_path: Path) -> None:
    own = [a_line("12345678", 256, 32)]
    tight, wide = (
        options(recipe_path, own, f"margins.crop={crop}").window for crop in ("0 px", "32 px")
    )
    assert tight.line_hw == (32, 256)
    assert wide.line_hw == (32, 128)  # three times as high, and not half as long again


@pytest.mark.parametrize(
    ("locate", "crop", "padding"),
    [
        (True, None, Length(12, "%")),
        (False, None, Length(0, "px")),
        (True, "3 px", Length(3, "px")),
        (False, "8 %", Length(8, "%")),
    ],
)
def test_padding_is_that_of_the_recipe_or_of_what_is_annotated(
    recipe_path: Path, locate: bool, crop: str | None, padding: Length
) -> None:
    overrides = [f"margins.crop={crop}"] if crop else []
    assert options(recipe_path, [a_line("12")], *overrides, locate=locate).window.padding == padding


def test_what_is_stated_is_taken(recipe_path: Path) -> None:
    found = options(
        recipe_path,
        [a_line("1234")],
        "input.line=192x64",
        "augment.synthetic=25 %",
        "augment.rotate=7 deg",
        "augment.scale=30 %",
        "train.seed=5",
    )
    assert (found.window.line_hw, found.synthetic, found.seed) == ((64, 192), 0.25, 5)
    assert (found.augmentation.rotate_deg, found.augmentation.scale) == (7.0, 0.3)


def test_what_is_off_is_off(recipe_path: Path) -> None:
    strengths = ("rotate", "scale", "shift", "brightness", "contrast", "synthetic")
    off = [f"augment.{name}=off" for name in strengths]
    found = options(recipe_path, [a_line("1234")], *off)
    assert found.synthetic == 0
    moves = found.augmentation
    assert (moves.rotate_deg, moves.scale, moves.shift) == (0, 0, 0)
    assert not (moves.flip_horizontal or moves.flip_vertical)


@pytest.mark.parametrize(
    ("text", "line", "wider"),
    [
        ("12345678901234567", "64x32", "96x32"),
        ("11111111111", "64x64", "96x64"),  # eleven characters and ten blanks between them
        ("123456789" * 40, "96x32", "1440x32"),
    ],
)
def test_a_text_that_is_longer_than_the_reader_can_tell_says_how_to_widen(
    recipe_path: Path, text: str, line: str, wider: str
) -> None:
    own = [a_line("12"), a_line(text)]
    with pytest.raises(UsageError) as caught:
        options(recipe_path, own, f"input.line={line}")
    said = str(caught.value)
    assert said.startswith("input.line: a training text is longer than the reader can tell")
    assert text[:39] in said and f"{len(text)} characters" in said
    assert f"input: {{line: {wider}}}" in said
    assert options(recipe_path, own, f"input.line={wider}").window.line_hw[1] == int(
        wider.partition("x")[0]
    )


def test_a_text_beyond_all_lines_is_refused_whatever_is_stated(recipe_path: Path) -> None:
    with pytest.raises(UsageError, match="Annotate such texts as several lines"):
        options(recipe_path, [a_line("12" * 300)])


def test_validation_and_test_texts_that_are_too_long_are_told_with_what_to_do() -> None:
    assert too_long(["12", "1234567890123456"], "test", (32, 64)) == ()
    (one,) = too_long(["12", "12345678901234567"], "test", (32, 64))
    assert one == (
        "1 test text of 2 cannot be read right: longer than the 16 columns of lines of 64x32 px "
        "tell, such as '12345678901234567' with 17 characters. "
        "Widen the lines: `input: {line: 96x32}`."
    )
    (many,) = too_long(["1" * 10, "12" * 300, ""], "validation", (32, 64))
    assert many.startswith("2 validation texts of 3 cannot be read right")
    assert many.endswith("Annotate such texts as several lines, or cut their photos into several.")


@pytest.mark.parametrize("located", [False, True])
def test_a_run_says_so_and_lines_stay_as_training_has_them(tmp_path: Path, located: bool) -> None:
    path = codes(tmp_path) if located else lines(tmp_path)
    recipe = load_recipe(path, ["input.line=32x32"])
    split = Split.of(load_dataset(recipe))
    compiled = compile_recipe(recipe, with_text(split, "1" * 5))
    (said,) = [note for note in compiled.notes if "cannot be read right" in note]
    assert re.match(r"1 test text of \d+ .* such as '11111' with 5 characters", said)
    assert "`input: {line: 64x32}`" in said
    assert compiled.deployment.reader.window.line_hw == (32, 32)
    notes = compile_recipe(recipe, split).notes
    assert not any("cannot be read right" in note for note in notes)


def with_text(split: Split, text: str) -> Split:
    """The split with another text on its first test photo."""
    first, *rest = split.test.samples
    own = first.annotation
    assert isinstance(own, BoxAnnotation) and own.texts is not None
    changed = replace(first, annotation=replace(own, texts=(text, *own.texts[1:])))
    return replace(split, test=TestSet((changed, *rest)))


@pytest.mark.parametrize(
    ("text", "columns"), [("1", 1), ("121", 3), ("11", 3), ("1111", 7), ("aab", 4)]
)
def test_a_character_that_follows_itself_needs_a_blank_between(text: str, columns: int) -> None:
    assert columns_needed(text) == columns


@pytest.mark.parametrize(
    ("pattern", "longest"),
    [
        (None, 4 + 2),
        ("[0-9]{3}", 4 + 2),
        ("[0-9]{4,7}", 7),
        ("[0-9]+", 2 * 4),
        ("[0-9]{1,500}", 2 * 4),  # it would be drawn in hardly legible lines, all of them wide
        ("[0-9]{20}", 20),
    ],
)
def test_drawn_texts_are_as_long_as_patterns_have_it(
    recipe_path: Path, pattern: str | None, longest: int
) -> None:
    overrides = [CLASSES % pattern] if pattern else []
    assert options(recipe_path, [a_line("1234"), a_line("12")], *overrides).longest == longest


def test_the_alphabet_is_that_of_all_fields_and_of_texts_where_nothing_is_stated() -> None:
    own = [a_line("cab", label=0), a_line("9", label=1), a_line("x", label=2)]
    fields = (ANY, TextField("012", None), TextField(None, "Z[0-1]"))
    assert alphabet_of(fields, own) == "012Zabc"
    assert alphabet_of(fields, []) == "012Z"


def test_without_characters_or_texts_there_is_nothing_to_learn(recipe_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no character to learn"):
        alphabet_of((ANY,), [])
    with pytest.raises(UsageError, match=r"data\.train: there is no text to learn"):
        options(recipe_path, [])


def test_where_nothing_is_stated_training_texts_alone_say_what_there_is(tmp_path: Path) -> None:
    path = lines(tmp_path, {"train": "12 21 20 11", "other": "78", "test": "9A"})
    text = path.read_text("utf-8").replace('{ characters: "12" }', "{}")
    path.write_text(text.replace("25 %", "other"), encoding="utf-8")
    recipe = load_recipe(path)
    compiled = compile_recipe(recipe, Split.of(load_dataset(recipe)))
    assert compiled.deployment.reader.alphabet == "012"
    assert compiled.deployment.reader.seen == ("012",)
    assert compiled.parameters["characters"] == "3"
