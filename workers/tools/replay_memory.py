"""What was replayed already: a group's offsets on the dead-letter topic, which can be committed together with the replays.

A committed offset says that every dead letter below it was replayed. Filters leave gaps, so the offset's metadata names the ones
replayed above it, as a compressed bitmap. The broker keeps it for `offsets.retention.minutes` (7 days by default) after the last replay.
"""

import base64
import binascii
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from workers.tools.errors import ToolError

MAX_METADATA_CHARS = 4096  # offset.metadata.max.bytes, by default
_PREFIX = "replayed:1:"
_MAX_BITMAP_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was replayed of one partition: everything below `until`, and `offsets` (all of them at or above it)."""

    until: int
    offsets: frozenset[int] = field(default_factory=frozenset)

    def __contains__(self, offset: int) -> bool:
        return offset < self.until or offset in self.offsets

    def adding(self, offsets: frozenset[int]) -> "Replayed":
        """Return it with more replayed."""
        return Replayed(self.until, self.offsets | {o for o in offsets if o >= self.until})

    def settled(self, letters: Sequence[int], start: int, end: int) -> "Replayed":
        """Return the same said shorter, knowing that `letters` (in order) are all there is from offset `start` to before `end`."""
        if start > self.until:
            return self
        until = max(self.until, next((o for o in letters if o not in self), end))
        return Replayed(until, frozenset(o for o in self.offsets if o >= until))

    def encode(self) -> str:
        """Return the metadata to commit with `until`; raises ToolError when it does not fit."""
        if not self.offsets:
            return _PREFIX
        bitmap = bytearray((max(self.offsets) - self.until) // 8 + 1)
        for offset in self.offsets:
            bitmap[(offset - self.until) // 8] |= 1 << (offset - self.until) % 8
        packed = zlib.compress(bitmap, 9)
        text = _PREFIX + base64.b64encode(packed).decode()
        if len(text) > MAX_METADATA_CHARS:
            raise ToolError("too many scattered dead letters to remember: replay all up to a time first (--until), without other filters")
        return text


def decode(until: int, metadata: str) -> Replayed:
    """Return what a committed offset and its metadata say; raises ToolError when somebody else wrote it.

    Without metadata (an operator has reset the group's offsets) the offset alone counts.
    """
    if not metadata:
        return Replayed(until)
    try:
        if not metadata.startswith(_PREFIX):
            raise ValueError("no prefix")
        packed = base64.b64decode(metadata.removeprefix(_PREFIX), validate=True)
        bitmap = zlib.decompressobj().decompress(packed, _MAX_BITMAP_BYTES) if packed else b""
    except (ValueError, binascii.Error, zlib.error) as e:
        raise ToolError("the group that remembers replays holds offsets that `rawi dlq replay` did not write; delete that group") from e
    found = (8 * i + bit for i, byte in enumerate(bitmap) if byte for bit in range(8) if byte >> bit & 1)
    return Replayed(until, frozenset(until + i for i in found))
