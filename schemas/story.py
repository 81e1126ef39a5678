"""The value of a record on `stories`: the articles of many publishers that tell one story. The latest record of a key wins."""

from typing import Literal

from schemas.values import Count, Ordinal, PartialDate, Record, Sha256Hex, Text


class StoryMember(Record, frozen=True, kw_only=True):
    """One article of a story."""

    article_id: Sha256Hex
    """`id` of the article."""
    url: str | None = None
    """The article's `url`. Absent: it has none."""
    publisher: str | None = None
    """The publisher's name, else the article's domain. Absent: neither is known."""
    kind: Literal["independent", "reprint"]
    """`independent`: a text of its own; `reprint`: the same or nearly the same text as an earlier member."""


class Story(Record, frozen=True, kw_only=True):
    """One story; the record's key is `storyId`."""

    story_id: Text
    """Made from the first article's id. It changes when the story joins an earlier one, or loses its first article: see
    `formerStoryIds`."""
    revision: Ordinal
    """1 for the first record of the story, then counting."""
    headline: Text | None = None
    """The headline of the member that stands for the story. Absent: no member has one."""
    keywords: list[str] = []
    """The story's topics, the most frequent first. Absent: none."""
    first_seen: PartialDate
    """When its first member was downloaded, UTC."""
    last_seen: PartialDate
    """When its latest member was downloaded, UTC."""
    members: list[StoryMember]
    """The story's articles, in the order in which they were first downloaded; at most RAWI_STORIES_MAX_MEMBERS, the earliest."""
    independent_count: Count
    """Members with a text of their own."""
    reprint_count: Count
    """Members that repeat another."""
    former_story_ids: list[Text] = []
    """Ids under which the story or parts of it were published before; each was withdrawn (a null value). Absent: none."""
