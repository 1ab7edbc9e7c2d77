"""A check: its code and name, what it looks at, and the function that looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from engine.audit.audited import Audited
from engine.audit.finding import Observation, Severity
from engine.recipe.metrics import TASKS, Task

Family = Literal["SPL", "DIV", "ANN", "IMG"]
Scope = Literal["reading", "data", "golden"]

FAMILY_NAMES: dict[Family, str] = {
    "SPL": "split",
    "DIV": "diversity",
    "ANN": "annotation",
    "IMG": "image",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One check, exported as `CHECK` by a module of `engine.audit.checks`.

    The module's docstring is its documentation; see `engine.audit.docs`.

    Attributes:
        code: three letters of the family and three digits; never reused.
        name: the rule in a few words with dashes.
        family: the first three letters of the code.
        severity: of its findings, unless the recipe says otherwise.
        scope: `reading` tells which photos are left out because they cannot be read, so it may
            be lowered or waived, never switched off; `golden` guards that training and test never
            mix, without which there is no `Split`, so it always is an error; `data` is any other.
        run: finds everything that breaks the rule.
        tasks: that the rule has a meaning for; the others' audits do not list it.
    """

    code: str
    name: str
    family: Family
    severity: Severity
    scope: Scope
    run: Callable[[Audited], Iterable[Observation]]
    tasks: tuple[Task, ...] = TASKS

    def applies_to(self, task: str) -> bool:
        """Whether the rule has a meaning for a task."""
        return task in self.tasks
