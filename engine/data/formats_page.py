"""`docs/formats.md`: every annotation format, by name.

`python -m engine.data.formats_page > docs/formats.md` makes it.
"""

from __future__ import annotations

import sys

from engine.data.readers import formats


def formats_page() -> str:
    """The page as Markdown."""
    head = (
        "# Annotation formats\n\nMade from the docstrings in `engine/data/readers`; do not edit. "
        "A recipe names one of them under `data.format`;\n`dltrain formats` lists them.\n"
    )
    return head + "".join(
        f"\n## {each.name}\n\n{each.description[0].upper()}{each.description[1:]}. "
        f"Serves {', '.join(each.tasks)}.\n\n{each.documentation}\n"
        for each in formats().values()
    )


if __name__ == "__main__":
    sys.stdout.write(formats_page())
