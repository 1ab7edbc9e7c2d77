"""`audit.html`: one file without network, every name in it escaped. Computes nothing."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from engine.audit.page import AuditPage
from engine.phrasing import by_ticks


def render_html(page: AuditPage) -> str:
    """The page as HTML text."""
    environment = Environment(
        loader=PackageLoader("engine.audit", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["by_ticks"] = by_ticks
    return environment.get_template("audit.html.j2").render(page=page)
