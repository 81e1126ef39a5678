"""From a tree of articles to the record that tells its story."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

from schemas.records import Story, StoryMember
from workers.rules.fold import fold
from workers.stories.features import instant
from workers.stories.forest import Node

MAX_KEYWORDS = 10
MAX_FORMER = 50


def story_id(root: bytes) -> str:
    """The id of the story whose first article is `root`: 64 hex digits, so that no story is taken for an article."""
    return hashlib.sha256(b"story:" + root).hexdigest()


def story_of(root: bytes, members: Sequence[Node], *, revision: int, former: Sequence[str], max_members: int) -> Story:
    """The record of a tree. `members` in their order; those after the first `max_members` are only counted."""
    reprints = sum(member.is_reprint for member in members)
    return Story(
        story_id=story_id(root),
        revision=revision,
        headline=next((member.article.headline for member in members if member.article.headline), None),
        keywords=_keywords(members),
        first_seen=instant(members[0].first_s),
        last_seen=instant(members[-1].first_s),
        members=[
            StoryMember(
                article_id=member.article.id.hex(),
                url=member.article.url,
                publisher=member.article.publisher,
                kind="reprint" if member.is_reprint else "independent",
            )
            for member in members[:max_members]
        ],
        independent_count=len(members) - reprints,
        reprint_count=reprints,
        former_story_ids=list(former[-MAX_FORMER:]),
    )


def _keywords(members: Sequence[Node]) -> list[str]:
    """The keywords that most members have; of spellings of one keyword, the most frequent; of equals, by the alphabet."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for member in members:
        for keyword in dict.fromkeys(member.article.keywords):
            if folded := fold(keyword):
                spellings[folded][keyword] += 1
    ranked = sorted(spellings.items(), key=lambda item: (-item[1].total(), item[0]))
    return [min(found, key=lambda keyword: (-found[keyword], keyword)) for _, found in ranked[:MAX_KEYWORDS]]
