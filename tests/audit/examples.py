"""For every check a data set that it must object to, and one that it must pass.

A new check needs an entry here; `test_conformance` says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from engine.audit.audited import Audited
from engine.audit.photos.examiner import Examiner
from engine.audit.photos.store import FactStore
from engine.audit.seal import write_seal
from engine.audit.settings import AuditSettings
from engine.data.boxes.geometry import upright_box
from engine.recipe.units import Length
from engine.records import IGNORE, Dataset, MaskAnnotation, ReadProblem, Sample
from engine.text.field import TextField
from tests.audit.boxed import boxed, boxes, things, word, worded
from tests.audit.judged import judged
from tests.builders import dataset, picture, sample


@dataclass(frozen=True, slots=True)
class Example:
    """`failing` breaks the rule `findings` times; `passing` comes close without breaking it.

    Checks that look at pixels have functions that draw photos into a folder.
    """

    failing: Dataset | Callable[[Path], Dataset]
    passing: Dataset | Callable[[Path], Dataset]
    findings: int = 1
    settings: AuditSettings = field(default_factory=AuditSettings)


def audited(data: Dataset | Callable[[Path], Dataset], example: Example, folder: Path) -> Audited:
    """The data set as a check sees it; photos and cache lie in `folder`."""
    dataset = data if isinstance(data, Dataset) else data(folder)
    settings = example.settings
    if settings.seal is not None:
        settings = replace(settings, seal=folder / settings.seal)
    return Audited(dataset, settings, Examiner(FactStore(folder / "cache")))


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


EXAMPLES = {
    "SPL101": Example(
        failing=dataset(
            {
                "train": [sample("train/a.png", BOTH, content="same")],
                "test": [sample("test/b.png", BOTH, content="same")],
            }
        ),
        passing=dataset(
            {
                "train": [
                    sample("train/a.png", BOTH, content="same"),
                    sample("train/b.png", content="same"),
                ],
                "test": [sample("test/a.png", BOTH, content="other")],
            }
        ),
    ),
    "SPL102": Example(
        failing=across(surface(0), turned(surface(0)), cv2.flip(surface(0), 1)),
        passing=across(surface(0), surface(1), turned(surface(2))),
        findings=2,
    ),
    "SPL104": Example(
        failing=sealed("a", "d"),
        passing=sealed("a", "b", "c", "d"),
        findings=2,
        settings=AuditSettings(seal=Path(SEAL)),
    ),
    "SPL105": Example(
        failing=dataset({"test": [sample(f"{n}.png", BOTH) for n in range(46)]}),
        passing=dataset({"test": [sample(f"{n}.png", BOTH) for n in range(299)]}),
        settings=AuditSettings(escape_rate=0.01),
    ),
    "DIV201": Example(
        failing=dataset({"train": [*objects(2, [0]), *objects(49, [1])]}),
        passing=dataset({"train": objects(50)}),
        findings=2,
    ),
    "DIV202": Example(
        failing=unlabelled_objects(surface(0), turned(surface(0)), surface(1)),
        passing=unlabelled_objects(surface(0), surface(1), surface(2)),
    ),
    "DIV204": Example(
        failing=dataset({"train": [*objects(41, [0]), *objects(4, [1])]}),
        passing=dataset({"train": [*objects(40, [0]), *objects(4, [1])]}),
    ),
    "DIV205": Example(failing=lit(160), passing=lit(60, 60, 160), findings=2),
    "ANN301": Example(
        failing=lambda folder: dataset({"train": [marked(folder, "a.png", (2, 10, 6, 4))]}),
        passing=lambda folder: dataset({"train": [marked(folder, "a.png", (4, 10, 6, 4))]}),
        settings=AuditSettings(margin=Length(4.0, "px")),
    ),
    "IMG401": Example(
        failing=parts(
            arrow(coloured(20), (230, 20, 30)),
            arrow(coloured(21), (255, 255, 0)),
            arrow(coloured(22), (20, 160, 60)),
        ),
        # One part bears a print that no other part has: lit, blurred and noisy like the part.
        passing=parts(coloured(20, print_rgb=(200, 40, 40))),
        findings=3,
    ),
    "ANN303": Example(failing=spotted(7, 21), passing=spotted()),
    "ANN302": Example(failing=blotches(1.0, 5.0), passing=blotches(1.0, 1.6, 2.5)),
    "IMG402": Example(
        failing=parts(inpainted(photographed(20)), photographed(21)),
        passing=parts(photographed(20), coloured(21)),
    ),
    "IMG404": Example(
        failing=textured(np.stack([surface(40)] * 3, axis=-1)),
        passing=textured(surface(40)),
    ),
    "IMG405": Example(
        failing=textured(cv2.GaussianBlur(surface(40), (0, 0), 6.0)),
        passing=textured((surface(40) * 0.9).astype(np.uint8)),
        findings=2,
    ),
    "IMG406": Example(
        failing=textured(
            np.zeros((SIDE, SIDE), np.uint8),
            np.full((SIDE, SIDE, 3), 255, np.uint8),
            np.full((SIDE, SIDE), 90, np.uint16),
        ),
        passing=textured(plain(2.0), plain(1.2), (plain(2.0) * 16).astype(np.uint16)),
        findings=3,
    ),
    "SPL103": Example(
        failing=dataset(
            {
                "train": [sample("train/a.png", BOTH, "cap1"), sample("train/b.png", (), "cap1")],
                "validation": [sample("val/c.png", BOTH, "cap1")],
            }
        ),
        passing=dataset(
            {
                "train": [sample("train/a.png", BOTH, "cap1"), sample("train/b.png", (), "cap1")],
                "validation": [sample("val/c.png", BOTH, "cap2")],
            }
        ),
    ),
    "DIV203": Example(
        failing=dataset({"train": [sample("a.png", [0])], "test": [sample("b.png")]}),
        passing=dataset({"train": [sample("a.png", [0]), sample("c.png", [1])]}),
        findings=3,
    ),
    "ANN304": Example(
        failing=things(upside_down=2),
        passing=things(),
        settings=AuditSettings(task="oriented_detection", symmetries=("none",)),
    ),
    "ANN305": Example(
        failing=only(
            "size_mismatch", "lossy_mask", "unreadable_mask", "unreadable_boxes", "broken_box"
        ),
        passing=only("unknown_label", "missing_annotation", "unreadable_image"),
        findings=5,
    ),
    "ANN307": Example(
        failing=boxed(
            boxes([upright_box(2, 2, 12, 12), upright_box(3, 2, 12, 12)]),
            boxes([upright_box(2, 2, 12, 12), upright_box(2, 2, 12, 12)], [0, 1]),
        ),
        passing=boxed(
            boxes([upright_box(2, 2, 12, 12), upright_box(8, 2, 18, 12)]),
            boxes([upright_box(2, 2, 12, 12), upright_box(2, 2, 12, 12)], [0, IGNORE]),
        ),
        findings=2,
    ),
    "ANN308": Example(
        failing=boxed(word("L12B", "l34C"), word("L1234")),
        passing=boxed(word("L12B"), word("L34C", "L00A")),
        settings=AuditSettings(
            task="ocr", text_fields=(TextField("0123456789ABCL", "L[0-9]{2}[A-C]"),) * 2
        ),
        findings=2,
    ),
    "ANN312": Example(
        failing=ignoring(emptied=1, illegible=2),
        passing=ignoring(emptied=0, illegible=0),
        settings=AuditSettings(task="ocr", text_fields=(TextField("L0123456789", None),)),
        findings=2,
    ),
    "DIV206": Example(
        failing=worded(train=["12", "3"], validation=["1"], test=["14"]),
        passing=worded(train=["12", "3", "4"], validation=["1"], test=["14"]),
        settings=AuditSettings(task="ocr", text_fields=(TextField("1234", None),), drawn=True),
    ),
    "SPL106": Example(
        failing=worded(train=["L1204", "L1205", "77"], test=["L1204", "L1300"]),
        passing=worded(train=["L1204", "L1205", "77"], test=["L1304", "77"]),
        settings=AuditSettings(task="ocr", text_fields=(TextField(None, None),)),
    ),
    "ANN310": Example(
        failing=lambda folder: dataset(
            {
                "train": [
                    *objects(2, [0]),
                    judged(folder, "good/a.png", None, 1),
                    judged(folder, "crack/b.png", 1, 1),
                ]
            },
        ),
        passing=lambda folder: dataset(
            {
                "train": [judged(folder, "good/a.png", None, 0)],
                "test": [judged(folder, "crack/b.png", 1, 1)],
                "validation": [judged(folder, "crack/c.png", 1, None)],
            }
        ),
        findings=3,
        settings=AuditSettings(task="anomaly_detection"),
    ),
    "ANN311": Example(
        failing=lambda folder: dataset(
            {
                "test": [
                    *(judged(folder, f"crack/{n}.png", 1, 1) for n in range(3)),
                    judged(folder, "crack/empty.png", 1, 0),
                    judged(folder, "crack/none.png", 1, None),
                ]
            }
        ),
        passing=lambda folder: dataset(
            {
                "train": [judged(folder, "good/a.png", None, 0)],
                "test": [judged(folder, f"crack/{n}.png", 1, None) for n in range(3)],
            }
        ),
        findings=2,
        settings=AuditSettings(task="anomaly_detection"),
    ),
    "ANN306": Example(failing=only("unknown_label"), passing=only("lossy_mask")),
    "ANN309": Example(failing=only("missing_annotation"), passing=only("unknown_label")),
    "IMG403": Example(failing=only("unreadable_image"), passing=only("unreadable_mask")),
}
