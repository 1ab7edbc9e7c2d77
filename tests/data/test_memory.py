"""Memory: a container's limit counts where it is less than what is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data import memory
from engine.data.cache import ArrayCache


@pytest.mark.parametrize(("text", "counts"), [("1073741824\n", True), ("max\n", False)])
def test_the_limit_of_a_container_counts(
    text: str, counts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text(text)
    monkeypatch.setattr(memory, "CGROUP_LIMITS", (limit, tmp_path / "missing"))
    assert (memory.memory_bytes() == 2**30) is counts
    assert (ArrayCache(lambda index: None).limit_bytes == 2**27) is counts
