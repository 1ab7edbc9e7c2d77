"""The one place that decodes an image or a mask.

Pillow reads the header first, so that an absurd size is refused before any memory is taken, and
decodes everything up to 8 bits a channel and 16-bit grey: it is as fast as OpenCV, silent, and
says so when a file is truncated, where OpenCV hands back a half-grey picture or None. OpenCV
decodes the one thing that Pillow cannot hold, 16-bit colour.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import (
    BmpImagePlugin,
    ImageFile,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from PIL.Image import Image

from engine.errors import UnreadableImage

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp"})
MAX_PIXELS = 250_000_000
_ORIENTATION = 0x0112

_ALLOWED = "PNG, JPEG, TIFF, BMP or WebP; one picture a file; 8 or 16 bit, grey or RGB"
_SIGNATURES: tuple[tuple[bytes, type[ImageFile.ImageFile]], ...] = (
    (b"\x89PNG\r\n\x1a\n", PngImagePlugin.PngImageFile),
    (b"\xff\xd8\xff", JpegImagePlugin.JpegImageFile),
    (b"II*\0", TiffImagePlugin.TiffImageFile),
    (b"MM\0*", TiffImagePlugin.TiffImageFile),
    (b"BM", BmpImagePlugin.BmpImageFile),
    (b"RIFF", WebPImagePlugin.WebPImageFile),
)
_GREY_MODES = frozenset({"1", "L", "LA", "La"})
_COLOUR_MODES = frozenset({"P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "YCbCr"})

# What is wrong with a file is told by UnreadableImage, once, and not on stderr by libraries.
cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\..*")

IntegerArray = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.uint32]


def read_image(path: Path) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16]:
    """Decodes a photo.

    Returns:
        uint8 or uint16 (as stored), (H, W) for grey or (H, W, 3) RGB, with the EXIF orientation
        applied and alpha dropped.

    Raises:
        UnreadableImage: whatever is wrong with the file, with the reason.
    """
    return decode_image(read_bytes(path), str(path))


def read_mask(path: Path) -> IntegerArray:
    """Decodes a mask without changing a stored value.

    Returns:
        (H, W): palette indices or grey values as uint8 or uint16; colours as uint32 0xRRGGBB.
        A colour file that holds nothing but greys is grey.

    Raises:
        UnreadableImage: whatever is wrong with the file, or lossy compression.
    """
    return decode_mask(read_bytes(path), str(path))


def read_bytes(path: Path) -> bytes:
    """The bytes of an image file.

    Raises:
        UnreadableImage: when the file cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableImage(
            f"cannot be opened ({error.strerror or error})",
            where=str(path),
            fix="Check the path and its permissions",
        ) from error


def decode_image(data: bytes, name: str) -> npt.NDArray[np.uint8] | npt.NDArray[np.uint16]:
    """Decodes a photo from its file's bytes; see `read_image`. `name` is for messages only."""
    header = _open(data, name)
    if _is_16_bit_colour(header):
        return _decode_16_bit_colour(data, name, grey=header.mode in _GREY_MODES)
    picture = _load(header, name)
    if picture.mode in _GREY_MODES:
        return _as_mode(picture, "L")
    if picture.mode in _COLOUR_MODES:
        return _as_mode(picture, "RGB")
    if picture.mode.startswith("I"):
        return _as_uint16(np.asarray(picture), name)
    raise _refusal(f"is stored as {picture.mode}", name, fix="Convert it to grey or RGB")


def exif_orientation(data: bytes) -> int:
    """The EXIF orientation that a photo's file states, 1 to 8; 1 where it states none.

    `decode_image` applies it; a mask drawn without looking at it lies turned on the photo.
    """
    is_tiff = data[:4] in (b"II*\0", b"MM\0*")
    if not is_tiff and not any(mark in data for mark in (b"Exif", b"eXIf", b"EXIF")):
        return 1
    try:
        stated = _open(data, "").getexif().get(_ORIENTATION, 1)
    except Exception:  # whatever a decoder makes of damaged metadata
        return 1
    return stated if stated in range(1, 9) else 1


def jpeg_steps(data: bytes) -> tuple[int, ...] | None:
    """The 64 steps by which a JPEG file keeps brightness, row by row; None for other files."""
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    try:
        picture = JpegImagePlugin.JpegImageFile(io.BytesIO(data))
        steps = tuple(int(step) for step in picture.quantization[picture.layer[0][3]])
    except Exception:  # whatever a decoder makes of a hostile file
        return None
    return steps if len(steps) == 64 and min(steps) > 0 else None


def decode_mask(data: bytes, name: str) -> IntegerArray:
    """Decodes a mask from its file's bytes; see `read_mask`. `name` is for messages only."""
    if is_lossy(data):
        raise _refusal(
            "is a mask with lossy compression, which changes label values",
            name,
            fix="Export the masks as PNG from the annotation tool",
        )
    header = _open(data, name)
    if _is_16_bit_colour(header):
        raise _refusal("is a mask with 16-bit colours", name, fix="Export it with 8-bit colours")
    picture = _load(header, name)
    if picture.mode in {"P", "L"}:
        return np.asarray(picture)
    if picture.mode == "1":
        return np.asarray(picture.convert("L"))
    if picture.mode in {"LA", "PA"}:
        return np.asarray(picture.getchannel(0))
    if picture.mode.startswith("I"):
        return _as_uint16(np.asarray(picture), name)
    if picture.mode in _COLOUR_MODES:
        return _pack_colours(np.asarray(picture.convert("RGB")))
    raise _refusal(f"is a mask stored as {picture.mode}", name, fix="Export it as PNG")


def is_lossy(data: bytes) -> bool:
    """Whether the file's format (JPEG, lossy WebP) may change a stored value."""
    return data.startswith(b"\xff\xd8\xff") or (data[:4] == b"RIFF" and data[12:16] == b"VP8 ")


def _open(data: bytes, name: str) -> ImageFile.ImageFile:
    """The file with its header read and checked, nothing decoded."""
    if not data:
        raise _refusal("is empty (0 bytes)", name, fix="Copy the file again from its origin")
    plugin = next((kind for start, kind in _SIGNATURES if data.startswith(start)), None)
    if plugin is None:
        raise _refusal(f"is no image (it starts with {data[:8]!r})", name)
    try:
        picture = plugin(io.BytesIO(data))
        frames = getattr(picture, "n_frames", 1)
    except Exception as error:  # whatever a decoder makes of a hostile file
        raise _refusal(f"has a broken header ({error})", name) from error
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise _refusal(
            f"has {width} x {height} pixels",
            name,
            allowed=f"at most {MAX_PIXELS:,} pixels",
            fix="Cut it into smaller images",
        )
    if frames > 1:
        raise _refusal(f"holds {frames} pictures", name, fix="Save each as a file of its own")
    if picture.mode == "CMYK":
        raise _refusal("is stored as CMYK, a colour space for print", name, fix="Save it as RGB")
    return picture


def _load(picture: ImageFile.ImageFile, name: str) -> Image:
    try:
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
        return picture
    except Exception as error:
        raise _refusal(
            f"cannot be decoded ({error})", name, fix="Copy the file again from its origin"
        ) from error


def _as_mode(picture: Image, mode: str) -> npt.NDArray[np.uint8]:
    """The pixels in a mode of Pillow; `convert` would copy those that are in it already."""
    return np.asarray(picture if picture.mode == mode else picture.convert(mode), np.uint8)


def _is_16_bit_colour(picture: ImageFile.ImageFile) -> bool:
    """Whether Pillow would cut 16-bit channels down to 8."""
    if picture.mode.startswith("I") or not picture.tile:
        return False
    arguments = picture.tile[0].args
    raw_mode = arguments if isinstance(arguments, str) else str((arguments or ("",))[0])
    return ";16" in raw_mode


def _decode_16_bit_colour(data: bytes, name: str, *, grey: bool) -> npt.NDArray[np.uint16]:
    flags = cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH
    try:
        if data.startswith(b"\x89PNG"):  # libpng writes to stderr what verify() raises
            PngImagePlugin.PngImageFile(io.BytesIO(data)).verify()
        array = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except Exception as error:
        raise _refusal(f"cannot be decoded ({error})", name) from error
    if array is None or array.dtype != np.uint16:
        raise _refusal("cannot be decoded", name, fix="Copy the file again from its origin")
    if array.ndim == 3 and grey:
        return np.ascontiguousarray(array[..., 0]).astype(np.uint16, copy=False)
    if array.ndim == 3:
        array = np.ascontiguousarray(array[..., 2::-1])
    return array.astype(np.uint16, copy=False)


def _as_uint16(array: npt.NDArray[np.generic], name: str) -> npt.NDArray[np.uint16]:
    if array.dtype == np.uint16:
        return array.astype(np.uint16, copy=False)
    wide = array.astype(np.int64)
    if wide.min() < 0 or wide.max() > 0xFFFF:
        raise _refusal("has values outside 0 to 65535", name, fix="Save it with 16 bits a pixel")
    return wide.astype(np.uint16)


def _pack_colours(rgb: npt.NDArray[np.uint8]) -> IntegerArray:
    red, green, blue = (rgb[..., channel] for channel in range(3))
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return np.ascontiguousarray(red)
    packed = np.zeros(red.shape, np.uint32)
    for channel in (red, green, blue):
        packed <<= np.uint32(8)
        packed |= channel
    return packed


def _refusal(
    message: str, name: str, *, allowed: str = _ALLOWED, fix: str | None = None
) -> UnreadableImage:
    return UnreadableImage(
        message, where=name, allowed=allowed, fix=fix or "Replace the file, or leave it out"
    )
