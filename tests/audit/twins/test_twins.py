"""Twins are found however a photo was changed, and parts of one product are told apart."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from engine.audit.photos.facts import examine
from engine.audit.photos.store import FactStore
from engine.audit.twins import twins as twins_module
from engine.audit.twins.twins import find_twins, groups, remembered_twins
from engine.audit.twins.words import transformation
from tests.audit.drawn import surface, turned


def jpeg(pixels: np.ndarray) -> np.ndarray:
    encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 50])[1]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE))


def noisy(pixels: np.ndarray) -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, 8, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def covered(pixels: np.ndarray) -> np.ndarray:
    changed = pixels.copy()
    changed[20:56, 90:126] = 255
    return changed


CHANGES = {
    "jpeg": (jpeg, "compressed"),
    "half": (lambda p: cv2.resize(p, (80, 80), interpolation=cv2.INTER_AREA), "resized to 50%"),
    "double": (lambda p: cv2.resize(p, (320, 320)), "resized to 200%"),
    "crop": (lambda p: p[12:148, 20:156], "shifted|compressed"),
    "turned": (turned, "turned by -40°.*darker"),
    "quarter": (np.rot90, "turned by -90°"),
    "mirrored": (lambda p: p[:, ::-1], "mirrored"),
    "flipped": (lambda p: p[::-1], "mirrored, turned by"),
    "darker": (lambda p: (p * 0.6).astype(np.uint8), "darker"),
    "gamma": (lambda p: (255 * (p / 255.0) ** 1.4).astype(np.uint8), "darker"),
    "noisy": (noisy, "compressed"),
    "covered": (covered, ""),
    "identical": (lambda p: p, "the same pixels"),
    "16 bit": (lambda p: p.astype(np.uint16) * 257, ""),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_photo_is_found_and_described(name: str) -> None:
    change, words = CHANGES[name]
    photos = [examine(surface(seed)) for seed in range(4)]
    photos.append(examine(np.ascontiguousarray(change(surface(2)))))
    (twin,) = find_twins(photos)
    assert (twin.first, twin.second) == (2, 4)
    assert twin.identical == (name == "identical")
    assert twin.certainty > 0.5
    assert re.search(words, transformation(twin, photos[2], photos[4]))


def product(seed: int) -> np.ndarray:
    """A part: a print that all parts have, on a surface of its own, placed a little otherwise."""
    pixels = (surface(seed) * 0.35 + 60).astype(np.uint8)
    rng = np.random.default_rng(seed)
    x, y = (int(value) for value in rng.integers(-6, 7, 2))
    for line, word in enumerate(("DL 40", "LOT 7B", "MADE")):
        cv2.putText(pixels, word, (20 + x, 50 + y + 35 * line), 0, 1.0, 230, 3)
    return np.clip(pixels + rng.normal(0, 2, pixels.shape), 0, 255).astype(np.uint8)


def test_parts_of_one_product_are_no_twins() -> None:
    photos = [examine(product(seed)) for seed in range(12)]
    assert find_twins(photos) == ()
    photos.append(examine(turned(product(5))))
    (twin,) = find_twins(photos)
    assert (twin.first, twin.second) == (5, 12)


@pytest.mark.parametrize("pixels", [np.zeros((1, 1)), np.zeros((64, 64)), np.full((9, 400), 255)])
def test_photos_without_anything_to_find_are_no_twins_but_if_equal(pixels: np.ndarray) -> None:
    plain = examine(pixels.astype(np.uint8))
    other = examine(np.full((80, 80), 7, np.uint8))
    assert find_twins([plain, other]) == ()
    (twin,) = find_twins([plain, other, plain])
    assert (twin.first, twin.second, twin.identical) == (0, 2, True)
    assert find_twins([]) == ()


def test_the_same_photos_are_compared_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = [examine(surface(0)), examine(surface(1)), examine(turned(surface(0)))]
    store = FactStore(tmp_path)
    first = remembered_twins(store, "abc", photos)
    monkeypatch.setattr(twins_module, "find_twins", lambda *_: pytest.fail("compared again"))
    assert remembered_twins(store, "abc", photos) == first
    assert len(first) == 1


def test_groups_are_what_pairs_connect() -> None:
    found = groups(6, [(0, 3), (3, 5), (1, 2)])
    assert sorted(found) == [(0, 3, 5), (1, 2), (4,)]


def test_many_photos_of_one_part_are_linked_among_others() -> None:
    """Every point of the part is on more photos than are compared one with another."""
    rng = np.random.default_rng(0)
    part = surface(3)
    noise = (rng.normal(0, 3, part.shape) for _ in range(90))
    photos = [examine(np.clip(part + each, 0, 255).astype(np.uint8)) for each in noise]
    photos += [examine(surface(seed)) for seed in range(10, 30)]
    pairs = [(twin.first, twin.second) for twin in find_twins(photos)]
    largest = max(groups(len(photos), pairs), key=len)
    assert largest == tuple(range(90))
