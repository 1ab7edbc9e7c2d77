r"""Photos that show one text each and are called after it: `FUW999.jpg`.

The text is the name without its suffix. Where it ends in `_` and digits, these number the photos of
equal texts and are taken off: `FUW999_2.jpg` is FUW999, `A_1_1.jpg` is `A_1`. Nothing else is
changed, so a number before the text belongs to it. `###.jpg` is ignored, and a name of which no
text is left is told. Texts with characters that names of files cannot hold, as `/`, need another
format. Other files than photos are passed over. The format tells no classes, so the recipe has one.
`object: '(?P<object>[^/]+?)(_[0-9]+)?\.\w+$'` keeps the photos of one text in one part.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from engine.data.boxes.reader import read_boxed
from engine.data.boxes.stored import BoxedPhoto
from engine.data.boxes.written import whole_photo
from engine.data.readers import Format, Reading, ReadRequest
from engine.data.source import image_files, listed_files

_NUMBERED = re.compile(r"(?P<text>.*)_[0-9]+")


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    source = request.source
    photos, problems = image_files(source.folder, key=source.key)
    if source.list is not None:
        photos, problems = sorted(dict(listed_files(source))), []
    boxed = [
        BoxedPhoto(photo, source.folder / photo, whole_photo([("name", text_of(photo))]))
        for photo in photos
        if source.wants(photo)
    ]
    told = [each for each in problems if source.wants(each.sample)]
    return read_boxed(request, boxed, labelled=False, problems=told)


def text_of(photo: str) -> str:
    """The text that a photo's path states."""
    stem = PurePosixPath(photo).stem
    numbered = _NUMBERED.fullmatch(stem)
    return numbered["text"] if numbered else stem


FORMAT = Format(
    "text_in_name",
    "text: photos that show one text each and are called after it",
    read,
    tasks=("ocr",),
    documentation=(__doc__ or "").strip(),
)
