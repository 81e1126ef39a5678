"""The page's hash for "seen before": blind to what changes by itself."""

from workers.pipeline.draft import Draft, replace
from workers.sameness.page import steady_sha256


def run(draft: Draft) -> Draft:
    """Fill `steady_sha256`."""
    return replace(draft, steady_sha256=steady_sha256(draft.body, is_html=draft.html is not None))
