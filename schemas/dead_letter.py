"""The value that stands in for a dead letter whose original the broker refused for its size."""

from schemas.values import Count, Record, Sha256Hex


class DeadLetterStub(Record, frozen=True):
    """The value of a dead letter whose original the broker refused for its size."""

    size_bytes: Count | None
    """Bytes of the original value; null: it had none, the headers alone were too large."""
    sha256: Sha256Hex | None
    """sha256 of the original value, to find it at its source; null: it had none."""
    key_size_bytes: Count | None
    """Bytes of the original key; null: it had none. A key over 8 KiB is cut."""
    cut_headers: list[str] = []
    """Original headers that were cut or left out to make the stub fit. Absent: none."""
