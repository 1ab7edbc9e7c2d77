"""The table of docs/backbones.md says what the code has."""

from __future__ import annotations

from pathlib import Path

from engine.kcv import BACKBONES, BackboneSpec

DOCS = Path(__file__).parents[2] / "docs" / "backbones.md"


def row(spec: BackboneSpec) -> str:
    """The table's line for a backbone."""
    strides = ", ".join(map(str, spec.strides))
    presets = ", ".join(f"{name}: `{handle}`" for name, handle in spec.presets.items()) or "none"
    return f"| `{spec.name}` | {spec.parameters:,} | {strides} | {presets} |"


def test_the_table_has_a_line_for_every_backbone() -> None:
    lines = [line for line in DOCS.read_text().splitlines() if line.startswith("| `")]
    lines = [line for line in lines if line.split("`")[1] in BACKBONES]
    assert lines == [row(spec) for spec in BACKBONES.values()]
