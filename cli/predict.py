"""`dltrain predict`: what a trained model says of photos."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer


def predict(
    run: Annotated[
        Path, typer.Argument(readable=False, help="The run's folder: runs/NAME/DATE-TIME.")
    ],
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE…", readable=False, help="Photos.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", readable=False, help="Folder for photos with the findings drawn on."),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a photo.")] = False,
) -> None:
    """Look for defects on photos; one line a photo, and overlays with --out.

    A photo that cannot be used is told, the others are done, and the exit code is 1.
    """
    from cli import console
    from cli.output_folder import require_writable
    from engine import steps
    from engine.data.write_image import write_png
    from engine.phrasing import counted, one_line

    _require_files(images)
    overlays = _overlay_paths(images, out) if out is not None else {}
    if out is not None:
        require_writable(out, "overlays")
    unusable = 0
    for image, prediction in steps.predict(run, images, console.Screen()):
        if isinstance(prediction, steps.UnusablePhoto):
            unusable += 1
            console.error(one_line(prediction.reason.paragraph()))
            if json:
                console.json_line({"image": str(image), "error": prediction.reason.paragraph()})
            continue
        line = {"image": str(image), **prediction.result}
        if image in overlays:
            write_png(overlays[image], prediction.overlay)
            line["overlay"] = str(overlays[image])
        if json:
            console.json_line(line)
        else:
            console.out(f"{one_line(str(image))}: {prediction.summary}")
    if unusable:
        console.note(f"{unusable} of {counted(len(images), 'photo')} could not be used")
        raise typer.Exit(1)


def _require_files(images: Sequence[Path]) -> None:
    """Refuses folders, which would be told as photos that cannot be read.

    Raises:
        UsageError: an argument is a folder.
    """
    from cli.folder_of_photos import name_photos_of
    from engine.errors import UsageError

    folder = next((image for image in images if os.path.isdir(image)), None)
    if folder is not None:
        raise UsageError(
            "this is a folder",
            where="IMAGE",
            received=str(folder),
            allowed="files of photos",
            fix=name_photos_of(folder),
        )


def _overlay_paths(images: Sequence[Path], out: Path) -> dict[Path, Path]:
    """A file of its own for each photo's overlay, never one of the photos.

    Raises:
        UsageError: an overlay would take the place of a photo.
    """
    from engine.errors import UsageError

    photos = {image.resolve() for image in images}
    paths: dict[Path, Path] = {}
    taken: set[Path] = set()
    for image in images:
        path, number = out / f"{image.stem}.png", 2
        while path in taken:
            path, number = out / f"{image.stem}-{number}.png", number + 1
        if path.resolve() in photos:
            raise UsageError(
                "an overlay would take the place of a photo",
                where="--out",
                received=str(path),
                allowed="a folder without the photos",
                fix="Name another folder",
            )
        taken.add(path)
        paths[image] = path
    return paths
