"""The model and how it is trained."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from engine.recipe.networks import FROZEN, default_architecture, default_backbone
from engine.recipe.schema.fields import DURATION, FLAG, Choice, Reads, text, whole
from engine.recipe.schema.paths import ReadsPath
from engine.recipe.schema.section import Section
from engine.recipe.wording import refusal

NAME_PATTERN = "[a-z][a-z0-9_]*"


def parse_learning_rate(value: object) -> float:
    """A learning rate above 0."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 < value <= 10:  # type: ignore[arg-type,operator]
        raise ValueError(refusal(value, "a number above 0, at most 10: 1e-3"))
    return float(value)  # type: ignore[arg-type]


def parse_batch_size(value: object) -> int | str:
    """`auto`, or the number of images."""
    if value == "auto":
        return "auto"
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 65536:
        return value
    raise ValueError(refusal(value, "auto, or a whole number from 1 to 65536"))


def parse_locate(value: object) -> bool | str:
    """`auto`, true or false."""
    if value == "auto":
        return "auto"
    if isinstance(value, bool):
        return value
    raise ValueError(refusal(value, "auto, true or false"))


BatchSize = Annotated[
    int | Literal["auto"],
    Reads(parse_batch_size, {"anyOf": [{"const": "auto"}, {"type": "integer", "minimum": 1}]}),
]
LearningRate = Annotated[
    float, Reads(parse_learning_rate, {"type": "number", "exclusiveMinimum": 0, "maximum": 10})
]


Locate = Annotated[bool | Literal["auto"], Reads(parse_locate, {"enum": ["auto", True, False]})]


class ModelSpec(Section):
    """Which network."""

    backbone: Annotated[str, text(NAME_PATTERN, "the name of a backbone: yolov8_xs")] | None = (
        Field(
            default=None,
            description="Feature extractor. Default: the task's own.",
            examples=["efficientnetv2_b0"],
        )
    )
    weights: Annotated[
        Literal["none", "imagenet"] | Path, ReadsPath("weights", ("none", "imagenet"))
    ] = Field(
        default="none",
        description="What the backbone starts from: `none`, `imagenet`, or a weights file or "
        "preset folder.",
        examples=["imagenet"],
    )
    architecture: Annotated[str, text(NAME_PATTERN, "the name of an architecture: unet")] | None = (
        Field(
            default=None,
            description="What is built on the backbone. Default: the task's own; of "
            "anomaly_detection `patch_memory` with `weights`, `synthetic_defects` without.",
            examples=["deeplab_v3_plus"],
        )
    )
    freeze: Annotated[bool, FLAG] = Field(
        default=False,
        description="Keep the backbone's weights as they are; `patch_memory` always does.",
        examples=[True],
    )
    locate: Locate = Field(
        default="auto",
        description="Whether fields are found on the photo before they are read, or each photo is "
        "one line of text. `auto`: as the data say (OCR only).",
        examples=[False],
    )

    def of_task(self, task: str) -> ModelSpec:
        """The same with the task's own backbone and architecture where none is named."""
        named = self.architecture
        weights_given = self.weights != "none"
        architecture = named or default_architecture(task, weights_given=weights_given)
        known = {
            "backbone": self.backbone or default_backbone(task, architecture),
            "architecture": architecture,
            "freeze": self.freeze or architecture == FROZEN,
        }
        return self.model_copy(update=known)


class Train(Section):
    """How long and how to train; at most one of `epochs` and `steps`."""

    epochs: Annotated[int, whole(1, 1_000_000)] | None = Field(
        default=None,
        description="As many patches as four a training photo, each; drawn at random, most of "
        "them near defects. Default: the task's own number of steps.",
        examples=[40],
    )
    steps: Annotated[int, whole(1, 100_000_000)] | None = Field(
        default=None, description="Instead of `epochs`: optimizer steps.", examples=[500]
    )
    time_budget_s: Annotated[float, DURATION] | None = Field(
        default=None,
        alias="time_budget",
        description="Training ends in time for this; the schedule is fitted to it.",
        examples=["30 min"],
    )
    batch_size: BatchSize = Field(
        default="auto",
        description="Patches a step over all devices; `auto` follows the patch's size, and is "
        "halved when memory runs out.",
    )
    learning_rate: LearningRate | None = Field(
        default=None,
        description="Peak of the schedule. Default: the architecture's own.",
        examples=[1e-3],
    )
    patience: Annotated[int, whole(1, 1_000_000)] | None = Field(
        default=None,
        description="Stop after so many evaluations without a better one. Default: never.",
        examples=[10],
    )
    precision: Annotated[
        Literal["auto", "float32", "mixed_bfloat16", "mixed_float16"], Choice()
    ] = Field(
        default="auto", description="`auto`: mixed on a GPU that gains by it, float32 on a CPU."
    )
    seed: Annotated[int, whole(0, 2**31 - 1)] = Field(
        default=0, description="Seed of split, order, initial weights and augmentation."
    )
    deterministic: Annotated[bool, FLAG] = Field(
        default=False,
        description="Bit-identical repetition on the same machine, where it costs speed.",
        examples=[True],
    )
