"""For every check a data set that it must object to, and one that it must pass.

A new check needs an entry here; `test_conformance` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from engine.audit.audited import Audited
from engine.audit.photos.examiner import Examiner
from engine.audit.photos.store import FactStore
from engine.audit.settings import AuditSettings
from engine.data.boxes.geometry import upright_box
from engine.recipe.units import Length
from engine.records import IGNORE, Dataset
from engine.text.field import TextField
from tests.audit.boxed import boxed, boxes, things, word, worded
from tests.audit.drawn import (
    BOTH,
    SEAL,
    SIDE,
    across,
    arrow,
    blotches,
    coloured,
    ignoring,
    inpainted,
    lit,
    marked,
    objects,
    only,
    parts,
    photographed,
    plain,
    sealed,
    spotted,
    surface,
    textured,
    turned,
    unlabelled_objects,
)
from tests.audit.judged import judged
from tests.builders import dataset, sample


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
