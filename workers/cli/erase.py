"""`rawi erase`: a page's articles taken back."""

from typing import Annotated

import typer


def erase(
    url: Annotated[str, typer.Argument(help="The page's URL, in any spelling.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one line of JSON.")] = False,
) -> None:
    """Take back every article of a page: tombstones on the articles topic, and nothing left in the store.

    Readers of the topic delete the articles when they see the tombstones; the broker removes the records at its next compaction. The raw
    page stays on the input topic until its retention ends, and a crawler that fetches it again gets it published again.

    Example: rawi erase https://news.example/a-story --yes

    Exit codes: 0 done, 1 not confirmed, 2 wrong use, 66 no such topic, 69 no broker or store, 77 not permitted.
    """
    import sys

    from workers.settings import kafka_client_config, load_settings
    from workers.store.open import open_store
    from workers.tools.erase import erase as erase_url
    from workers.tools.errors import Exit, ToolError, clean_exit
    from workers.tools.terminal import json_line, notes, safe_line

    with clean_exit():
        settings = load_settings()
        if settings.redis.url is None:
            notes().print("REDIS_URL is not set: a worker's own memory forgets the page when that worker ends")
        if not yes and not sys.stdin.isatty():
            raise ToolError("nothing was erased: add --yes, as there is nobody to ask", Exit.USAGE)
        if not yes and not typer.confirm(f"Erase every article of {safe_line(url)}?", err=True):
            raise ToolError("nothing was erased")
        store = open_store(settings, _Silent())
        try:
            done = erase_url(
                kafka_client_config(settings),
                url,
                articles_topic=settings.topics.output,
                outcomes_topic=settings.topics.outcomes,
                store=store,
            )
        finally:
            store.close()
        if as_json:
            typer.echo(json_line({"url": done.url, "articleIds": done.ids, "storeKnew": done.store_knew}))
        else:
            typer.echo(safe_line(f"erased {len(done.ids)} article{'s' if len(done.ids) > 1 else ''} of {done.url}"))


class _Silent:
    def store_called(self, result: str) -> None:
        """Nothing to count here."""
