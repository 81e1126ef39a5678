"""Whether two places of a page say different things of one field. What is the same after normalisation is no conflict."""

import contextlib
import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from schemas.identity import normalise_url
from schemas.records import Person, Video
from workers.metadata.languages import primary
from workers.metadata.site_names import squashed

# The size that picture servers put behind a file's name: bridge-1200x675, bridge_640, bridge_v16_9_800, bridge-scaled.
_SIZE = re.compile(r"(?:[-_@.,~](?:\d{1,4}x\d{1,4}|v?\d{1,2}_\d{1,2}|\d{2,4}w?|scaled|large|medium|small|\dx)){1,4}\Z")
_MOBILE = re.compile(r"\A(?:www|m|mobile|amp)\.")

# What pages write for a language that we call otherwise, or that several of ours are.
_LANGUAGES = {
    "no": ("nb", "nn"),
    "ku": ("ckb", "kmr"),
    "sh": ("sr", "hr", "bs"),
    "iw": ("he",),
    "ji": ("yi",),
    "in": ("id",),
    "tl": ("fil",),
    "prs": ("fa",),
    "mo": ("ro",),
    "cmn": ("zh",),
    "arb": ("ar",),
}


def texts_differ(one: str, other: str) -> bool:
    """Whether neither text is the other or a part of it: descriptions are cut short, sections have their parents before them."""
    if one == other:
        return False
    one, other = squashed(one), squashed(other)
    return one not in other and other not in one


def names_differ(one: str, other: str) -> bool:
    """Whether two names have other letters."""
    return one != other and squashed(one) != squashed(other)


def lists_differ(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two lists have nothing in common."""
    return set(map(squashed, one)).isdisjoint(map(squashed, other))


def persons_differ(one: Sequence[Person], other: Sequence[Person]) -> bool:
    """Whether two lists name nobody in common."""
    return {squashed(person.name) for person in one}.isdisjoint(squashed(person.name) for person in other)


def urls_differ(one: str, other: str) -> bool:
    """Whether two URLs lead to other pages: not by case, scheme, `www.`, `m.`, tracking parameters or the slash at the end."""
    return one != other and _address(one) != _address(other)


def images_differ(one: str, other: str) -> bool:
    """Whether two URLs are of other pictures: a picture is served in several sizes, by servers that keep its file's name."""
    if one == other:
        return False
    name, other_name = _file(one), _file(other)
    return bool(name and other_name) and name not in unquote(other).lower() and other_name not in unquote(one).lower()


def videos_differ(one: Sequence[Video], other: Sequence[Video]) -> bool:
    """Whether two lists have no video in common, by file or by name."""
    keys = [{key for video in videos for key in (_file(video.url or ""), squashed(video.name or "")) if key} for videos in (one, other)]
    return keys[0].isdisjoint(keys[1])


def languages_differ(detected: str, stated: str) -> bool:
    """Whether a language tag of the page says another language than the text's (BCP 47)."""
    language = primary(stated)
    if len(language) == 3 and len(detected) == 2 and language not in _LANGUAGES:  # ISO 639-2: `guj`; pages that write it are few
        return False
    one = {language, *_LANGUAGES.get(language, ())}
    return one.isdisjoint((detected, *_LANGUAGES.get(detected, ())))


def _address(url: str) -> str:
    with contextlib.suppress(ValueError):
        url = normalise_url(url)
    return _MOBILE.sub("", url.partition("://")[2] or url).rstrip("/").lower()


def _file(url: str) -> str:
    """The name of a URL's file, without its ending and its size."""
    name = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2].lower()
    return _SIZE.sub("", name.partition(".")[0] if name.count(".") == 1 else name.rpartition(".")[0] or name)
