"""`report.html`: one file without network or scripts, every name escaped; computes nothing."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from engine.phrasing import by_ticks, counted, counted_advice, first_few
from engine.report.annex import Annex
from engine.report.page import build_page
from engine.report.report import Report


def render_html(report: Report, annex: Annex) -> str:
    """The page as HTML text."""
    environment = Environment(
        loader=PackageLoader("engine.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "counted": counted,
        "counted_advice": counted_advice,
        "first_few": first_few,
    }
    environment.filters["by_ticks"] = by_ticks
    return environment.get_template("report.html.j2").render(page=build_page(report, annex))
