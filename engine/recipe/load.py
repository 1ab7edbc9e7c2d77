"""A recipe file becomes a `Recipe`, or all that is wrong with it is told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from engine.errors import RecipeError, RecipeProblem
from engine.recipe.messages import key_path, message
from engine.recipe.nodes import KeyPath, MappingNode, Node, find, plain
from engine.recipe.overrides import apply_override
from engine.recipe.rules import broken_rules
from engine.recipe.schema.recipe import Recipe
from engine.recipe.yaml_core import parse_yaml

LARGEST_BYTES = 250_000


def load_recipe(
    path: Path | str, overrides: Sequence[str] = (), *, check_paths: bool = True
) -> Recipe:
    """Reads and checks a recipe.

    Args:
        path: the YAML file.
        overrides: `key.path=value` each, applied in order before the recipe is checked.
        check_paths: whether data and weights must be there; a stored run can do without.

    Raises:
        RecipeError: with every problem, in the order of the file.
    """
    path = Path(path)
    file = str(path)
    root, noted = parse_yaml(_read(path), file)
    problems = list(noted)
    root = _mapping(root, file)
    for override in overrides:
        root, unusable = apply_override(root, override)
        problems += unusable
    context = {
        "path": Path(path).absolute(),
        "folder": path.absolute().parent,
        "check_paths": check_paths,
        "tree": root,
    }
    data = plain(root)
    recipe: Recipe | None = None
    try:
        recipe = Recipe.model_validate(data, context=context)
    except ValidationError as error:
        problems += _field_problems(root, error)
    problems += _rule_problems(root, data if isinstance(data, Mapping) else {}, problems)
    if problems or recipe is None:
        raise RecipeError(_in_order(problems, file))
    return recipe


def _read(path: Path) -> str:
    file = str(path)
    try:
        if path.is_dir():
            raise _whole_file(file, "is a folder. Name the recipe file in it.")
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise _whole_file(file, _unopened(error)) from None
    if len(raw) > LARGEST_BYTES:
        raise _whole_file(file, f"larger than {LARGEST_BYTES} bytes; this is no recipe.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        text = f"not UTF-8: the byte 0x{raw[error.start]:02x}. Save the file as UTF-8."
        raise RecipeError((RecipeProblem(file, line, column, "", text),)) from None


def _unopened(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file. Name an existing recipe."
    if isinstance(error, PermissionError):
        return "may not be read. Give yourself the right to read it (chmod u+r)."
    return f"cannot be read ({error.strerror or error}). Name another recipe."


def _whole_file(file: str, text: str) -> RecipeError:
    return RecipeError((RecipeProblem(file, 1, 1, "", text),))


def _mapping(root: Node, file: str) -> MappingNode:
    if isinstance(root, MappingNode):
        return root
    if plain(root) is None:
        raise _whole_file(file, "the recipe is empty. Begin with 'version: 1'.")
    raise _whole_file(file, "a recipe is a mapping of keys. Begin with 'version: 1'.")


def _field_problems(root: Node, error: ValidationError) -> list[RecipeProblem]:
    problems = []
    for detail in error.errors(include_url=False):
        path = key_path(detail["loc"])
        by_key = detail["type"] == "extra_forbidden" or detail["loc"][-1] == "[key]"
        whole = detail["type"] in ("missing", "extra_forbidden")
        problems.append(_problem(root, path, message(detail), by_key=by_key, whole=whole))
    return problems


def _rule_problems(
    root: Node, data: Mapping[str, object], known: Iterable[RecipeProblem]
) -> list[RecipeProblem]:
    """Broken rules, except at keys that have a problem of their own already."""
    taken = {problem.key for problem in known}
    broken = [_problem(root, path, text, whole=True) for path, text in broken_rules(data)]
    return [problem for problem in broken if problem.key not in taken]


def _problem(
    root: Node, path: KeyPath, text: str, *, by_key: bool = False, whole: bool = False
) -> RecipeProblem:
    """A problem at `path`: at its value, or at the key of a mapping, whole or with a gap."""
    found, key_place, node = find(root, path)
    by_key = by_key or found != path or isinstance(node, MappingNode)
    place = key_place if by_key else node.place
    shown = path if whole else found
    return RecipeProblem(
        place.file, place.line, place.column, ".".join(str(part) for part in shown), text
    )


def _in_order(problems: Iterable[RecipeProblem], file: str) -> tuple[RecipeProblem, ...]:
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda p: (p.file != file, p.file, p.line, p.column, p.key)))
