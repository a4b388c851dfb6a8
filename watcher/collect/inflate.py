"""Bodies unpacked with a bound: neither libraries nor servers get to say how large an answer becomes."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

import brotli  # noqa: TID251  the one seam to packed bodies
from backports import zstd  # noqa: TID251

from watcher.collect.guard import MAX_BYTES
from watcher.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CODINGS = "gzip, deflate, br, zstd"
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_OR_ZLIB = 47
_RAW = -15
_STEP = 1 << 18
_WINDOW = {int(zstd.DecompressionParameter.window_log_max): 23}  # 8 MiB, as RFC 9659 bounds it for HTTP


class _Unpacker(Protocol):
    """Unpacks one stream, in pieces of bounded size."""

    @property
    def is_whole(self) -> bool:
        """Whether it came to its own end."""
        ...

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Give what the next bytes hold."""
        ...


class _Zlib:
    """Gzip, also of several members, or deflate."""

    def __init__(self, start: bytes) -> None:
        is_wrapped = start.startswith(b"\x1f") or (start[0] & 0x0F == 8 and int.from_bytes(start[:2]) % 31 == 0)
        self._stream = zlib.decompressobj(_GZIP_OR_ZLIB if is_wrapped else _RAW)

    @property
    def is_whole(self) -> bool:
        return self._stream.eof

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        while chunk:
            yield self._stream.decompress(chunk, _STEP)
            chunk = self._stream.unconsumed_tail or self._next_member()

    def _next_member(self) -> bytes:
        rest = self._stream.unused_data
        if not rest.startswith(_GZIP_MAGIC):
            return b""
        self._stream = zlib.decompressobj(_GZIP_OR_ZLIB)
        return rest


class _Brotli:
    def __init__(self, _: bytes) -> None:
        self._stream = brotli.Decompressor()

    @property
    def is_whole(self) -> bool:
        return bool(self._stream.is_finished())

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        yield self._stream.process(chunk, output_buffer_limit=_STEP)
        while not self._stream.can_accept_more_data():
            yield self._stream.process(b"", output_buffer_limit=_STEP)


class _Zstd:
    def __init__(self, _: bytes) -> None:
        self._stream = zstd.ZstdDecompressor(options=_WINDOW)

    @property
    def is_whole(self) -> bool:
        return self._stream.eof

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        while not self._stream.eof and (chunk or not self._stream.needs_input):
            yield self._stream.decompress(chunk, _STEP)
            chunk = b""


_UNPACKERS: dict[str, Callable[[bytes], _Unpacker]] = {
    "gzip": _Zlib,
    "x-gzip": _Zlib,
    "deflate": _Zlib,
    "br": _Brotli,
    "zstd": _Zstd,
}


class Inflater:
    """Collects a body's chunks, unpacked, in `body`. Raises SourceError `too-large` or `undecodable`."""

    def __init__(self, coding: str, limit: int = MAX_BYTES) -> None:
        names = [name for part in coding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
        if len(names) > 1:
            raise SourceError("undecodable", f"stacked content codings: {coding[:80]}")
        if names and names[0] not in _UNPACKERS:
            raise SourceError("undecodable", f"a content coding that was not asked for: {names[0][:40]}")
        self.body = bytearray()
        self._taken = 0
        self._limit = limit
        self._make = _UNPACKERS[names[0]] if names else None
        self._unpacker: _Unpacker | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next raw bytes."""
        self._taken += len(chunk)  # bounded too: a packed stream can go on without yielding anything
        # Servers say that a body is packed which isn't.
        if self._make and not self.body and self._unpacker is None and chunk[:1] not in (b"<", b"{", b"\xef", b""):
            self._unpacker = self._make(chunk)
        if self._unpacker is None:
            self._keep(chunk)
            return
        try:
            for piece in self._unpacker.pieces(chunk):
                self._keep(piece)
        except (zlib.error, brotli.error, zstd.ZstdError) as error:
            raise SourceError("undecodable", f"the packed body is damaged: {error}") from error

    @property
    def is_whole(self) -> bool:
        """Tell whether a packed body came to its own end."""
        return self._unpacker is None or self._unpacker.is_whole

    def _keep(self, data: bytes) -> None:
        self.body += data
        if max(len(self.body), self._taken) > self._limit:
            raise SourceError("too-large", f"more than {self._limit >> 20} MiB")


def unpack(body: bytes) -> bytes:
    """Unpack a body that is a gzip file, whatever its headers say; give any other back. Raises as Inflater does."""
    for _ in range(2):  # a .gz file sent by a server that packs it once more
        if not body.startswith(_GZIP_MAGIC):
            break
        inflater = Inflater("gzip")
        inflater.feed(body)
        body = bytes(inflater.body)
    return body
