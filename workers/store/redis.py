"""The Redis (or Valkey) store, shared by all workers. One key a URL: `<prefix>seen:<sha256 of the URL>`, msgpack, expiring."""

import hashlib
from collections.abc import Mapping

import msgspec
import redis

from workers.store.protocol import Remembered, StoreUnavailable

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Remembered)


class RedisStore:
    """A Store on a redis-py client, whose socket time-outs bound every call."""

    def __init__(self, client: redis.Redis, *, prefix: str, ttl_s: int) -> None:
        self._client = client
        self._prefix = prefix
        self._ttl_s = ttl_s

    def recall(self, url: str) -> Remembered | None:
        """Return what is remembered of a URL; a value that cannot be read (another version's) counts as nothing."""
        try:
            value = self._client.get(self._key(url))
        except redis.RedisError as e:
            raise StoreUnavailable(type(e).__name__) from e
        if not isinstance(value, bytes):
            return None
        try:
            return _decoder.decode(value)
        except msgspec.MsgspecError:
            return None

    def remember(self, pages: Mapping[str, Remembered]) -> None:
        """Remember pages in one round trip."""
        pipe = self._client.pipeline(transaction=False)
        for url, page in pages.items():
            pipe.set(self._key(url), _encoder.encode(page), ex=self._ttl_s)
        try:
            pipe.execute()
        except redis.RedisError as e:
            raise StoreUnavailable(type(e).__name__) from e

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _key(self, url: str) -> str:
        return f"{self._prefix}seen:{hashlib.sha256(url.encode()).hexdigest()}"
