"""Bodies unpacked with a bound: neither libraries nor servers get to say how large an answer becomes."""

from __future__ import annotations

import zlib

from watcher.collect.guard import MAX_BYTES
from watcher.errors import SourceError

CODINGS = "gzip, deflate"
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_OR_ZLIB = 47
_RAW = -15
_STEP = 1 << 18


class Inflater:
    """Collects a body's chunks, unpacked, in `body`. Raises SourceError `too-large` or `undecodable`."""

    def __init__(self, coding: str, limit: int = MAX_BYTES) -> None:
        names = [name for part in coding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
        if len(names) > 1:
            raise SourceError("undecodable", f"stacked content codings: {coding[:80]}")
        if names and names[0] not in ("gzip", "x-gzip", "deflate"):
            raise SourceError("undecodable", f"a content coding that was not asked for: {names[0][:40]}")
        self.body = bytearray()
        self._taken = 0
        self._limit = limit
        self._is_packed = bool(names)
        self._unpacker: zlib._Decompress | None = None

    def feed(self, chunk: bytes) -> None:
        """Take the next raw bytes."""
        self._taken += len(chunk)  # bounded too: a packed stream can go on without yielding anything
        if self._is_packed and not self.body and self._unpacker is None:
            self._begin(chunk)
        if self._unpacker is None:
            self._keep(chunk)
        else:
            self._inflate(chunk)

    @property
    def is_whole(self) -> bool:
        """Tell whether a packed body came to its own end."""
        return self._unpacker is None or self._unpacker.eof

    def _begin(self, chunk: bytes) -> None:
        """Choose by the first bytes: servers say deflate for raw deflate, and gzip for what isn't packed at all."""
        if chunk[:1] in (b"<", b"{", b"\xef") or not chunk:
            return
        is_wrapped = chunk.startswith(b"\x1f") or (chunk[0] & 0x0F == 8 and int.from_bytes(chunk[:2]) % 31 == 0)
        self._unpacker = zlib.decompressobj(_GZIP_OR_ZLIB if is_wrapped else _RAW)

    def _inflate(self, chunk: bytes) -> None:
        while chunk and self._unpacker is not None:
            try:
                self._keep(self._unpacker.decompress(chunk, _STEP))
            except zlib.error as error:
                raise SourceError("undecodable", f"the packed body is damaged: {error}") from error
            chunk = self._unpacker.unconsumed_tail or self._next_member()

    def _next_member(self) -> bytes:
        rest = self._unpacker.unused_data if self._unpacker else b""
        if not rest.startswith(_GZIP_MAGIC):
            return b""
        self._unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
        return rest

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
