"""From lines to readings: the network's word, and what the fields can hold of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import keras
import numpy as np
import pytest

from engine.errors import RunFailed
from engine.recipe.units import Length
from engine.tasks.ocr.line_size import FRAME_PX
from engine.tasks.ocr.model import READER, join
from engine.tasks.ocr.reader import AT_ONCE, Reader, automata_of, cut_lines, forward, read
from engine.tasks.ocr.window import Window
from engine.text.field import TextField
from engine.text.reading import PLAIN
from tests.tasks.ocr.annotated import turned, whole

LINE_HW = (32, 64)
ALPHABET = "01OI"
LETTERS, NUMBERS, ANYTHING, CODE = range(4)
READER_OF = Reader(
    window=Window(LINE_HW, Length(0, "px")),
    white_16_bit=4095.0,
    alphabet=ALPHABET,
    fields=(
        TextField("OI", None),
        TextField("01", None),
        TextField(None, None),
        TextField(None, "[OI][01]{2}"),
    ),
    seen=("OI", "01", "0O", "O01"),
)


def network(weight: float = 1.0, bias: float = 0.0) -> keras.Model:
    """A reader of a few weights: the brightness of a column says what it shows."""
    lines = keras.Input((*LINE_HW, 3), name="lines")
    columns = keras.layers.AveragePooling2D((LINE_HW[0], FRAME_PX))(lines)
    columns = keras.layers.Reshape((LINE_HW[1] // FRAME_PX, 3))(columns)
    said = keras.layers.Dense(
        1 + len(ALPHABET),
        kernel_initializer=keras.initializers.Constant(weight),
        bias_initializer=keras.initializers.Constant(bias),
    )(columns)
    return keras.Model(lines, said, name=READER)


def saying(*frames: Mapping[str, float]) -> Callable[[np.ndarray], np.ndarray]:
    """A network that says the same of each line: in each column how likely each character is.

    What is left over is the blank's, which is `_`.
    """
    shares = np.full((len(frames), 1 + len(ALPHABET)), 1e-9)
    for own, frame in zip(shares, frames, strict=True):
        for character, share in frame.items():
            own[1 + ALPHABET.index(character)] = share
        own[0] = max(1 - own[1:].sum(), 1e-9)
    logs = np.log(shares).astype(np.float32)
    return lambda lines: np.repeat(logs[None], len(lines), axis=0)


def lines(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, *LINE_HW, 3), np.float32)


def test_log_probabilities_add_up_to_one() -> None:
    said = forward(network(0.3))(lines(2))
    assert said.shape == (2, LINE_HW[1] // FRAME_PX, 1 + len(ALPHABET))
    assert said.dtype == np.float32
    np.testing.assert_allclose(np.exp(said).sum(axis=2), 1, rtol=1e-5)


@pytest.mark.parametrize("count", [1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE + 3])
def test_any_number_of_lines_is_read_as_each_alone(count: int) -> None:
    run = forward(network(0.3, 0.1))
    own = lines(count)
    said = run(own)
    assert len(said) == count
    np.testing.assert_allclose(said[-1], run(own[-1:])[0], rtol=1e-5)


@pytest.mark.parametrize("broken", [{"weight": np.nan}, {"bias": np.inf}, {"bias": -np.inf}])
def test_a_network_that_gives_no_numbers_is_told(broken: dict[str, float]) -> None:
    with pytest.raises(RunFailed, match="the model gives values that are no numbers") as caught:
        forward(network(**broken))(lines(1))
    assert "train.learning_rate" in str(caught.value)


def test_the_reader_of_a_joined_model_is_asked() -> None:
    picture = keras.Input((64, 64, 3))
    locator = keras.Model(picture, keras.layers.Flatten()(picture))
    reader = network(0.4, 0.2)
    own = lines(3)
    expected = forward(reader)(own)
    np.testing.assert_allclose(forward(join(locator, reader, 2))(own), expected, rtol=1e-6)


def test_weights_that_change_are_those_that_read() -> None:
    """The loop swaps weights for their averages between two validations of one model."""
    model, own = network(0.4), lines(1)
    before = forward(model)(own)
    model.set_weights([2 * weight + 1 for weight in model.get_weights()])
    model.layers[-1].kernel.assign(np.random.default_rng(0).normal(size=(3, 5)))
    assert np.abs(forward(model)(own) - before).max() > 0.01


def test_each_class_reads_what_its_field_can_hold() -> None:
    """One and the same line: `0` a little likelier than `O`, and so on."""
    run = saying({"0": 0.5, "O": 0.4}, {}, {"1": 0.4, "I": 0.5}, {}, {"0": 0.55, "O": 0.35})
    classes = [LETTERS, NUMBERS, CODE, LETTERS]
    found = read(run, lines(4), classes, READER_OF, PLAIN)
    assert [each.text for each in found] == ["OIO", "010", "O10", "OIO"]
    assert {each.raw for each in found} == {"0I0"}
    assert all(len(each.character_probabilities) == 3 for each in found)
    assert all(each.log_probability < 0 for each in found)
    assert found[1].log_probability > found[0].log_probability


def test_what_a_field_cannot_hold_is_unreadable_and_not_forced() -> None:
    run = saying({"0": 0.999}, {}, {"0": 0.999})
    (found,) = read(run, lines(1), [CODE], READER_OF, PLAIN)
    assert (found.text, found.raw) == (None, "00")
    (nothing,) = read(saying({}, {}), lines(1), [NUMBERS], READER_OF, PLAIN)
    assert (nothing.text, nothing.raw, nothing.character_probabilities) == (None, "", ())


def test_a_field_without_characters_holds_those_of_its_training_texts() -> None:
    run = saying({"1": 0.5, "0": 0.45})
    (found,) = read(run, lines(1), [ANYTHING], READER_OF, PLAIN)
    assert found.text == "0"
    allowed = automata_of(READER_OF)
    assert [automaton.alphabet for automaton in allowed] == [ALPHABET] * 4
    assert allowed[ANYTHING].accepts("0O0") and not allowed[ANYTHING].accepts("1")
    assert automata_of(READER_OF) is allowed


def test_without_lines_nothing_is_asked() -> None:
    def never(_: np.ndarray) -> np.ndarray:
        raise AssertionError("asked")

    assert read(never, lines(0), [], READER_OF, PLAIN) == []
    assert cut_lines(np.zeros((50, 60, 3), np.uint8), turned(), READER_OF).shape == (0, 32, 64, 3)


@pytest.mark.parametrize(
    ("kind", "white"), [(np.uint8, 255), (np.uint16, 4095)], ids=["8 bits", "12 bits"]
)
@pytest.mark.parametrize("grey", [False, True])
def test_lines_are_cut_out_as_colour_from_black_to_white(
    kind: type, white: int, grey: bool
) -> None:
    photo = np.zeros((32, 64) if grey else (32, 64, 3), kind)
    photo[:, 32:] = white
    cut = cut_lines(photo, whole((32, 64))[None], READER_OF)
    assert (cut.shape, cut.dtype) == ((1, 32, 64, 3), np.float32)
    np.testing.assert_allclose(cut[0, :, :31], 0)
    np.testing.assert_allclose(cut[0, :, 33:], 1, atol=1e-6)
