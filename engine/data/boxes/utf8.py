"""Text files in UTF-8: what is said of one that is none."""

from __future__ import annotations

import codecs

SAVE_AS = "Save it as UTF-8 (in a spreadsheet: as 'CSV UTF-8'; or `iconv -t UTF-8 FILE`)"
_OTHERS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class NotUtf8(ValueError):
    """Bytes that are no text in UTF-8; says which byte, where, and what they may be instead."""


def decode(data: bytes) -> str:
    """Text in UTF-8, with or without byte order mark; its lines end in a line feed.

    Raises:
        NotUtf8: it is something else.
    """
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"the byte 0x{data[error.start]:02x} at position {error.start} (line {line})"
        guess = next((name for mark, name in _OTHERS if data.startswith(mark)), None)
        perhaps = f"; the file begins as {guess} does" if guess else ""
        raise NotUtf8(f"{byte} is not UTF-8{perhaps}") from error
