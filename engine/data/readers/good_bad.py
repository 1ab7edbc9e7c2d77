"""Photos in folders: one of good photos, and one for each kind of defect beside it.

The folder of good photos is called good, ok or normal, in whatever case, or as `data.good` says.
The folder nearest to a photo that means something decides: `MT_Blowhole/Imgs/a.jpg` shows what
`MT_Blowhole` means; the source's own folder counts as the outermost. Where `classes` are given, a
folder means the class that it is a label of (default: the class's own name). Without them each
folder beside one of good photos is a kind of defect; in a source without good photos each first
folder is. A folder under `ignore` is passed over. Photos in a folder that means nothing are
reported as ANN306. A kind of defect cannot be filed under a name that folders of masks have (mask,
label, annotation, gt and so on): what lies there is taken for masks.

Masks are optional. They lie beside the photos (`a_mask.png`, or `a.png` beside `a.jpg`), in a
folder called masks or ground_truth, or in `labels:`, and belong to a photo as those of format
masks do. What is not 0 is anomalous: 255, 1, or more than half of the maximum; other values are
named with `labels` of a class or under `ignore`, or else reported as ANN306. A photo of a defect
without a mask, or with an empty one, counts as marked nowhere; a photo in a good folder whose mask
marks something is refused (ANN310). Masks without a photo are reported as ANN309, those that
cannot be read or have another size as ANN305.
"""

from __future__ import annotations

from engine.data.readers import Format, Reading, ReadRequest
from engine.data.readers.masks.layout import find_pairs
from engine.data.source import PhotoSource
from engine.data.verdicts.folders import folders_of, kinds_among
from engine.data.verdicts.reader import read_verdicts


def read(request: ReadRequest) -> Reading:
    """Reads one source."""
    return read_verdicts(request, find_pairs(request.source, ()))


def kinds(source: PhotoSource, good: tuple[str, ...]) -> frozenset[str]:
    """The kinds of defect that the folders of a source are called after."""
    pairs = find_pairs(source, ()).pairs
    return kinds_among((folders_of(pair.image, source.folder.name) for pair in pairs), good)


FORMAT = Format(
    "good_bad",
    "a folder of good photos, and one for each kind of defect beside it; masks where there are any",
    read,
    tasks=("anomaly_detection",),
    documentation=(__doc__ or "").strip(),
    label_folders=("masks", "labels", "annotations", "gt", "ground_truth"),
    kinds=kinds,
)
