"""The error tree: every failure that a user can meet, with the exit code it ends in.

A bad request or a failed run is an error. Bad data is never an error but a finding
(`engine.audit.finding`). Only `cli.main` catches these.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.phrasing import sentence


class DltrainError(Exception):
    """Base of all errors: one paragraph of where, what came, what is allowed, what to do."""

    exit_code = 3

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        received: object = None,
        allowed: str | None = None,
        fix: str | None = None,
    ) -> None:
        self.message, self.where, self.received = message, where, received
        self.allowed, self.fix = allowed, fix
        self.placed = False
        super().__init__(self.paragraph())

    def paragraph(self) -> str:
        """The whole error as one paragraph of text."""
        text = f"{self.where}: {self.message}" if self.where else self.message
        parts = [sentence(text)]
        if self.received is not None:
            parts.append(sentence(f"Received: {self.received}"))
        if self.allowed:
            parts.append(sentence(f"Allowed: {self.allowed}"))
        if self.fix:
            parts.append(sentence(self.fix))
        return " ".join(parts)

    def place(self, where: str) -> None:
        """States more closely where it came up, once and for all."""
        self.where, self.placed = where, True
        self.args = (self.paragraph(),)


class UsageError(DltrainError):
    """A command was asked for something it cannot do."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class RecipeProblem:
    """One thing wrong with a recipe; `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    key: str
    message: str

    def __str__(self) -> str:
        key = f"{self.key}: " if self.key else ""
        return f"{self.file}:{self.line}:{self.column}: {key}{self.message}"


class RecipeError(DltrainError):
    """A recipe that cannot be used; holds all of its problems, not only the first."""

    exit_code = 2

    def __init__(self, problems: tuple[RecipeProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))

    def paragraph(self) -> str:
        """A line a problem."""
        return "\n".join(str(problem) for problem in self.problems)


class DataRefused(DltrainError):
    """The audit found errors in the data; nothing was trained."""

    exit_code = 1


class UnreadableImage(DltrainError):
    """An image or mask file that cannot be decoded; readers turn it into a finding."""

    exit_code = 1


class RunFailed(DltrainError):
    """A run that started and could not be finished."""

    exit_code = 3


class Interrupted(DltrainError):
    """A run that was stopped from outside (Ctrl-C, SIGTERM) and can be resumed."""

    exit_code = 130
