"""Outcomes of photos with two fields, a lot and an expiry date."""

from __future__ import annotations

import numpy as np

from engine.tasks.detection.detections import Detections, Things
from engine.tasks.ocr.outcome import Fields, PhotoOutcome, Readings, observe, whole_photo
from engine.tasks.ocr.verdicts import Limits

NAMES = ("lot", "expiry")
LOT, EXPIRY = 0, 1
LIMITS = Limits(np.array([0.5, 0.5], np.float32), 0.6)
SIZE = (200, 300)

LOT_AT = (100.0, 50.0, 80.0, 20.0, 10.0)
EXPIRY_AT = (200.0, 150.0, 100.0, 20.0, 190.0)
NOWHERE = (60.0, 150.0, 50.0, 16.0, 0.0)
"""Middle, sides and degrees."""

Box = tuple[float, float, float, float, float]


def fields(*rows: tuple[int, Box, str]) -> Fields:
    """Rows of (class, box, text)."""
    classes = np.array([row[0] for row in rows], np.uint8)
    return Fields(Things(boxes([row[1] for row in rows]), classes), tuple(row[2] for row in rows))


def readings(*rows: tuple[int, Box, float, str | None, float]) -> Readings:
    """Rows of (class, box, score, text, confidence); what is unreadable was seen as `?#`."""
    rows = tuple(sorted(rows, key=lambda row: -row[2]))
    texts = tuple(row[3] for row in rows)
    raw = tuple("?#" if text is None else text for text in texts)
    return Readings(
        Detections(
            boxes([row[1] for row in rows]),
            np.array([row[0] for row in rows], np.uint8),
            np.array([row[2] for row in rows], np.float32),
        ),
        texts,
        raw,
        np.array([row[4] for row in rows], np.float64),
        tuple((row[4],) * len(text) for row, text in zip(rows, raw, strict=True)),
    )


def boxes(rows: list[Box]) -> np.ndarray:
    values = np.array(rows, np.float32).reshape(-1, 5)
    values[:, 4] = np.deg2rad(values[:, 4])
    return values


def seen(
    truth: Fields,
    said: Readings,
    margin_px: float = 0,
    name: str = "a/1.png",
    object: str = "a",
) -> PhotoOutcome:
    return observe(name, object, SIZE, truth, said, margin_px, len(NAMES))


def read(
    truth: str, said: str | None, confidence: float = 0.9, name: str = "a", label: int = LOT
) -> PhotoOutcome:
    """A photo that is a line."""
    (box,) = whole_photo((32, 120)).tolist()
    truths = fields((label, tuple(box), truth))
    says = readings((label, tuple(box), 1.0, said, confidence))
    return observe(f"{name}.png", name, (32, 120), truths, says, 0, len(NAMES))


def crops(outcome: PhotoOutcome) -> list[np.ndarray]:
    return [np.full((20, 90, 3), 90 + 10 * n, np.uint8) for n in range(len(outcome.readings))]
