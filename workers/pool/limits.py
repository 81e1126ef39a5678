"""What a page and its process may use."""

import msgspec


class PoolLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds of a page and of a process."""

    timeout_s: float = 15.0  # wall clock a page, all tries together; waiting for Proceed or for a process not counted
    # Resident bytes a child may hold above what it held when it was ready for its first page (its share of the imported libraries is
    # not counted). A child above half of it after a page is recycled, so that a page has half of it at least without a second try.
    max_memory_bytes: int = 1024 * 1024 * 1024
    pages_per_process: int = 1000
    max_result_bytes: int = 16 * 1024 * 1024  # all articles of a page: output_too_large
