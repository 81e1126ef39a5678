"""What of a page stays when nothing has happened: its bytes without what changes by itself from one fetch to the next.

For "seen before" only: nothing is extracted from the result. It is made for speed (a hundredth of an extraction's time), so each step
goes from one literal to the next, in C. What it misses costs an extraction, not a wrong answer; so when in doubt, it keeps.
"""

import hashlib

from workers.sameness.steady import steady_bytes


def steady_sha256(page: bytes, *, is_html: bool) -> str:
    """sha256 of what stays, in hex; of a page that is not HTML, of all its bytes."""
    return hashlib.sha256(steady_bytes(page) if is_html else page).hexdigest()
