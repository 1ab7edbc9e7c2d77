"""The commit of a run: that of the checkout which keeps the code, and of no other."""

from __future__ import annotations

import subprocess
from pathlib import Path

from engine.environment import git_commit


def test_only_a_checkout_that_keeps_the_folder_is_named(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
        subprocess.run(
            ["git", "-C", str(tmp_path), *who, *arguments], check=True, capture_output=True
        )

    kept, installed = tmp_path / "kept", tmp_path / "installed"
    for folder in (kept, installed):
        folder.mkdir()
        (folder / "code.py").write_text("1")
    git("init")
    git("add", "kept")
    git("commit", "-m", "one")
    commit = git_commit(kept)
    assert commit is not None and len(commit) == 40
    assert git_commit(installed) is None
    (kept / "code.py").write_text("2")
    assert git_commit(kept) == f"{commit}-dirty"
