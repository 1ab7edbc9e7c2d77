"""The engine of dltrain, and its Python API.

    from pathlib import Path
    from engine import check, evaluate, load_recipe, predict, run

    recipe = load_recipe(Path("recipes/caps.yaml"))
    if not check(recipe).refused:
        finished = run(recipe)
        print(finished.report.verdict)

The functions are imported when they are first used; TensorFlow only when something is trained,
tested or predicted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.recipe import load_recipe
    from engine.steps import check, evaluate, predict, run

__all__ = ["check", "evaluate", "load_recipe", "predict", "run"]


def __getattr__(name: str) -> Any:
    if name == "load_recipe":
        from engine.recipe import load_recipe

        return load_recipe
    if name in __all__:
        from engine import steps

        return getattr(steps, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
