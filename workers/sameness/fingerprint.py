"""The fingerprint on the wire: what it says, how two are compared, and the bands under which close ones meet. Pure, no numpy.

A fingerprint is `1.` and 174 characters of base64url (no padding) of 130 bytes, big-endian: the number of distinct shingles (two bytes,
at most 65,535), then VALUES minima of two bytes each, which `minhash.py` makes. The share of equal minima estimates the Jaccard likeness
of two shingle sets (standard error at most 1/16, at 0.5). Fingerprints of different versions are never compared: `1.` is part of all.

To find close texts among many, index each under its BANDS bands and look under the same: two texts of likeness j share at least one with
probability 1 - (1 - j**2)**20, which is .997 for .5 and .85 for .3. Then compare the fingerprints themselves.
"""

import base64
import binascii
import struct

import msgspec

VERSION = "1"
VALUES = 64
BANDS = 20
ROWS = 2  # minima in a band; the 24 that are in no band still count in `likeness`
MAX_SHINGLES = 65_535
_LAYOUT = struct.Struct(f">{VALUES + 1}H")
_BAND_BYTES = 2 * ROWS


class Fingerprint(msgspec.Struct, frozen=True):
    """A fingerprint, decoded."""

    packed: bytes  # 130 bytes, as above

    @classmethod
    def of(cls, shingles: int, minima: list[int]) -> "Fingerprint":
        """The fingerprint of a text with so many distinct shingles and these VALUES minima, 0 to 65,535."""
        return cls(_LAYOUT.pack(min(shingles, MAX_SHINGLES), *minima))

    @classmethod
    def parse(cls, text: str) -> "Fingerprint | None":
        """Read the field `fingerprint` of a record; None for another version's or what is none."""
        version, _, encoded = text.partition(".")
        if version != VERSION:
            return None
        try:
            packed = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        return cls(packed) if len(packed) == _LAYOUT.size else None

    def __str__(self) -> str:
        return f"{VERSION}.{base64.urlsafe_b64encode(self.packed).decode().rstrip('=')}"

    @property
    def shingles(self) -> int:
        """How many distinct shingles the text has: one per word, less the repeated ones."""
        return int.from_bytes(self.packed[:2], "big")

    def bands(self) -> list[bytes]:
        """The BANDS keys of four bytes, in order; a key means something only together with its number."""
        return [self.packed[at : at + _BAND_BYTES] for at in range(2, 2 + BANDS * _BAND_BYTES, _BAND_BYTES)]

    def likeness(self, other: "Fingerprint") -> float:
        """The estimated share of shingles that two texts have in common of all they have, 0 to 1 (Jaccard)."""
        ours, theirs = _LAYOUT.unpack(self.packed), _LAYOUT.unpack(other.packed)
        equal: int = sum(a == b for a, b in zip(ours[1:], theirs[1:], strict=True))
        return equal / VALUES

    def containment(self, other: "Fingerprint") -> float:
        """The estimated share of the shorter text's shingles that the longer has too, 0 to 1: near 1 for a text cut short."""
        likeness = self.likeness(other)
        smaller = min(self.shingles, other.shingles)
        return min(1.0, likeness / (1 + likeness) * (self.shingles + other.shingles) / smaller) if smaller else 0.0
