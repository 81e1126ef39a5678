"""Which sites have a label of their own in the metrics: the busiest few, found in bounded memory. Pure bookkeeping."""

from urllib.parse import urlsplit

OTHER = "other"
TRACKED_PER_LABEL = 10  # sites counted for each one that has a label
MAX_SITE_CHARS = 100


class TopSites:
    """Space-Saving counts (Metwally, Agrawal, El Abbadi 2005): the least seen site makes room for a new one, which inherits its count.

    A site takes another's label only once it has been seen twice as often: labels that change hands at each page would
    make series that begin and end all the time.
    """

    def __init__(self, labels: int) -> None:
        self._max_labels = labels
        self._counts: dict[str, int] = {}
        self._labelled: set[str] = set()

    def label_of(self, url: str | None) -> tuple[str, str | None]:
        """Count a page. Returns its site's label, and the label that was given up for it, if one was."""
        site = site_of(url)
        if site is None or not self._max_labels:
            return OTHER, None
        self._count(site)
        if site in self._labelled:
            return site, None
        if len(self._labelled) < self._max_labels:
            self._labelled.add(site)
            return site, None
        least = min(self._labelled, key=lambda labelled: self._counts.get(labelled, 0))
        if self._counts[site] <= 2 * self._counts.get(least, 0):
            return OTHER, None
        self._labelled.remove(least)
        self._labelled.add(site)
        return site, least

    def _count(self, site: str) -> None:
        if site not in self._counts and len(self._counts) >= self._max_labels * TRACKED_PER_LABEL:
            least = min(self._counts, key=self._counts.__getitem__)
            self._counts[site] = self._counts.pop(least)
        self._counts[site] = self._counts.get(site, 0) + 1


def site_of(url: str | None) -> str | None:
    """The host of a URL, lower case, without `www.`; None without one. Hosts in other scripts as they stand."""
    try:
        host = (urlsplit(url or "").hostname or "").removeprefix("www.").rstrip(".")
    except ValueError:
        return None
    return host.encode(errors="replace").decode()[:MAX_SITE_CHARS] or None
