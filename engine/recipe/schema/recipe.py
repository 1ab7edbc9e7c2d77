"""The recipe as a whole: every key of the contract, with its default and its meaning.

Fields describe themselves: the descriptions are the reference (`docs/recipe.md`) and the JSON
Schema (`dltrain schema`). Rules that concern several keys are in `engine.recipe.rules`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PrivateAttr

from engine.recipe.good_names import FOLDER_FORMATS, GOOD_NAMES
from engine.recipe.metrics import TASKS, Task
from engine.recipe.nodes import Node, find
from engine.recipe.schema.augment import Augment
from engine.recipe.schema.classes import ClassName, ClassSpec, Label, with_default_labels
from engine.recipe.schema.data import Data
from engine.recipe.schema.fields import Choice, Reads, text
from engine.recipe.schema.image import Input, Margins
from engine.recipe.schema.section import (
    Section,
    nothing_is_empty_list,
    nothing_is_empty_mapping,
)
from engine.recipe.schema.training import ModelSpec, Train
from engine.recipe.schema.verdict import Accept, CheckSetting, Code, Waiver
from engine.recipe.units import Share
from engine.recipe.wording import refusal

NAME_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
DEFAULT_VALIDATION = Share(0.20)

MappingOrNothing = BeforeValidator(nothing_is_empty_mapping)
ListOrNothing = BeforeValidator(nothing_is_empty_list)
RecipeName = Annotated[str, text(NAME_PATTERN, "letters, digits and . _ - (a folder's name)")]


def _parse_version(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value == 1:
        return value
    raise ValueError(refusal(value, "1, the only version of the format so far"))


class Recipe(Section):
    """What to train, on which photos, and when to accept it."""

    version: Annotated[int, Reads(_parse_version, {"const": 1})] = Field(
        description="Version of the recipe format: 1.", examples=[1]
    )
    name: RecipeName = Field(description="Name of the folder under `runs/`.", examples=["caps"])
    task: Annotated[Task, Choice()] = Field(
        description="What the model does: " + ", ".join(TASKS) + ".", examples=["segmentation"]
    )
    classes: Annotated[dict[ClassName, ClassSpec], MappingOrNothing] = Field(
        default_factory=dict,
        description="The classes by name; their order is their index, and background is implied. "
        "Needed, except for anomaly_detection, where they are kinds of defect; without them the "
        "folders' names are.",
    )
    ignore: Annotated[tuple[Label, ...], ListOrNothing] = Field(
        default=(),
        description="Source labels that are neither class nor background: excluded from loss and "
        "metrics.",
        examples=[["unsure", 255]],
    )
    data: Data = Field(description="The photos.")
    margins: Margins = Field(default_factory=Margins, description="Bands that are treated apart.")
    input: Input = Field(default_factory=Input, description="What the network sees of a photo.")
    model: ModelSpec = Field(default_factory=ModelSpec, description="Which network.")
    train: Train = Field(default_factory=Train, description="How long and how to train.")
    augment: Augment = Field(
        default_factory=Augment,
        description="Random changes of training images: each operation `off`, or its strength.",
    )
    checks: Annotated[dict[Code, CheckSetting], MappingOrNothing] = Field(
        default_factory=dict,
        description="By the code of a check: what its findings are, `error`, `warn` or `off`; "
        "for DIV201 also the numbers of objects below which it is which.",
        examples=[{"DIV203": "warn", "DIV201": {"error": 3, "warn": 20, "advice": 50}}],
    )
    waive: Annotated[tuple[Waiver, ...], ListOrNothing] = Field(
        default=(), description="Findings that are accepted, each for a reason."
    )
    accept: Annotated[Accept, MappingOrNothing] = Field(
        default_factory=dict,
        description="What the model must reach on the test set; the thresholds are chosen for it.",
        examples=[{"escape_rate": "1 %", "overkill_rate": "5 %", "iou": ">= 0.6"}],
    )

    _path: Path = PrivateAttr(default=Path("recipe.yaml"))
    _tree: Node | None = PrivateAttr(default=None)

    def model_post_init(self, context: Any) -> None:
        """Fills in what depends on other keys: class labels, the default share, the network."""
        self._path = (context or {}).get("path", Path("recipe.yaml"))
        self._tree = (context or {}).get("tree")
        object.__setattr__(self, "classes", with_default_labels(self.classes))
        if self.data.validation is None and self.data.root is None:
            data = self.data.model_copy(update={"validation": DEFAULT_VALIDATION})
            object.__setattr__(self, "data", data)
        in_folders = self.task == "anomaly_detection" and self.data.format in FOLDER_FORMATS
        if in_folders and not self.data.good:
            data = self.data.model_copy(update={"good": GOOD_NAMES})
            object.__setattr__(self, "data", data)
        object.__setattr__(self, "model", self.model.of_task(self.task))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Recipe):
            return NotImplemented
        return self.__dict__ == other.__dict__

    @property
    def path(self) -> Path:
        """The file that the recipe was read from; two recipes may be equal without it."""
        return self._path

    def at(self, path: Path) -> Recipe:
        """The same recipe as if it had been read from `path`; its own paths stay."""
        copied = self.model_copy()
        copied._path = path
        return copied

    def place_of(self, key: str) -> str:
        """Where a dotted key stands, or the nearest around it, as file:line:column."""
        wanted = tuple(key.split("."))
        if self._tree is None:
            return str(self._path)
        found, key_place, node = find(self._tree, wanted)
        place = node.place if found == wanted else key_place
        return f"{place.file}:{place.line}:{place.column}"

    @property
    def folder(self) -> Path:
        """The folder that the recipe's relative paths start from."""
        return self._path.parent
