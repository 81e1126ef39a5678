"""Pictures, films, and what may be done with them: main image, images with captions and credits, videos, paywall, licence."""

import re
from collections.abc import Iterator
from typing import Any

from schemas.records import Image, Video
from workers.metadata.candidate import Candidate, candidate, plain
from workers.metadata.conflicts import images_differ, texts_differ
from workers.stages.links import absolute_url
from workers.structured.jsonld import Node, text_at, text_of, types_of, url_of, values_of
from workers.structured.page import Page

MAX_VIDEOS = 10
MAX_IMAGES = 20
_IMAGE_METAS = (
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "parsely-image-url",
    "sailthru.image.full",
    "thumbnail",
)
_VIDEO_METAS = ("og:video:secure_url", "og:video:url", "og:video", "twitter:player")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?=\S)", re.IGNORECASE)
_PLAYERS = (
    "youtube.com/embed/",
    "youtube-nocookie.com/embed/",
    "player.vimeo.com/video/",
    "dailymotion.com/embed/video/",
    "facebook.com/plugins/video",
)


def find_main_images(page: Page) -> Iterator[Candidate[str]]:
    """By precedence: the image for social networks, then the article's in JSON-LD and microdata."""
    for name in _IMAGE_METAS:
        if (href := page.meta(name)) and (url := absolute_url(href, page.base)):
            yield candidate(url, "meta", f"meta.{name}")
    for node, source, rule in ((page.article, "jsonld", "jsonld.image"), (page.article_item, "dom", "item.image")):
        urls = (absolute_url(url_of(value), page.base) for value in values_of(node or {}, "image"))
        if url := next(filter(None, urls), None):
            yield candidate(url, source, rule)


def find_images(page: Page) -> Candidate[list[Image]] | None:
    """The images that JSON-LD describes with a caption or a credit; those with captions in the text come from segmentation."""
    images = [
        image for value in values_of(page.article or {}, "image")[:MAX_IMAGES] if isinstance(value, dict) and (image := _image(page, value))
    ]
    return candidate(merged([], images), "jsonld", "jsonld.image") if images else None


def _image(page: Page, value: Node) -> Image | None:
    caption = plain(text_at(value, "caption", "description")) or None
    credit = plain(text_at(value, "creditText", "copyrightNotice", "copyrightHolder", "creator", "author")) or None
    url = absolute_url(url_of(value), page.base)
    return Image(url=url, caption=caption, credit_text=credit) if url and (caption or credit) else None


def merged(shown: list[Image], stated: list[Image]) -> list[Image]:
    """The images that stand in the text, in page order, with what structured data knows of them; then those that only it describes."""
    found: list[Image] = []
    for image in (*shown, *stated):
        at = next((at for at, known in enumerate(found) if _is_same(image, known)), None)
        if at is None or image in shown:
            found.append(image)
            continue
        known = found[at]
        caption, credit = known.caption or image.caption, known.credit_text or image.credit_text
        found[at] = Image(url=known.url or image.url, caption=caption, credit_text=credit)
    return found


def _is_same(one: Image, other: Image) -> bool:
    if one.url and other.url and not images_differ(one.url, other.url):
        return True
    return bool(one.caption and other.caption) and not texts_differ(one.caption or "", other.caption or "")


def find_videos(page: Page) -> Iterator[Candidate[list[Video]]]:
    """The article's videos: JSON-LD, metas; without either, players of the well-known hosts."""
    videos: dict[str, Video] = {}
    for value in values_of(page.article or {}, "video")[:MAX_VIDEOS]:
        if isinstance(value, dict) and (video := _video(page, value)):
            videos.setdefault(video.url or video.name or "", video)
    if not videos and "VideoObject" in types_of(page.article or {}) and (video := _video(page, page.article or {})):
        videos[video.url or ""] = video
    if videos:
        yield candidate(list(videos.values()), "jsonld", "jsonld.video")
    name, href = next(((name, href) for name in _VIDEO_METAS if (href := page.meta(name))), ("", ""))
    if url := absolute_url(href, page.base):
        yield candidate([Video(url=url)], "meta", f"meta.{name}")
    if not videos and not url and (found := list(_players(page))):
        yield candidate(found, "dom", "player")


def _video(page: Page, value: Node) -> Video | None:
    url = next((url for key in ("contentUrl", "embedUrl", "url") if (url := absolute_url(text_of(value.get(key)), page.base))), None)
    name = plain(text_at(value, "name", "headline")) or None
    return Video(url=url, name=name) if url or name else None


def _players(page: Page) -> Iterator[Video]:
    seen: set[str] = set()
    for frame in page.seen.frames if page.seen.frames and "iframe" in page.markup else ():
        url = absolute_url(frame.get("src") or frame.get("data-src"), page.base)
        if url and url not in seen and any(player in url for player in _PLAYERS) and len(seen) < MAX_VIDEOS:
            seen.add(url)
            yield Video(url=url, name=plain(frame.get("title") or "") or None)


def find_is_free(page: Page) -> Iterator[Candidate[bool]]:
    """What the page says of a paywall, by precedence: JSON-LD, microdata, the content tier for social networks."""
    for node, source, rule in (
        (page.article, "jsonld", "jsonld.isAccessibleForFree"),
        (page.article_item, "dom", "item.isAccessibleForFree"),
    ):
        for value in values_of(node or {}, "isAccessibleForFree")[:1]:
            if (free := _as_bool(value)) is not None:
                yield candidate(free, source, rule)
    tier = page.meta("article:content_tier", "og:article:content_tier").lower()
    if tier in ("free", "locked", "metered"):
        yield candidate(tier == "free", "meta", "meta.article:content_tier")


def _as_bool(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False, "yes": True, "no": False}.get(text_of(value).strip().lower().rpartition("/")[2])


def find_licenses(page: Page) -> Iterator[Candidate[str]]:
    """The licence, by precedence: JSON-LD, a `rel=license` link in the head, one on the page, Dublin Core."""
    stated = plain(url_of(values_of(page.article or {}, "license")[:1]) or text_at(page.article or {}, "license"))
    if stated and not _is_foreign(stated):
        yield candidate(stated, "jsonld", "jsonld.license")
    for link in page.links:
        if "license" in link.rel.split() and (url_ := absolute_url(link.href, page.base)):
            yield candidate(url_, "meta", "link.license")
    for anchor in page.rel_links("license"):
        if url_ := absolute_url(anchor.get("href"), page.base):
            yield candidate(url_, "dom", "rel.license")
    rights = plain(page.meta("dc.rights.license", "dcterms.license") or "")
    if rights and not _is_foreign(rights):
        yield candidate(rights, "meta", "meta.dcterms.license")


def _is_foreign(licence: str) -> bool:
    """Whether a licence is a link that no field may hold. Names of licences are none: "CC BY 4.0", "Licence: all rights reserved"."""
    scheme = _SCHEME.match(licence)
    return scheme is not None and scheme[1].lower() not in ("http", "https")
