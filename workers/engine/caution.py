"""A page that brings down the whole worker, counted without a store: in the metadata of the offset commit.

Each commit of a partition says how its owner stands there. `open`: pages are processed side by side. `solo`: the page at the committed
offset is being processed alone. `closed`: the owner let go in good order. Whoever takes over a partition that is not `closed`, and whose
owner is no longer in the group, knows that a worker died; the pages it may have had open are then processed one at a time, each marked
`solo` first, so that the next death can be laid at one page's door. A page's third death is its last: it is quarantined unprocessed.
"""

from typing import Literal

import msgspec

MAX_DEATHS = 3  # issue 3: "a page that brings down the whole worker three times is quarantined"

State = Literal["open", "solo", "closed"]


class Standing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the commit metadata of one partition says."""

    state: State
    owner: str  # client id of the consumer that wrote it
    until: int = 0  # pages below this offset are suspects
    deaths: int = 0  # of the page at the committed offset

    def encode(self) -> str:
        """Return the text for OffsetAndMetadata.metadata (the broker's limit, offset.metadata.max.bytes, is 4,096)."""
        return msgspec.json.encode(self).decode()


def read_standing(metadata: str | None) -> Standing | None:
    """Read commit metadata; what Rawi did not write counts as absent."""
    try:
        return msgspec.json.decode(metadata or "", type=Standing)
    except msgspec.MsgspecError:
        return None


class Caution(msgspec.Struct, frozen=True, kw_only=True):
    """How to treat a partition from its committed offset on."""

    until: int = 0  # pages below this offset are processed alone
    deaths: int = 0  # of the page at the committed offset

    def quarantines(self) -> bool:
        """Whether the page at the committed offset is to be quarantined."""
        return self.deaths >= MAX_DEATHS


def take_over(standing: Standing | None, *, me: str, members: frozenset[str], committed: int, end: int, window: int) -> Caution:
    """Decide how to treat a partition just taken over.

    `members`: client ids now in the group; `end`: its end offset now; `window`: the most pages an owner can have open.
    The page at the head may have been open when its owner died, so it starts with one death; pages behind it start with one as well
    when they become the head (`next_head`).
    """
    if standing is None or standing.state == "closed":
        return Caution()
    if standing.owner == me or standing.owner in members:  # a hand-over, not a death; what was suspect stays so
        return Caution(until=standing.until, deaths=standing.deaths) if committed < standing.until else Caution()
    if standing.state == "solo":
        return Caution(until=max(standing.until, min(committed + 1, end)), deaths=standing.deaths + 1)
    until = max(standing.until, min(committed + window, end))
    return Caution(until=until, deaths=max(standing.deaths, 1)) if committed < until else Caution()


def next_head(caution: Caution, committed: int) -> Caution:
    """Return how the partition stands after its head has moved on to `committed`."""
    return Caution(until=caution.until, deaths=1) if committed < caution.until else Caution()
