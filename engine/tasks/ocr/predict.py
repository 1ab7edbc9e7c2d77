"""What a model reads on one photo whose truth is not known."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from engine.data.intensity import in_8_bits, to_unit
from engine.tasks.detection.detections import Detections
from engine.tasks.detection.figures import draw_boxes
from engine.tasks.detection.photos import inside_margin
from engine.tasks.drawing import font
from engine.tasks.names import draw_names
from engine.tasks.ocr.deployment import Deployment, telling_of
from engine.tasks.ocr.infer import network_of, readings_of, see
from engine.tasks.ocr.outcome import Readings
from engine.tasks.ocr.prediction_lines import reading_lines, summary
from engine.tasks.ocr.verdicts import accepted, sure
from engine.tasks.small_photo import require_side
from engine.tasks.task import Prediction, Predictor, Progress

CAPTIONED_PX = 240
"""Least width of a picture with a text below it."""

REJECTED = "?"
"""Beside a field that is located and of which nothing is passed on."""


def predictor(model: Any, deployment: Deployment) -> Predictor:
    """A function from a photo to its prediction.

    It raises UsageError where the region of interest leaves the photo, and where the photo is
    smaller than those of training.
    """
    network, telling = network_of(model, deployment), telling_of(deployment)
    view, limits = deployment.view, deployment.limits

    def predict(photo: NDArray[Any], name: str, progress: Progress) -> Prediction:
        size_hw = photo.shape[0], photo.shape[1]
        view.require_inside(name, size_hw)
        require_side(name, view.frame_hw(size_hw), deployment.least_side_px)
        said = see(network, photo, deployment, progress, limits.scores).said
        readings = readings_of(said, deployment)
        lines = reading_lines(readings, telling)
        if not deployment.locates:
            drawn = _captioned(photo, summary(lines), deployment)
            return Prediction({"things": lines}, drawn, summary(lines))
        frame_hw = view.frame_hw(size_hw)
        margin_px = deployment.margin.to_px(frame_hw)
        told = sure(readings, limits)
        inner = inside_margin(readings.detections.boxes[told], frame_hw, margin_px)
        for line, inside in zip(lines, inner.tolist(), strict=True):
            line["region"] = "interior" if inside else "edge"
        drawn = _overlay(photo, readings, deployment)
        return Prediction({"things": lines}, drawn, summary(lines))

    return predict


def _captioned(photo: NDArray[Any], text: str, deployment: Deployment) -> NDArray[np.uint8]:
    """The photo of a line, with what was read below it."""
    picture = in_8_bits(to_unit(photo, deployment.reader.white_16_bit))
    height, width = picture.shape[:2]
    scale = max(1.0, CAPTIONED_PX / width)
    size = round(width * scale), round(height * scale)
    larger = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    letters = font(max(14, size[0] // 16))
    strip = Image.new("RGB", (size[0], 2 * int(letters.size)), (255, 255, 255))
    ImageDraw.Draw(strip).text((6, int(letters.size)), text, (40, 48, 60), letters, anchor="lm")
    return np.concatenate([larger, np.asarray(strip, np.uint8)])


def _overlay(photo: NDArray[Any], readings: Readings, deployment: Deployment) -> NDArray[np.uint8]:
    """The photo with each field that is surely there, and what was read of it."""
    limits = deployment.limits
    told = np.flatnonzero(sure(readings, limits))
    passed = accepted(readings, limits)
    roi = deployment.view.roi_xywh
    shift = np.array([*(roi[:2] if roi else (0, 0)), 0, 0, 0], np.float32)
    found = readings.detections.take(told)
    placed = Detections(found.boxes + shift, found.classes, found.scores)
    picture = in_8_bits(to_unit(photo, deployment.reader.white_16_bit))
    drawn = draw_boxes(picture, placed, deployment.orders, over_text=True)
    frames = np.concatenate([placed.corners.min(axis=1), placed.corners.max(axis=1)], axis=1)
    texts = [readings.texts[number] if passed[number] else None for number in told.tolist()]
    return draw_names(
        drawn,
        frames,
        placed.classes.tolist(),
        deployment.class_names,
        [text or REJECTED for text in texts],
    )
