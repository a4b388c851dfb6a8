"""A chart as a PNG."""

from __future__ import annotations

import io
import unicodedata
from typing import TYPE_CHECKING

from watcher.deliver.chart import INK, Box
from watcher.errors import InputError

if TYPE_CHECKING:
    from watcher.deliver.chart import Chart

SCALE = 2  # pixels a unit: sharp on today's screens
# Pillow's own font, which needs none of the machine's, has no arrows, and letters without marks only.
_ARROWS = str.maketrans({"→": "->", "↔": "<->"})


def as_png(drawn: Chart) -> bytes:
    """Paint the shapes. Raises InputError where the extra that paints is not installed."""
    try:
        from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415, TID251  only who wants a PNG needs it
    except ImportError as error:
        raise InputError(
            "a PNG needs the extra watcher[plot]: install it with pip, or take --format svg, which needs nothing"
        ) from error
    sheet = Image.new("RGB", (drawn.width * SCALE, drawn.height * SCALE), "#ffffff")
    pen = ImageDraw.Draw(sheet)
    for shape in drawn.shapes:
        x, y = shape.x * SCALE, shape.y * SCALE
        if isinstance(shape, Box):
            pen.rectangle((x, y, x + shape.width * SCALE - 1, y + shape.height * SCALE - 1), fill=shape.colour)
        else:
            font = ImageFont.load_default(shape.size * SCALE)
            pen.text((x, y), _plain(shape.text), fill=INK, font=font, anchor="rs" if shape.is_right else "ls")
    told = io.BytesIO()
    sheet.save(told, "PNG")
    return told.getvalue()


def _plain(text: str) -> str:
    spelt = unicodedata.normalize("NFKD", text.translate(_ARROWS))
    return "".join(letter for letter in spelt if not unicodedata.combining(letter))
