"""Where the photos lie, how they are shared out, and which of them show the same object."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    Tag,
    model_serializer,
    model_validator,
)
from pydantic_core import core_schema

from engine.recipe.schema.fields import Choice, Reads, parse_regex, share, text
from engine.recipe.schema.paths import ReadsPath
from engine.recipe.schema.section import Section, nothing_is_empty_list, or_else
from engine.recipe.units import Share

Glob = Annotated[str, text(r".+", "a file pattern, as text: 'good/*.png'")]
SomePath = Annotated[Path, ReadsPath()]
FilePath = Annotated[Path, ReadsPath("file")]
FolderPath = Annotated[Path, ReadsPath("folder")]
ListOrNothing = BeforeValidator(nothing_is_empty_list)
FolderName = Annotated[str, text(r"[^/\\]+", "the name of a folder, without those above it")]


class Source(Section):
    """Photos and their annotations: a path, or a mapping of these keys."""

    path: SomePath | None = Field(
        default=None,
        description="Folder that holds photos and annotations; what a bare path means.",
        examples=["../examples/caps/train"],
    )
    images: FolderPath | None = Field(
        default=None, description="Folder of the photos.", examples=["../examples/caps/train"]
    )
    labels: SomePath | None = Field(
        default=None,
        description="File or folder of the annotations, where they lie apart.",
        examples=["../examples/caps/masks"],
    )
    list: FilePath | None = Field(
        default=None,
        description="Text file that names the photos to be used, one path a line.",
        examples=["train.txt"],
    )
    include: tuple[Glob, ...] = Field(
        default=(),
        description="Patterns of the relative paths to be used; none means all.",
        examples=[["line1/**"]],
    )
    exclude: tuple[Glob, ...] = Field(
        default=(),
        description="Patterns of the relative paths to be left out.",
        examples=[["**/blurred_*.png"]],
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return or_else(super().__get_pydantic_json_schema__(schema, handler), handler, "string")

    @model_validator(mode="before")
    @classmethod
    def _bare_path(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str | Path) else value

    @model_serializer(mode="wrap")
    def _write(self, handler: SerializerFunctionWrapHandler) -> Any:
        written = {key: value for key, value in handler(self).items() if value}
        return written["path"] if set(written) == {"path"} else written


@dataclass(frozen=True, slots=True)
class ObjectRegex:
    """The object is the group `object` of `pattern`, searched in a photo's relative path."""

    pattern: str


class ObjectTable(Section):
    """The object is looked up in a CSV table."""

    table: FilePath = Field(description="CSV file with a row a photo.", examples=["parts.csv"])
    image: Annotated[str, text(".+", "the name of a column")] = Field(
        default="image", description="Column that holds the photo's relative path."
    )
    object: Annotated[str, text(".+", "the name of a column")] = Field(
        default="object", description="Column that holds the object.", examples=["part"]
    )


def _source_or_share(value: Any) -> str:
    if isinstance(value, str):
        return "<share>" if re.fullmatch(r"[-+. ]*[0-9][-+0-9. ]*%?\s*", value) else "<source>"
    return "<share>" if isinstance(value, Share | int | float) else "<source>"


def _object_kind(value: Any) -> str:
    if value == "image":
        return "<image>"
    return "<table>" if isinstance(value, dict | ObjectTable) else "<regex>"


def _parse_object_regex(value: object) -> ObjectRegex:
    return value if isinstance(value, ObjectRegex) else ObjectRegex(parse_regex(value, "object"))


SourceOrShare = Annotated[
    Annotated[Source, Tag("<source>")]
    | Annotated[Share, share(0, 100, inside=True), Tag("<share>")],
    Discriminator(_source_or_share),
]
ObjectRule = Annotated[
    Annotated[
        ObjectRegex,
        Reads(_parse_object_regex, {"type": "string", "format": "regex"}, lambda v: v.pattern),
        Tag("<regex>"),
    ]
    | Annotated[ObjectTable, Tag("<table>")]
    | Annotated[Literal["image"], Tag("<image>")],
    Discriminator(_object_kind),
]


class Data(Section):
    """The photos: exactly one of `train`, `pool` and `root`."""

    format: Annotated[str, text("[a-z0-9_]+", "a format that `dltrain formats` lists")] = Field(
        description="How the annotations are stored; `dltrain formats` lists what is known.",
        examples=["masks"],
    )
    train: Source | None = Field(
        default=None, description="The photos to learn from.", examples=["../examples/caps/train"]
    )
    validation: SourceOrShare | None = Field(
        default=None,
        description="The photos that choose the epoch and the thresholds: a source, or a share of "
        "`train` or `pool`, taken object by object. Default: 20 %; with `root` as its layout says.",
        examples=["20 %", "../examples/caps/validation"],
    )
    test: SourceOrShare | None = Field(
        default=None,
        description="The photos that only the report sees: a source, or a share of `train` or "
        "`pool`, taken object by object. Needed, except with `root`.",
        examples=["../examples/caps/test", "30 %"],
    )
    pool: Source | None = Field(
        default=None,
        description="Instead of `train`: photos to be shared out over train, validation and test.",
        examples=["${DLTRAIN_DATA}/parts"],
    )
    root: Source | None = Field(
        default=None,
        description="Instead of `train` and `test`: a folder whose layout carries its own splits "
        "(`train/`, `validation/` and `test/`, or `images/train`, `labels/train` and so on).",
        examples=["${DLTRAIN_DATA}/hazelnut"],
    )
    object: ObjectRule = Field(
        description="Which photos show the same object: a regular expression with a group `object` "
        "over the relative path, `{table: parts.csv, image: image, object: part}`, or `image`: "
        "the declaration that each photo is an object of its own (copies of a photo are one).",
        examples=[r"(?P<object>cap\d+)", "image"],
    )
    good: Annotated[tuple[FolderName, ...], ListOrNothing] = Field(
        default=(),
        description="Names of the folders of good photos, compared without case. Default: "
        "good, ok, normal (formats good_bad and mvtec only).",
        examples=[["MT_Free"]],
    )
    unlabelled: Annotated[Literal["error", "empty"], Choice()] = Field(
        default="error",
        description="What a missing annotation means: `error` refuses it, `empty` declares the "
        "photo verified good.",
    )
