"""Words that tell a date of change from a date of publication."""

import re

from workers.metadata.words import words
from workers.rules.fold import fold

_LABEL = re.compile(r"updat|modif|edited|aktuali|revised|lastmod", re.I)


def labels_update(label: str) -> bool:
    """Whether a class, an id or an itemprop speaks of a change and not of publication."""
    return bool(_LABEL.search(label)) and "publish" not in label.lower()


def names_update(text: str) -> bool:
    """Whether the words beside a date say that it is of a change; where both stand, the first counts."""
    folded = fold(text)
    update, published = words().updated.search(folded), words().published.search(folded)
    if update is None:
        return False
    return published is None or update.start() < published.start()


def speaks_of_date(text: str) -> bool:
    """Whether a line says of a date that it is of publication or of a change."""
    folded = fold(text)
    return bool(words().updated.search(folded) or words().published.search(folded))
