"""Opens the store the settings name."""

import time

import redis
import structlog

from workers.settings import Settings, redis_client_kwargs
from workers.store.breaker import Breaker, StoreObserver
from workers.store.memory import MemoryStore
from workers.store.protocol import Store
from workers.store.redis import RedisStore

log = structlog.get_logger()
RETRY_AFTER_S = 5.0  # a store that failed is asked again after this time


def open_store(settings: Settings, observer: StoreObserver) -> Store:
    """Return Redis behind a breaker, or, without REDIS_URL, the in-process store. Does not connect yet."""
    if settings.redis.url is None:
        log.warning(
            "store.in_process", hint="REDIS_URL is not set: re-crawls and reprints are recognised by this process only, until it ends"
        )
        return MemoryStore(horizon_s=settings.redis.near_horizon_s)
    client = redis.Redis(**redis_client_kwargs(settings))
    store = RedisStore(
        client,
        prefix=settings.redis.prefix,
        ttl_s=settings.redis.ttl_s,
        items=settings.redis.near_items,
        horizon_s=settings.redis.near_horizon_s,
    )
    return Breaker(store, observer, retry_after_s=RETRY_AFTER_S, clock=time.monotonic)
