"""Which detections the user is told: the sure ones, and of each place one class.

A network may be sure of two classes at one place. For average precision both stay, each ranked in
its own class; but a part is one part, and who counts parts must not find it twice.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.tasks.detection.boxes import HEADING
from engine.tasks.detection.detections import Detections, Floats
from engine.tasks.detection.overlap import overlaps

SAME_PLACE = 0.7
"""Sure detections of two classes that overlap by more than this are one thing: the surer is told.
It is far above the overlap of two things that touch."""


def told(detections: Detections, thresholds: Floats) -> NDArray[np.bool_]:
    """Which detections of a photo reach the threshold of their class and share no place: (n,).

    Args:
        detections: the surest first.
        thresholds: of each class.
    """
    sure = detections.scores >= thresholds[detections.classes]
    own = np.flatnonzero(sure)
    boxes, classes = detections.boxes[own], detections.classes[own]
    first, second, _ = overlaps(boxes, boxes, HEADING, once=True, least=SAME_PLACE, apart=classes)
    for surer, other in sorted(zip(first.tolist(), second.tolist(), strict=True)):
        if sure[own[surer]]:
            sure[own[other]] = False
    return np.asarray(sure)
