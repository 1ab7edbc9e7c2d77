"""Drawn lines: texts that the field could hold, on grounds of training photos and of no others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.data.images import read_image
from engine.data.load import load_dataset
from engine.lettering.line import draw_line
from engine.lettering.style import draw_text
from engine.recipe import load_recipe
from engine.recipe.units import Length
from engine.records import Split
from engine.tasks.detection import photos as detection_photos
from engine.tasks.ocr import reading_half
from engine.tasks.ocr.compile import compile_recipe
from engine.tasks.ocr.drawn_texts import drawn_fields
from engine.tasks.ocr.lines import Line
from engine.tasks.ocr.synthesis import Drawn, Synthesis, clearing
from engine.tasks.ocr.window import Window, sides
from engine.text.field import TextField
from tests.e2e.ocr_sets import code, codes, line_of, lines
from tests.tasks.ocr.annotated import turned, whole

ANY = TextField(None, None)
DIGITS = TextField("0123456789", None)
LONGEST, COLUMNS, TIGHT = 12, 24, Length(0, "px")


def a_line(text: str, label: int = 0, photo: int = 0) -> Line:
    return Line(photo, turned((64, 64, 80, 24, 15))[0], label, text)


def photo(kind: type = np.uint8, grey: bool = False) -> np.ndarray:
    """A surface with a text within the box of `a_line`."""
    pixels = code(1)[0]
    pixels = pixels[..., 0] if grey else pixels
    return pixels.astype(np.uint16) * 16 if kind is np.uint16 else pixels


def synthesis(
    pixels: np.ndarray, *, located: bool = True, padding: Length = TIGHT, text: str = "123"
) -> Synthesis:
    own = (a_line(text), a_line(text, photo=1))
    return Synthesis(
        fields=drawn_fields([DIGITS], own, 12, 24)[0],
        photos=lambda _: pixels,
        lines=own,
        boxes=[turned((64, 64, 80, 24, 15))] * 2,
        cleared=clearing(lambda _: pixels, 4095.0, 32),
        located=located,
        padding=padding,
        white_16_bit=4095.0,
    )


def drawn(own: Synthesis, seed: int) -> Drawn:
    found = own.draw(np.random.default_rng(seed))
    assert found is not None
    return found


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("located", [True, False])
def test_lines_are_drawn_on_photos_of_any_kind(kind: type, grey: bool, located: bool) -> None:
    pixels = photo(kind, grey)
    if not located:
        pixels = np.ascontiguousarray(pixels[:32])
    line, corners, text = drawn(synthesis(pixels, located=located), 1)
    assert line.dtype == np.uint8 and line.ndim == 3 and line.shape[2] == 3
    assert DIGITS.fits(text)
    assert line.std() > 2
    np.testing.assert_allclose(corners, whole(line.shape[:2]), atol=1e-3)


@pytest.mark.parametrize("padding", [Length(12, "%"), Length(0, "px"), Length(3, "px")])
def test_with_its_padding_a_drawn_line_is_all_of_its_picture(padding: Length) -> None:
    line, corners, _ = drawn(synthesis(photo(), padding=padding), 2)
    padded = Window((32, 96), padding).padded(corners)
    np.testing.assert_allclose(padded, whole(line.shape[:2]), atol=0.5)
    assert sides(corners)[1] > line.shape[0] / 3


def test_some_lines_of_located_fields_are_bare() -> None:
    own = synthesis(photo())
    texts = [found[2] for seed in range(200) if (found := own.draw(np.random.default_rng(seed)))]
    assert 0.04 < texts.count("") / len(texts) < 0.18
    lines = synthesis(np.ascontiguousarray(photo()[:32]), located=False)
    assert all(drawn(lines, seed)[2] for seed in range(60))


def test_draws_depend_on_the_generator_alone() -> None:
    one, other = (drawn(synthesis(photo()), 5) for _ in range(2))
    np.testing.assert_array_equal(one[0], other[0])
    assert one[2] == other[2]


@pytest.mark.parametrize("size_hw", [(1, 1), (1, 60), (60, 1), (2, 2), (9, 300), (700, 40)])
@pytest.mark.parametrize("located", [True, False])
def test_photos_of_any_size_give_grounds(size_hw: tuple[int, int], located: bool) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (*size_hw, 3), dtype=np.uint8)
    own = synthesis(pixels, located=located)
    for seed in range(4):
        found = own.draw(np.random.default_rng(seed))
        if found is None:  # a bare place was asked for, and no field leaves room for one
            continue
        line, corners, text = found
        assert min(line.shape[:2]) >= 1
        assert text or located
        cut = Window((32, 96), Length(0)).cut(line, corners)
        assert cut.shape == (32, 96, 3)


def test_a_line_s_ground_is_found_once() -> None:
    asked: list[int] = []

    def line(number: int) -> np.ndarray:
        asked.append(number)
        return line_of("12", np.random.default_rng(0))

    cleared = clearing(line, 255.0, 32)
    assert cleared(3) is cleared(3)
    assert asked == [3]


def test_what_stood_on_a_line_is_gone_from_its_ground() -> None:
    line = line_of("85", np.random.default_rng(0))
    ground = clearing(lambda _: line, 255.0, 32)(0)
    assert line.max() > 200 > ground.pixels.max()
    marked = draw_line(draw_text("7", np.random.default_rng(1)), ground, np.random.default_rng(2))
    assert np.ptp(marked.astype(int)) > 30


@pytest.mark.parametrize("located", [True, False])
def test_only_training_photos_are_asked(
    located: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither validation nor test photos are opened to draw what training sees."""
    path = codes(tmp_path, train=6, test=2) if located else lines(tmp_path)
    recipe = load_recipe(path, ["augment.synthetic=100 %", "train.batch_size=4"])
    split = Split.of(load_dataset(recipe))
    opened: set[Path] = set()

    def reading(image: Path) -> np.ndarray:
        opened.add(image)
        return np.asarray(read_image(image))

    for module in (reading_half, detection_photos):
        monkeypatch.setattr(module, "read_image", reading)
    trainable = compile_recipe(recipe, split).trainable
    for position in range(40):
        arrays = trainable.draw(0, position)
        for array, (shape, dtype) in zip(arrays, trainable.example, strict=True):
            assert (array.shape, array.dtype) == (shape, dtype)
    assert len(opened) > 3
    assert opened <= {sample.image for sample in split.train.samples}


def test_all_or_nothing_is_drawn_as_the_recipe_says(tmp_path: Path) -> None:
    path = lines(tmp_path)
    for share, notes in (("off", 0), ("100 %", 1)):
        recipe = load_recipe(path, [f"augment.synthetic={share}"])
        compiled = compile_recipe(recipe, Split.of(load_dataset(recipe)))
        assert sum("were drawn" in note for note in compiled.notes) == notes
        assert compiled.parameters["synthetic"] == ("0 %" if share == "off" else "100 %")


def test_what_no_typeface_draws_is_told(tmp_path: Path) -> None:
    path = lines(tmp_path, {"train": "1中 中2 12 21", "test": "1中"})
    path.write_text(path.read_text("utf-8").replace('"12"', '"12中"'), encoding="utf-8")
    recipe = load_recipe(path)
    compiled = compile_recipe(recipe, Split.of(load_dataset(recipe)))
    assert any("No typeface draws '中'" in note for note in compiled.notes)
