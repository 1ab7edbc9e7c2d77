"""Decoding: what is read, how exactly, and how everything else is refused."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.data.images import (
    MAX_PIXELS,
    decode_image,
    decode_mask,
    exif_orientation,
    jpeg_steps,
    read_image,
    read_mask,
)
from engine.errors import UnreadableImage
from tests.builders import picture

GREY = np.arange(6, dtype=np.uint8).reshape(2, 3) * 40
COLOUR = np.dstack([GREY, GREY + 5, 255 - GREY])


def encoded(pixels: np.ndarray, kind: str, mode: str | None = None, **options: object) -> bytes:
    image = Image.fromarray(pixels)
    buffer = io.BytesIO()
    (image.convert(mode) if mode else image).save(buffer, kind, **options)
    return buffer.getvalue()


def encoded_16_bit(pixels: np.ndarray, suffix: str) -> bytes:
    order = pixels[..., ::-1] if pixels.ndim == 3 else pixels
    return cv2.imencode(suffix, np.ascontiguousarray(order))[1].tobytes()


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
@pytest.mark.parametrize("pixels", [GREY, COLOUR], ids=["grey", "colour"])
def test_lossless_8_bit(kind: str, pixels: np.ndarray) -> None:
    decoded = decode_image(encoded(pixels, kind), "a")
    assert decoded.dtype == np.uint8
    np.testing.assert_array_equal(decoded, pixels)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("shape", [(5, 4), (5, 4, 3)], ids=["grey", "colour"])
def test_16_bit_keeps_its_range(suffix: str, shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(0).integers(0, 65535, shape, dtype=np.uint16)
    decoded = decode_image(encoded_16_bit(pixels, suffix), "a")
    assert decoded.dtype == np.uint16
    np.testing.assert_array_equal(decoded, pixels)


def test_jpeg_and_webp_are_close() -> None:
    smooth = np.full((32, 32, 3), (200, 40, 90), np.uint8)
    for kind in ("JPEG", "WEBP"):
        decoded = decode_image(encoded(smooth, kind), "a").astype(int)
        assert np.abs(decoded - smooth).max() < 8


@pytest.mark.parametrize(("mode", "expected"), [("RGBA", COLOUR), ("LA", None)])
def test_alpha_is_dropped(mode: str, expected: np.ndarray | None) -> None:
    decoded = decode_image(encoded(COLOUR, "PNG", mode), "a")
    if expected is None:
        assert decoded.shape == (2, 3)
    else:
        np.testing.assert_array_equal(decoded, expected)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "JPEG"])
@pytest.mark.parametrize(
    ("orientation", "turned"),
    [(1, GREY), (3, GREY[::-1, ::-1]), (6, np.rot90(GREY, -1)), (8, np.rot90(GREY))],
)
def test_exif_orientation(kind: str, orientation: int, turned: np.ndarray) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 100} if kind == "JPEG" else {}
    data = encoded(GREY, kind, exif=exif, **options)
    assert exif_orientation(data) == orientation
    decoded = decode_image(data, "a").astype(int)
    assert decoded.shape == turned.shape
    assert np.abs(decoded - turned).max() <= 4


def noise_file(kind: str) -> bytes:
    return encoded(np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8), kind)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP"])
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9])
def test_truncated_files_are_refused(
    kind: str, kept: float, capfd: pytest.CaptureFixture[str]
) -> None:
    data = noise_file(kind)
    with pytest.raises(UnreadableImage, match=r"^photo: "):
        decode_image(data[: int(len(data) * kept)], "photo")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9])
def test_truncated_16_bit_colour_is_refused(
    suffix: str, kept: float, capfd: pytest.CaptureFixture[str]
) -> None:
    pixels = np.random.default_rng(0).integers(0, 65535, (64, 64, 3), dtype=np.uint16)
    data = encoded_16_bit(pixels, suffix)
    with pytest.raises(UnreadableImage):
        decode_image(data[: int(len(data) * kept)], "photo")
    assert capfd.readouterr().err == ""


def absurd_png() -> bytes:
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + header
    body = b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    return body + struct.pack(">I", 4) + b"IDAT" + b"\0\0\0\0" + b"\0\0\0\0"


def pages(kind: str) -> bytes:
    return encoded(GREY, kind, save_all=True, append_images=[Image.fromarray(255 - GREY)])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"this is text", "no image"),
        (absurd_png(), "30000 x 30000 pixels"),
        (encoded(COLOUR, "JPEG", "CMYK"), "CMYK"),
        (encoded(COLOUR, "TIFF", "CMYK"), "CMYK"),
        (pages("TIFF"), "2 pictures"),
        (pages("PNG"), "2 pictures"),
        (encoded(GREY, "GIF"), "no image"),
        (encoded(GREY.astype(np.float32), "TIFF"), "stored as F"),
        (encoded(GREY.astype(np.int32) + 70000, "TIFF"), "outside 0 to 65535"),
    ],
)
def test_what_is_no_photo_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableImage, match=reason) as caught:
        decode_image(data, "photo.png")
    assert caught.value.where == "photo.png"
    assert caught.value.fix
    assert MAX_PIXELS < 30_000**2


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.png", tmp_path):
        with pytest.raises(UnreadableImage, match="cannot be opened"):
            read_image(path)


def test_a_photo_of_one_pixel_is_read() -> None:
    assert decode_image(encoded(GREY[:1, :1], "PNG"), "a").shape == (1, 1)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["PNG", "JPEG", "TIFF", "BMP", "WEBP"]), st.data())
def test_damaged_files_decode_or_are_refused(kind: str, data: st.DataObject) -> None:
    damaged = bytearray(noise_file(kind))
    place = data.draw(st.integers(0, len(damaged) - 1))
    damaged[place : place + 20] = data.draw(st.binary(min_size=1, max_size=40))
    try:
        decoded = decode_image(bytes(damaged), "a")
    except UnreadableImage:
        return
    assert decoded.dtype in (np.uint8, np.uint16)


def test_mask_of_a_palette_keeps_its_indices(tmp_path: Path) -> None:
    image = Image.fromarray(GREY // 40, "L").convert("P")
    image.putdata(list((GREY // 40).ravel()))
    image.putpalette([255, 0, 0, 0, 255, 0, 9, 9, 9] * 10)
    image.save(tmp_path / "m.png")
    np.testing.assert_array_equal(read_mask(tmp_path / "m.png"), GREY // 40)


def test_colour_masks_are_packed_and_grey_ones_are_not(tmp_path: Path) -> None:
    red = np.zeros((2, 2, 3), np.uint8)
    red[0, 0] = (255, 16, 1)
    packed = read_mask(picture(tmp_path / "red.png", red))
    assert packed.dtype == np.uint32
    assert packed[0, 0] == 0xFF1001
    grey = read_mask(picture(tmp_path / "grey.png", np.dstack([GREY] * 3)))
    assert grey.dtype == np.uint8
    np.testing.assert_array_equal(grey, GREY)


def test_lossy_masks_are_refused() -> None:
    for kind in ("JPEG", "WEBP"):
        with pytest.raises(UnreadableImage, match="lossy"):
            decode_mask(noise_file(kind), "m")
    assert decode_mask(encoded(COLOUR, "WEBP", lossless=True), "m").dtype == np.uint32


def test_jpeg_steps_are_those_of_the_file() -> None:
    data = encoded(COLOUR, "JPEG", quality=75)
    steps = jpeg_steps(data)
    assert steps is not None and len(steps) == 64
    assert steps[:4] == (8, 6, 5, 8) and steps[8] == 6


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"\xff\xd8\xff\xdb\x00", b"\x89PNG"])
def test_what_is_no_jpeg_has_no_steps(data: bytes) -> None:
    assert jpeg_steps(data) is None
