"""`dltrain predict --out`: refused before any model is loaded where nothing can be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.main import main


def test_a_file_in_the_place_of_the_folder_is_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = tmp_path / "out"
    taken.write_text("mine")
    with pytest.raises(SystemExit) as ended:
        main(["predict", str(tmp_path / "no-run"), "a.png", "--out", str(taken)])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "--out: overlays cannot be written there" in said
    assert str(taken) in said
    assert taken.read_text() == "mine"
