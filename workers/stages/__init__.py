"""The second half of the line: from a decoded page to articles. Each stage is a pure Draft -> Draft in a module of its own.

STAGES is made when first asked for: the libraries of extraction take two seconds and 150 MB, which only the pool's processes should pay.
"""

from typing import TYPE_CHECKING

# Part of every record's provenance. Raise it when the same page would give another text: pages last seen under another one are done again.
RULES_VERSION = "6"

if TYPE_CHECKING:
    from workers.stages.order import STAGES as STAGES


def __getattr__(name: str) -> object:
    if name == "STAGES":
        from workers.stages.order import STAGES

        return STAGES
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
