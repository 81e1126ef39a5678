"""Finds the page whose record the broker refuses for good.

One refused record fails every record its producer still has (seen in kafka-python 3.0.12), so a refusal names no page. The pages of that
batch become suspects, each is committed alone the next time, and only a page that was refused alone is guilty.
"""

from workers.engine.pages import Page, Place


class Blame:
    """Kept in memory: after a restart the broker refuses again, and the search begins again."""

    def __init__(self) -> None:
        self._suspects: set[Place] = set()
        self._refusals: dict[Place, list[str]] = {}

    def refused(self, batch: list[Page], error: str) -> None:
        """The broker refused a record of these pages."""
        if len(batch) == 1:
            self._suspects.discard(batch[0].place)
            self._refusals.setdefault(batch[0].place, []).append(error)
        else:
            self._suspects.update(page.place for page in batch)

    def committed(self, page: Page) -> None:
        """The broker took all of this page."""
        if self._suspects or self._refusals:
            self._suspects.discard(page.place)
            self._refusals.pop(page.place, None)

    def must_be_alone(self, page: Page) -> bool:
        """Whether the page is to be committed alone."""
        return bool(self._suspects) and page.place in self._suspects

    def refusals(self, page: Page) -> list[str]:
        """What the broker said each time it refused this page alone: first its articles, then its dead letter."""
        return self._refusals.get(page.place, []) if self._refusals else []
