"""File patterns over relative paths with `/`, as recipes write them.

`*` and `?` stay within one folder, `**` crosses folders, `[...]` is a set of characters. A pattern
without `/` is matched with the file's name, in whatever folder it lies.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable


def matches_any(relative: str, globs: Iterable[str]) -> bool:
    """Whether a relative path matches one of the patterns."""
    return any(_matches(relative, glob) for glob in globs)


def _matches(relative: str, glob: str) -> bool:
    text = relative if "/" in glob else relative.rsplit("/", 1)[-1]
    return bool(_compiled(glob).fullmatch(text))


@functools.lru_cache(maxsize=512)
def _compiled(glob: str) -> re.Pattern[str]:
    pattern = ""
    for token in re.findall(r"\*\*/?|\*|\?|\[[^\]]+\]|.", glob, re.DOTALL):
        if token == "**/":
            pattern += "(?:.*/)?"
        elif token == "**":
            pattern += ".*"
        elif token == "*":
            pattern += "[^/]*"
        elif token == "?":
            pattern += "[^/]"
        elif len(token) > 1:
            pattern += (
                "[" + token[1:-1].replace("\\", r"\\").replace("!", "^", token[1] == "!") + "]"
            )
        else:
            pattern += re.escape(token)
    return re.compile(pattern, re.DOTALL)
