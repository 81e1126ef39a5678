"""What both ends of the Redis store agree on: the bytes of entries, keys and tags. Pure."""

import hashlib
import zlib
from functools import lru_cache

import msgspec

from schemas.records import Source
from workers.sameness.fingerprint import Fingerprint
from workers.store.protocol import Look, Past, Text

NO_FACTS = bytes(8)
SLOT_BYTES = 14  # tag 4, beginning of an id 10
BUCKET_SLOTS = 32
FILL = 0.75  # of a bucket when the index holds as many articles as the setting says: few buckets overflow
INDEXED = 21  # BANDS, and the whole text's hash
_past_encoder = msgspec.msgpack.Encoder()
_past_decoder = msgspec.msgpack.Decoder(Past)


def bucket_count(items: int) -> int:
    """How many buckets hold the index of so many original articles."""
    return max(1, round(items * INDEXED / (BUCKET_SLOTS * FILL)))


def digest(text: str, size: int) -> bytes:
    """A short hash for a key: BLAKE2b."""
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=size).digest()


def pack_source(source: Source) -> bytes:
    """16 bytes: 8 name the partition, 8 are the offset."""
    return _partition(source.topic, source.partition) + source.offset.to_bytes(8, "big")


def pack_entry(look: Look, *, facts: bytes, status: bytes, now_s: float, past: Past | None = None) -> bytes:
    """An entry of a URL's pages, as entries.lua describes it."""
    blob = _past_encoder.encode(past) if past else b""
    return b"".join(
        (
            pack_source(look.source),
            bytes.fromhex(look.page_sha256)[:12] if _is_hex(look.page_sha256) else digest(look.page_sha256, 12),
            digest(look.rules_version, 4),
            facts or NO_FACTS,
            status,
            int(now_s).to_bytes(4, "big"),
            len(blob).to_bytes(2, "big"),
            blob,
        )
    )


def unpack_past(blob: bytes) -> Past | None:
    """What came of a page; None when it is not known, or written by another version."""
    try:
        return _past_decoder.decode(blob) if blob else None
    except msgspec.MsgspecError:
        return None


def index_keys(text: Text, buckets: int) -> list[tuple[int, bytes]]:
    """(bucket, tag) of each place in the index where an article is entered, and looked for."""
    bands = Fingerprint(text.fingerprint).bands() if text.fingerprint else []
    keys = [text.content_hash[:4], *bands]
    return [(zlib.crc32(bytes((number,)) + key) % buckets, key) for number, key in enumerate(keys)]


@lru_cache(4096)
def _partition(topic: str, partition: int) -> bytes:
    return digest(f"{topic}\0{partition}", 8)


def _is_hex(text: str) -> bool:
    return len(text) == 64
