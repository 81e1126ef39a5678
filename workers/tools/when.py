"""Points in time as people type them, and as records carry them."""

import re
from datetime import UTC, datetime, timedelta

from workers.tools.errors import Exit, ToolError

_AGO = re.compile(r"(\d+)\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
WHEN_HELP = "a time (2026-03-01, 2026-03-01T12:00Z; UTC unless it says otherwise) or an age (90s, 15m, 2h, 7d)"


def parse_when(text: str, now: datetime) -> datetime:
    """Return an aware datetime for RFC 3339, a date, or an age counted back from `now`; raises ToolError."""
    ago = _AGO.fullmatch(text.strip())
    try:
        if ago:
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        when = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise ToolError(f"{text!r} is not {WHEN_HELP}", Exit.USAGE) from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def to_ms(when: datetime) -> int:
    """Return milliseconds since 1970, as Kafka counts."""
    return int(when.timestamp() * 1000)


def format_ms(timestamp_ms: int) -> str:
    """Return RFC 3339 in UTC with milliseconds; a dash for a record without a timestamp."""
    if timestamp_ms < 0:
        return "-"
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
