from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.recipe.json_schema import json_schema
from engine.recipe.metrics import METRICS
from engine.recipe.reference import reference, write_reference
from engine.recipe.schema.walk import leaves

PAGE = Path(__file__).parents[2] / "docs" / "recipe.md"


def test_the_page_in_docs_is_in_step_with_the_schema(tmp_path: Path) -> None:
    write_reference(tmp_path / "recipe.md")
    written = (tmp_path / "recipe.md").read_text(encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == written, (
        'Write it anew: python -c "from pathlib import Path; from engine.recipe.reference import '
        "write_reference; write_reference(Path('docs/recipe.md'))\""
    )


def test_the_page_names_every_key_and_metric() -> None:
    page = reference()
    for path, field in leaves():
        assert f"| `{path[-1]}` |" in page
        assert (field.description or "").replace("|", "\\|") in page
    for metric in METRICS:
        assert f"| `{metric}` |" in page


def _mappings(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from _mappings(value)
    elif isinstance(schema, list):
        for item in schema:
            yield from _mappings(item)


def test_the_json_schema_closes_every_mapping_and_speaks_in_units() -> None:
    schema = json_schema()
    assert schema["required"] == ["version", "name", "task", "data"]
    for mapping in schema["$defs"].values():
        assert mapping["additionalProperties"] is False
    edge = schema["$defs"]["Margins"]["properties"]["edge"]
    assert edge["default"] == "0 px"
    assert re.fullmatch(edge["pattern"], "12 px")
    assert not re.fullmatch(edge["pattern"], "12")
    assert "time_budget" in schema["$defs"]["Train"]["properties"]
    assert schema["$defs"]["ClassSpec"]["type"] == ["object", "null"]
    assert set(schema["$defs"]["Source"]["type"]) == {"object", "null", "string"}


def test_every_pattern_of_the_json_schema_matches_its_own_examples() -> None:
    tried = 0
    for mapping in _mappings(json_schema()):
        if isinstance(mapping.get("pattern"), str):
            for example in mapping.get("examples", []):
                assert re.search(mapping["pattern"], example), mapping
                tried += 1
    assert tried > 20
