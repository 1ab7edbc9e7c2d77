"""Upright detection; importing this file imports TensorFlow."""

from engine.tasks.detection.functions import detection_task

TASK = detection_task("detection")
