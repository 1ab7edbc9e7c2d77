from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import RecipeError
from engine.recipe import load_recipe
from engine.recipe.schema import ObjectRegex, Source
from engine.recipe.units import Length, Share

Write = Callable[[str], Path]


def problems(path: Path, *overrides: str) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        load_recipe(path, overrides)
    assert caught.value.exit_code == 2
    return [str(problem) for problem in caught.value.problems]


def test_twelve_lines_make_a_recipe(caps: Path, folder: Path) -> None:
    recipe = load_recipe(caps)
    assert recipe.path == folder / "caps.yaml"
    assert recipe.folder == folder
    assert list(recipe.classes) == ["scratch", "chip"]
    assert recipe.classes["chip"].labels == ("chip",)
    assert recipe.data.train == Source(path=folder / "train")
    assert recipe.data.validation == Share(0.2)
    assert recipe.data.object == ObjectRegex(r"(?P<object>cap\d+)")
    assert recipe.margins.edge == Length(12, "px")
    assert recipe.input.overlap == Share(0.25)


def test_a_recipe_cannot_be_changed(caps: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_recipe(caps).name = "other"


def test_a_class_without_value_is_an_empty_one(caps: Path) -> None:
    emptied = caps.read_text().replace("scratch: {}", "scratch:").replace("chip: {}", "chip:   # c")
    before = load_recipe(caps)
    caps.write_text(emptied)
    assert load_recipe(caps) == before


def test_sections_without_value_are_all_defaults(caps: Path) -> None:
    before = load_recipe(caps)
    sections = ("ignore", "input", "model", "train", "augment", "checks", "waive", "accept")
    caps.write_text(caps.read_text() + "".join(f"{section}:\n" for section in sections))
    assert load_recipe(caps) == before


def test_equality_looks_at_what_is_asked_for_not_at_the_file(caps: Path, folder: Path) -> None:
    copy = folder / "copy.yaml"
    copy.write_text(caps.read_text())
    assert load_recipe(copy) == load_recipe(caps)
    assert load_recipe(copy) != load_recipe(caps, ["name=other"])
    assert load_recipe(copy) != "caps"


def test_validation_is_a_fifth_of_train_by_default(caps: Path) -> None:
    caps.write_text(caps.read_text().replace("  validation: 20 %\n", ""))
    assert load_recipe(caps).data.validation == Share(0.2)


def test_all_problems_come_at_once_in_the_order_of_the_file(caps: Path) -> None:
    text = caps.read_text().replace("name: caps", "name: a/b").replace("12 px", "12")
    caps.write_text(text + "train:\n  learning_rte: 1e-3\n  epochs: 0\n  seed: x\n  seed: 1\n")
    found = problems(caps, "model.freez=true")
    assert [line.split(": ")[0] for line in found] == [
        "caps.yaml:2:7", "caps.yaml:14:9", "caps.yaml:16:3", "caps.yaml:17:11", "caps.yaml:18:9",
        "caps.yaml:19:3", "--set model.freez=true:1:1",
    ]  # fmt: skip
    unknown = "caps.yaml:16:3: train.learning_rte: unknown key. Did you mean 'learning_rate'?"
    assert found[2] == unknown


def test_rules_are_reported_beside_wrong_values(caps: Path) -> None:
    caps.write_text(caps.read_text() + "train: {epochs: 1, steps: 2, seed: -1}\n")
    assert [line.split(": ")[1] for line in problems(caps)] == ["train.steps", "train.seed"]


def test_paths_start_from_the_recipe_not_from_the_working_directory(
    caps: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")
    recipe = load_recipe(folder / caps)
    assert recipe.data.train == Source(path=folder / "train")


def test_a_variable_in_a_path_is_expanded(
    caps: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTS", str(folder))
    recipe = load_recipe(caps, ["data.train=${PARTS}/train"])
    assert recipe.data.train == Source(path=folder / "train")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("${NOT_SET_ANYWHERE}/a", "the environment variable NOT_SET_ANYWHERE is not set"),
        ("${1}/a", "variables written ${NAME}"),
        ("${OPEN", "variables written ${NAME}"),
        ("~/train", "no such file or folder: '~/train'"),
        ("$HOME", "no such file or folder: '$HOME'"),
        ("trian", "Did you mean 'train'?"),
        ("''", "a path, as text"),
        ('"a\\0b"', "a path, as text"),
        ("a" * 3000, "no such file or folder"),
    ],
)
def test_paths_that_lead_nowhere(
    caps: Path, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOT_SET_ANYWHERE", raising=False)
    (found,) = problems(caps, f"data.train={value}")
    assert "data.train: " in found
    assert message in found


def test_a_stored_run_loads_although_its_data_are_gone(caps: Path, folder: Path) -> None:
    (folder / "train").rmdir()
    assert "no such file or folder: 'train'" in problems(caps)[0]
    assert load_recipe(caps, check_paths=False).data.train == Source(path=folder / "train")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "bad.yaml:1:1: the recipe is empty. Begin with 'version: 1'."),
        (b"# only this\n", "bad.yaml:1:1: the recipe is empty. Begin with 'version: 1'."),
        (b"- 1\n", "bad.yaml:1:1: a recipe is a mapping of keys. Begin with 'version: 1'."),
        (b"caps\n", "bad.yaml:1:1: a recipe is a mapping of keys. Begin with 'version: 1'."),
        (b"a: 1\nb: \xff\n", "bad.yaml:2:4: not UTF-8: the byte 0xff. Save the file as UTF-8."),
        (b"a: " + b"x" * 10_000_000, "bad.yaml:1:1: larger than 250000 bytes; this is no recipe."),
        (bytes(range(256)), "bad.yaml:2:118: not UTF-8: the byte 0x80. Save the file as UTF-8."),
    ],
)
def test_files_that_are_no_recipe(folder: Path, content: bytes, message: str) -> None:
    Path("bad.yaml").write_bytes(content)
    assert problems(Path("bad.yaml")) == [message]


def test_a_missing_file_and_a_folder(folder: Path) -> None:
    assert problems(Path("no.yaml")) == ["no.yaml:1:1: no such file. Name an existing recipe."]
    assert problems(Path("train")) == ["train:1:1: is a folder. Name the recipe file in it."]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission(caps: Path) -> None:
    caps.chmod(0)
    assert "Give yourself the right to read it" in problems(caps)[0]


def test_a_file_that_cannot_be_opened_says_what_to_do(
    caps: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", refuse)
    assert "Give yourself the right to read it (chmod u+r)." in problems(caps)[0]


def test_a_byte_order_mark_and_windows_line_ends_are_no_problem(caps: Path) -> None:
    before = load_recipe(caps)
    caps.write_bytes(b"\xef\xbb\xbf" + caps.read_bytes().replace(b"\n", b"\r\n"))
    assert load_recipe(caps) == before


def test_reading_a_recipe_imports_nothing_heavy(caps: Path) -> None:
    script = (
        "import sys; from engine.recipe import load_recipe; load_recipe(sys.argv[1]);"
        "heavy = {'numpy', 'cv2', 'tensorflow', 'keras', 'keras_cv'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script, str(caps.absolute())], check=True)
