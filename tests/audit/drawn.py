"""Data sets and photos that break a rule of the audit, or come close: what its tests draw."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from engine.audit.seal import write_seal
from engine.data.boxes.geometry import upright_box
from engine.records import IGNORE, Dataset, MaskAnnotation, ReadProblem, Sample
from tests.audit.boxed import boxes, worded
from tests.builders import dataset, picture, sample


def problem(kind: str, name: str = "train/a.png", **evidence: object) -> ReadProblem:
    return ReadProblem(kind, name, f"something about {kind}", evidence)


def only(*kinds: str) -> Dataset:
    return dataset({}, [problem(kind, f"train/{kind}.png") for kind in kinds])


def ignoring(emptied: int, illegible: int) -> Dataset:
    """Ten lines of training, of which some are ignored."""
    data = worded(train=["L12"] * (10 - emptied - illegible))
    texts = ["--"] * emptied + ["###"] * illegible
    photos = [
        replace(
            sample(f"train/ignored{at}.png"),
            annotation=replace(
                boxes([upright_box(0, 0, 32, 24)], [IGNORE], [text]),
                skipped=((0, text),) if at < emptied else (),
            ),
        )
        for at, text in enumerate(texts)
    ]
    return replace(data, train=(*data.train, *photos))


BOTH = (0, 1)

SIDE = 160
SEAL = "caps.sealed.json"


def surface(seed: int) -> np.ndarray:
    """A part's own texture, (160, 160) uint8: what no other part has."""
    rng = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(rng.normal(0, 1, (SIDE, SIDE)), (0, 0), 2.0)
    return np.clip(128 + 40 * grain / grain.std(), 0, 255).astype(np.uint8)


def stored(
    folder: Path,
    name: str,
    pixels: np.ndarray,
    classes: Sequence[int] = (),
    object_name: str | None = None,
) -> Sample:
    """A sample with its file."""
    path = picture(folder / name, pixels)
    return Sample(
        id=name,
        image=path,
        size_hw=(pixels.shape[0], pixels.shape[1]),
        annotation=MaskAnnotation(path=None, classes=frozenset(classes)),
        object=object_name or name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
    )


def turned(pixels: np.ndarray) -> np.ndarray:
    """Turned by 40 degrees, darker, with a black border: another photo of the same part."""
    matrix = cv2.getRotationMatrix2D((SIDE / 2, SIDE / 2), 40, 1.0)
    return (0.7 * cv2.warpAffine(pixels, matrix, (SIDE, SIDE))).astype(np.uint8)


def across(*pixels: np.ndarray) -> Callable[[Path], Dataset]:
    """A data set with the first photo in training and the others in test."""

    def draw(folder: Path) -> Dataset:
        first, *others = pixels
        test = [stored(folder, f"test/{n}.png", p, BOTH) for n, p in enumerate(others)]
        return dataset({"train": [stored(folder, "train/a.png", first, BOTH)], "test": test})

    return draw


def marked(folder: Path, name: str, box: tuple[int, int, int, int]) -> Sample:
    """A photo of 24 x 32 px with one scratch, x, y, width and height."""
    x, y, width, height = box
    labels = np.zeros((24, 32), np.uint8)
    labels[y : y + height, x : x + width] = 1
    plain = stored(folder, name, np.zeros((24, 32), np.uint8))
    mask = picture(folder / f"mask_{name}", labels)
    annotation = MaskAnnotation(mask, ((0, 0), (1, 1)), classes=frozenset([0]))
    return replace(plain, annotation=annotation)


def blotches(*elongations: float) -> Callable[[Path], Dataset]:
    """Forty parts with one dark defect each, all of one class, as long as given in turn."""

    def draw(folder: Path) -> Dataset:
        rng = np.random.default_rng(4)
        photos = []
        for number in range(40):
            longer = 8 * elongations[number % len(elongations)] * rng.uniform(0.8, 1.25)
            pixels, labels = surface(number) // 4 + 100, np.zeros((SIDE, SIDE), np.uint8)
            centre = rng.integers(55, SIDE - 55, 2).tolist()
            axes = (round(longer), round(8 * rng.uniform(0.8, 1.25)))
            cv2.ellipse(labels, centre, axes, rng.uniform(0, 180), 0, 360, 1, -1)
            pixels[labels > 0] -= np.uint8(rng.integers(50, 90))
            mask = picture(folder / f"mask_{number}.png", labels)
            annotation = MaskAnnotation(mask, ((0, 0), (1, 1)), classes=frozenset([0]))
            photo = stored(folder, f"{number}.png", pixels)
            photos.append(replace(photo, annotation=annotation))
        return dataset({"train": photos}, class_names=["blotch"])

    return draw


def spotted(*forgotten: int) -> Callable[[Path], Dataset]:
    """Forty printed parts with a dark spot each, annotated but for those of the given numbers."""

    def draw(folder: Path) -> Dataset:
        rng = np.random.default_rng(6)
        photos = []
        for number in range(40):
            pixels, labels = surface(number) // 4 + 100, np.zeros((SIDE, SIDE), np.uint8)
            cv2.putText(pixels, f"P{number}", (10, 150), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 190, 2)
            centre = rng.integers(30, 110, 2).tolist()
            cv2.ellipse(labels, centre, (9, 7), rng.uniform(0, 180), 0, 360, 1, -1)
            pixels[labels > 0] -= np.uint8(rng.integers(50, 80))
            if number in forgotten:
                photos.append(stored(folder, f"{number}.png", pixels))
                continue
            mask = picture(folder / f"mask_{number}.png", labels)
            annotation = MaskAnnotation(mask, ((0, 0), (1, 1)), classes=frozenset([0]))
            photos.append(replace(stored(folder, f"{number}.png", pixels), annotation=annotation))
        return dataset({"train": photos}, class_names=["spot"])

    return draw


def unlabelled_objects(*pixels: np.ndarray) -> Callable[[Path], Dataset]:
    """Photos of training, each an object of its own for want of a rule."""

    def draw(folder: Path) -> Dataset:
        photos = [stored(folder, f"{n}.png", p) for n, p in enumerate(pixels)]
        return replace(dataset({"train": photos}), object_declared=False)

    return draw


def lit(*levels: int, classes: Sequence[int] = (0,)) -> Callable[[Path], Dataset]:
    """Twelve photos with the class and twelve without, the former of the brightness given."""

    def draw(folder: Path) -> Dataset:
        photos = [
            stored(folder, f"{n}.png", np.full((20, 20), 60 + n % 7, np.uint8)) for n in range(12)
        ]
        for n in range(12):
            pixels = np.full((20, 20), levels[n % len(levels)] + n % 7, np.uint8)
            photos.append(stored(folder, f"with_{n}.png", pixels, classes))
        return dataset({"train": photos})

    return draw


def textured(*changed: np.ndarray) -> Callable[[Path], Dataset]:
    """Thirty photos alike in light and sharpness, and some more."""

    def draw(folder: Path) -> Dataset:
        pixels = [surface(seed) for seed in range(30)]
        return dataset({"train": [stored(folder, f"{n}.png", p) for n, p in
                                  enumerate([*pixels, *changed])]})  # fmt: skip

    return draw


def plain(noise: float) -> np.ndarray:
    """A plain part in even light, (160, 160) uint8: nothing but the noise of a camera."""
    own = np.random.default_rng(0).normal(128, noise, (SIDE, SIDE))
    return np.clip(np.rint(own), 0, 255).astype(np.uint8)


def coloured(seed: int, print_rgb: tuple[int, int, int] = (40, 70, 130)) -> np.ndarray:
    """A part, (160, 160, 3), in uneven light and with a print of its own, seen through a lens."""
    rng = np.random.default_rng(seed)
    part = np.stack([0.6 * surface(seed) + 40 + 10 * channel for channel in range(3)], axis=-1)
    ink = np.zeros((SIDE, SIDE), np.uint8)
    cv2.putText(ink, f"P{seed}", (20, 120), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 255, 5)
    share = cv2.GaussianBlur(ink, (0, 0), 1.2)[..., None] / 255
    lit = np.linspace(0.7, 1.2, SIDE)[None, :, None]
    seen = (part * (1 - share) + np.array(print_rgb) * share) * lit + rng.normal(0, 2, part.shape)
    return np.clip(seen, 0, 255).astype(np.uint8)


def arrow(pixels: np.ndarray, colour: tuple[int, int, int]) -> np.ndarray:
    """The photo with an arrow drawn on it."""
    drawn = cv2.arrowedLine(
        pixels.copy(), (30, 30), (90, 60), colour, 2, cv2.LINE_AA, tipLength=0.3
    )
    return np.asarray(drawn, np.uint8)


def photographed(seed: int, quality: int = 85) -> np.ndarray:
    """A part, (160, 160, 3), as a camera that stores JPEG hands it on."""
    return reopened(coloured(seed), quality)


def reopened(pixels: np.ndarray, quality: int) -> np.ndarray:
    """What an RGB photo is after it was stored as JPEG."""
    kept = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.ascontiguousarray(cv2.imdecode(kept, cv2.IMREAD_COLOR)[..., ::-1])


def inpainted(pixels: np.ndarray) -> np.ndarray:
    """The photo with a disc of 40 px around (70, 80) painted over from its rim."""
    mask = cv2.circle(np.zeros(pixels.shape[:2], np.uint8), (70, 80), 20, 255, -1)
    return np.asarray(cv2.inpaint(pixels, mask, 3, cv2.INPAINT_TELEA))


def parts(*more: np.ndarray) -> Callable[[Path], Dataset]:
    """Twelve printed parts, and some more photos."""

    def draw(folder: Path) -> Dataset:
        pixels = [*(coloured(seed) for seed in range(12)), *more]
        return dataset({"train": [stored(folder, f"{n}.png", p) for n, p in enumerate(pixels)]})

    return draw


def objects(count: int, classes: Sequence[int] = BOTH) -> list[Sample]:
    return [sample(f"train/{classes}{n}.png", classes) for n in range(count)]


def sealed(*test: str) -> Callable[[Path], Dataset]:
    """A test set of three photos, sealed; then these are tested on."""

    def draw(folder: Path) -> Dataset:
        photos = {name: sample(f"test/{name}.png", BOTH) for name in "abcd"}
        write_seal(folder / SEAL, [photos[name] for name in "abc"])
        return dataset({"test": [photos[name] for name in test]})

    return draw
