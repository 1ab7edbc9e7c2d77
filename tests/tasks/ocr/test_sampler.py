"""Training lines: balanced, moved without losing a character, and the same at each asking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.recipe.units import Length
from engine.tasks.augment import Augmentation
from engine.tasks.ocr.line_size import FRAME_PX
from engine.tasks.ocr.lines import Line
from engine.tasks.ocr.loss import NOTHING
from engine.tasks.ocr.places import SPARE_COLUMNS
from engine.tasks.ocr.sampler import Drawn, LineSampler, group, move
from engine.tasks.ocr.window import Window, sides
from tests.tasks.ocr.annotated import turned

STILL = Augmentation()
USUAL = Augmentation(rotate_deg=3, scale=0.1, shift=0.06, brightness=0.15, contrast=0.15)
TURNED = replace(USUAL, rotate_deg=180)
BOX = (100.0, 60.0, 120.0, 24.0, 20.0)


def photos(index: int) -> np.ndarray:
    return np.random.default_rng(index).integers(0, 256, (120, 200, 3), dtype=np.uint8)


def sampler(
    lines: Sequence[Line] | None = None,
    objects: Sequence[str] = ("a", "b"),
    moves: Augmentation = STILL,
    seed: int = 3,
    tight: bool = True,
) -> LineSampler:
    own = lines or [
        Line(number, turned(BOX)[0], 0, text) for number, text in enumerate(["AB", "BBA"])
    ]
    return LineSampler(
        photos=photos,
        lines=own,
        groups=group(own, objects, 3),
        window=Window((32, 128), Length(10, "%")),
        moves=moves,
        synthesis=None,
        share=0.0,
        white_16_bit=65535.0,
        alphabet="ABC",
        longest=5,
        tight=tight,
        seed=seed,
    )


def a_line(photo: int, label: int, text: str) -> Line:
    return Line(photo, turned(BOX)[0], label, text)


def upright(own: LineSampler) -> Drawn:
    """The first line that is not shown upside down."""
    return next(each for at in range(99) if said((each := own.draw(0, at))[1]))


def said(labels: np.ndarray) -> str:
    return "".join("ABC"[label] for label in labels if label != NOTHING)


def test_a_draw_depends_on_seed_step_and_position_alone() -> None:
    first, again = sampler(moves=USUAL), sampler(moves=USUAL)
    for one, other in zip(first.draw(4, 1), again.draw(4, 1), strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(first.draw_many(4, 1, 3), again.draw_many(4, 1, 3), strict=True):
        np.testing.assert_array_equal(one, other)
    pictures = [first.draw(4, 1)[0], first.draw(4, 2)[0], first.draw(5, 1)[0]]
    pictures.append(sampler(moves=USUAL, seed=4).draw(4, 1)[0])
    for different in (pictures, [*first.draw_many(4, 1, 4)[0], *first.draw_many(4, 2, 4)[0]]):
        for number, picture in enumerate(different):
            assert all((picture != other).any() for other in different[:number])


def test_lines_come_in_the_shape_that_was_promised() -> None:
    own = sampler(moves=USUAL)
    line, labels, places = own.draw(0, 0)
    assert (line.shape, line.dtype) == ((32, 128, 3), np.float32)
    assert (labels.shape, labels.dtype) == ((5,), np.int32)
    assert (places.shape, places.dtype) == ((5, 2), np.float32)
    assert line.min() >= 0 and line.max() <= 1
    shapes = [array.shape for array in own.draw_many(0, 0, 4)]
    assert shapes == [(4, 32, 128, 3), (4, 5), (4, 5, 2)]


def test_labels_are_places_in_the_alphabet_and_then_nothing() -> None:
    own = sampler([a_line(0, 0, "CABC")], ["a"], tight=False)
    assert own.draw(0, 0)[1].tolist() == [2, 0, 1, 2, NOTHING]


def test_places_are_where_the_characters_stand() -> None:
    """Of a text with a tenth of its height around it, in the line as it was moved."""
    own = sampler([a_line(0, 0, "CABC")], ["a"])
    places = upright(own)[2]
    assert (places[4] == 0).all()
    shown = own.window.shown_px(own.window.padded(own.lines[0].corners)) / FRAME_PX
    room = shown * (1 - 120 / 124.8) / 2
    expected = room + (shown - 2 * room) * (np.arange(4) + 0.5) / 4
    np.testing.assert_allclose(places[:4].mean(axis=1), expected, atol=1e-3)
    assert (places[:4, 0] < expected - 0.5 * shown / 4).all()
    loose = sampler([a_line(0, 0, "CABC")], ["a"], tight=False).draw(0, 0)[2]
    assert (np.ptp(loose[:4], axis=1) > np.ptp(places[:4], axis=1) + 2).all()


@given(st.integers(0, 10_000), st.integers(1, 40), st.sampled_from([0.0, 0.1, 0.2]))
def test_places_follow_the_line_wherever_it_is_moved(seed: int, length: int, scale: float) -> None:
    """On a photo whose red says how far to the right a pixel lies, and its green how far down."""
    rows, columns = np.mgrid[:84, : 60 + 14 * length] + 0.5
    photo = np.rint(64 * np.stack([columns, rows, rows], axis=-1)).astype(np.uint16)
    box = np.array([(30, 30), (30 + 14 * length, 30), (30 + 14 * length, 54), (30, 54)], np.float32)
    own = replace(
        sampler([Line(0, box, 0, ("ABC" * 14)[:length])], ["a"]),
        photos=lambda _: photo,
        window=Window((32, 1024), Length(12, "%")),
        moves=Augmentation(rotate_deg=3.0, scale=scale, shift=0.6 * scale),
        longest=40,
    )
    line, labels, places = own.line(np.random.default_rng(seed))
    assume(said(labels))
    right, down = np.moveaxis(line[..., :2] * 65535 / 64, -1, 0)
    half_way_up = np.abs(down - 42) < 0.6
    for number in range(length):
        here = half_way_up & (np.abs(right - 30 - 14 * (number + 0.5)) < 7)
        seen = np.flatnonzero(here.any(axis=0))
        if seen[0] == 0 or seen[-1] == 1023:  # it is not there as a whole
            continue
        begin, end = seen[0] / FRAME_PX, (seen[-1] + 1) / FRAME_PX
        further = SPARE_COLUMNS + (end - begin) / 4
        np.testing.assert_allclose(places[number], [begin - further, end + further], atol=0.6)


def test_some_located_lines_are_upside_down_and_say_nothing() -> None:
    own = sampler([a_line(0, 0, "CABC")], ["a"])
    drawn = [own.draw(0, position) for position in range(300)]
    silent = [(line, places) for line, labels, places in drawn if not said(labels)]
    assert len(silent) == pytest.approx(30, abs=20)
    for line, places in silent:
        np.testing.assert_allclose(line[::-1, ::-1], upright(own)[0], atol=2e-2)
        assert (places == 0).all()
    lines = sampler([a_line(0, 0, "CABC")], ["a"], tight=False)
    assert all(said(lines.draw(0, position)[1]) == "CABC" for position in range(100))


def test_with_everything_off_the_line_is_as_it_was_annotated() -> None:
    own = sampler([a_line(1, 0, "AB")], ["a", "b"])
    window = own.window
    expected = window.cut(photos(1), window.padded(own.lines[0].corners)) / np.float32(255)
    np.testing.assert_allclose(upright(own)[0], expected, atol=1e-2)


def test_light_changes_with_it_the_place_does_not() -> None:
    moved = replace(STILL, brightness=0.3, contrast=0.3)
    assert (sampler(moves=moved).draw(0, 0)[0] != sampler().draw(0, 0)[0]).any()


def test_classes_weigh_alike_and_within_them_objects() -> None:
    """Nine lines of one part, one of another, and a single line of another field."""
    own = [a_line(number, 0, "A") for number in range(9)]
    own += [a_line(9, 0, "B"), a_line(10, 1, "C")]
    drawn = sampler(own, ["part"] * 9 + ["other", "third"])
    shown = Counter(said(drawn.draw(0, position)[1]) for position in range(400))
    assert shown["C"] == pytest.approx(200, abs=45)
    assert shown["A"] == pytest.approx(100, abs=40)
    assert shown["B"] == pytest.approx(100, abs=40)


def test_lines_are_grouped_by_class_and_object() -> None:
    own = [a_line(0, 2, "A"), a_line(1, 0, "B"), a_line(0, 0, "C"), a_line(2, 0, "A")]
    assert group(own, ["a", "b", "a"], 4) == (((1,), (2, 3)), ((0,),))


def lost(corners: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """How far beyond the moved line the corners of the text lie, in heights of it, (4,)."""
    _, height = sides(corners)
    edges = np.roll(moved, -1, axis=0) - moved
    normals = np.stack([edges[:, 1], -edges[:, 0]], axis=1)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    beyond = np.einsum("ed,ced->ce", normals, corners[:, None] - moved[None])
    return np.asarray(beyond.max(axis=1) / height)


@given(st.integers(0, 10**6), st.floats(0.5, 30), st.floats(0, 360))
def test_moves_keep_the_text_inside_however_long_it_is(
    seed: int, aspect: float, turn: float
) -> None:
    corners = turned((0, 0, 20 * aspect, 20, turn))[0]
    moved = move(corners, USUAL, np.random.default_rng(seed))
    assert lost(corners, moved).max() < 0.6
    along = moved[1] - moved[0]
    assert np.dot(along, corners[1] - corners[0]) > 0


def test_usually_next_to_nothing_of_a_text_is_lost() -> None:
    rng = np.random.default_rng(0)
    corners = turned((0, 0, 300, 20, 40))[0]
    padded = Window((32, 128), Length(12, "%")).padded(corners)
    outside = [lost(corners, move(padded, USUAL, rng)).max() for _ in range(400)]
    assert np.quantile(outside, 0.9) < 0.25


@pytest.mark.parametrize("aspect", [1, 5, 20])
def test_lines_are_never_turned_out_of_reach(aspect: float) -> None:
    """A recipe that turns photos by 180 deg wants its locator to, not texts upside down."""
    corners = turned((0, 0, 20 * aspect, 20, 75))[0]
    for seed in range(100):
        moved = move(corners, TURNED, np.random.default_rng(seed))
        first, second = corners[1] - corners[0], moved[1] + moved[2] - moved[0] - moved[3]
        cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
        assert cosine > np.cos(np.deg2rad(40))


@given(st.integers(0, 10**6), st.floats(0.1, 300), st.floats(0.1, 300))
def test_without_moves_nothing_moves(seed: int, width: float, height: float) -> None:
    corners = turned((50, 60, width, height, 130))[0]
    moved = move(corners, STILL, np.random.default_rng(seed))
    np.testing.assert_allclose(moved, corners, atol=1e-3)


def test_lines_without_any_size_do_not_break_a_move() -> None:
    moved = move(np.full((4, 2), 7, np.float32), USUAL, np.random.default_rng(0))
    assert np.isfinite(moved).all()
