"""`dltrain explain`: what a check does, why it matters, how to mend it."""

from __future__ import annotations

from typing import Annotated

import typer


def explain(
    code: Annotated[
        str | None, typer.Argument(help="A check's code, such as SPL101; none lists all.")
    ] = None,
) -> None:
    """Print what a check does, why it matters and how to mend what it finds."""
    from cli import console
    from engine.audit.check import FAMILY_NAMES
    from engine.audit.checks import all_checks
    from engine.audit.docs import check_docs, explanation
    from engine.errors import UsageError
    from engine.recipe.wording import did_you_mean

    checks = all_checks()
    if code is None:
        columns = ("code", "family", "severity", "summary")
        rows = [
            (c.code, FAMILY_NAMES[c.family], c.severity, check_docs(c).summary)
            for c in checks.values()
        ]
        console.table(columns, rows)
        return
    check = checks.get(code.upper())
    if check is None:
        raise UsageError(
            "there is no such check",
            where="explain",
            received=code,
            allowed=", ".join(checks),
            fix=did_you_mean(code, checks) or "`dltrain explain` lists them all",
        )
    console.out(explanation(check))
