"""The stream: first fetches, re-crawls, edited reprints and edits, in a known mix, as a server sends them: never the same bytes twice."""

import gzip
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

import msgspec

from tests.sameness.stories import AGENCIES, Story, edit, reprint, sentence, story

SHARES = {"recrawl": 0.30, "reprint": 0.10, "edit": 0.05}


@dataclass(frozen=True)
class Fetch:
    """One page of the stream, and what it is."""

    kind: str  # first, recrawl, reprint, edit
    url: str
    value: bytes
    of: str = ""  # url of the original that a reprint repeats


def stream(count: int, seed: int = 1, real_pages: Iterable[tuple[str, bytes]] = ()) -> Iterator[Fetch]:
    """`count` pages; re-crawls, reprints and edits are of pages that came before. The real pages given are among the first fetches."""
    source = random.Random(seed)
    real = list(real_pages)
    stories: list[Story] = []  # as they stand now
    edited: set[int] = set()
    raw: list[tuple[str, bytes]] = []
    kinds = [kind for kind, share in SHARES.items() for _ in range(round(count * share))]
    kinds += ["first"] * (count - len(kinds))
    source.shuffle(kinds)
    for number, kind in enumerate(kinds):
        if kind == "first" or not stories:
            if real and source.random() < 0.1:
                raw.append(real.pop())
                yield Fetch("first", raw[-1][0], _served(raw[-1][1], source))
            else:
                stories.append(story(number))
                yield _fetch("first", stories[-1], source)
        elif kind == "recrawl":
            if raw and source.random() < len(raw) / (len(raw) + len(stories)):
                url, html = source.choice(raw)
                yield Fetch("recrawl", url, _served(html, source))
            else:
                yield _fetch("recrawl", source.choice(stories), source)
        elif kind == "reprint":
            original = stories[source.choice([n for n in range(len(stories)) if n not in edited])]
            yield Fetch("reprint", (copy := reprint(original, number)).url, _html(copy, source), of=original.url)
        else:
            at = source.randrange(len(stories))
            edited.add(at)
            stories[at] = edit(stories[at], number)
            yield _fetch("edit", stories[at], source)


def _fetch(kind: str, of: Story, source: random.Random) -> Fetch:
    return Fetch(kind, of.url, _html(of, source))


def _html(of: Story, source: random.Random) -> bytes:
    """The page of a story: its site's frame, and around it what no two fetches have in common."""
    site = random.Random(of.site)  # a site's frame is always the same
    menu = "".join(f'<li><a href="/{n}">{sentence(site, of.language)[:18]}</a></li>' for n in range(12))
    footer = sentence(site, of.language)
    token, now = f"{source.getrandbits(128):032x}", source.randint(1_700_000_000, 1_799_999_999)
    line = ""
    if of.agency:
        line = f"<p>المصدر: {of.agency}</p>" if of.agency in AGENCIES["ar"] else f"<p>Source: {of.agency}</p>"
    body = "".join(f"<p>{escape(' '.join(paragraph))}</p>" for paragraph in of.paragraphs)
    direction = "rtl" if of.language == "ar" else "ltr"
    return (
        f'<!DOCTYPE html><html lang="{of.language}" dir="{direction}"><head><meta charset="utf-8"><title>{escape(of.headline)}</title>'
        f'<meta name="csrf-token" content="{token}"><link rel="stylesheet" href="/site.css?v={now}">'
        f'<script nonce="{token}">window.now = {now};</script></head><body><!-- {now} {token} --><nav><ul>{menu}</ul></nav>'
        f'<form><input type="hidden" name="_token" value="{token}"></form>'
        f'<div id="div-gpt-ad-{now}-0"><a href="/buy">{escape(sentence(source, of.language))}</a></div>'
        f'<main><article><h1>{escape(of.headline)}</h1><img src="/photo.jpg?t={now}" alt="">{body}{line}</article></main>'
        f'<aside class="ad-slot"><p>{escape(sentence(source, of.language))}</p></aside><footer>{escape(footer)}</footer></body></html>'
    ).encode()


_HEAD_END = re.compile(rb"</head>|<body[^>]*>", re.IGNORECASE)


def _served(html: bytes, source: random.Random) -> bytes:
    """A real page with a token, a time and an advertisement of this fetch."""
    token, now = b"%032x" % source.getrandbits(128), source.randint(1_700_000_000, 1_799_999_999)
    added = b'<script nonce="%s">window.now=%d</script><!-- %d --><input type="hidden" value="%s">' % (token, now, now, token)
    return _HEAD_END.sub(lambda found: found[0] + added, html, count=1)


def real_pages(shared: Path) -> Iterator[tuple[str, bytes]]:
    """The URLs and bytes of the pages that `shared/bench_pages.jsonl` names; nothing where it is not there."""
    manifest = shared / "bench_pages.jsonl"
    for line in manifest.read_bytes().splitlines() if manifest.is_file() else ():
        page = msgspec.json.decode(line)
        if str(page["url"]).startswith("http"):
            yield page["url"], gzip.decompress((shared / page["path"]).read_bytes())
