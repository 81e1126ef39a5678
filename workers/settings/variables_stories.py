"""Settings of the story worker."""

from workers.settings.kinds import HostPort, Number, Whole
from workers.settings.variable import Variable

DAY_S = 86_400

STORIES = (
    Variable(
        "RAWI_STORIES_MIN_LIKENESS",
        "stories.min_likeness",
        Number(0.05, 1),
        "0.28",
        "How alike two articles must be to tell one event: the cosine of their words' weights.",
        "Lower joins more and wrongly, higher splits; docs/stories.md has the figures.",
    ),
    Variable(
        "RAWI_STORIES_WINDOW_S",
        "stories.window_s",
        Whole(3600, 31_536_000),
        str(3 * DAY_S),
        "Longest time between the dates of a story's first article and any other.",
        "72 hours: an event is news for a few days, and what follows is another one.",
        "seconds",
    ),
    Variable(
        "RAWI_STORIES_HORIZON_S",
        "stories.horizon_s",
        Whole(3600, 31_536_000),
        str(7 * DAY_S),
        "A story is over when no article came to it for so long.",
        "Longer than the window, so that late and replayed articles still find it; memory grows with it.",
        "seconds",
    ),
    Variable(
        "RAWI_STORIES_MAX_ARTICLES",
        "stories.max_articles",
        Whole(1000, 10_000_000),
        "200000",
        "Most articles held; past it the stories that were silent longest are over.",
        "Bounds the memory; docs/stories.md says how much an article costs.",
        "articles",
    ),
    Variable(
        "RAWI_STORIES_MAX_MEMBERS",
        "stories.max_members",
        Whole(2, 5000),
        "1000",
        "Most members listed in a story's record; the counts are of all.",
        "5,000 members of usual URLs fit into a record of 4 MiB.",
        "members",
    ),
    Variable(
        "RAWI_STORIES_HTTP_ADDR",
        "stories.http_addr",
        HostPort(),
        "127.0.0.1:9109",
        "Where the story worker serves `/metrics`, `/healthz` and `/readyz`.",
        "As RAWI_HTTP_ADDR, for the second process.",
    ),
)
