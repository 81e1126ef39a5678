"""Lines for the pool's tests: what a page does is written in its value."""

import ctypes
import hashlib
import logging
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from schemas.reasons import FilterReason
from schemas.records import Article, Provenance, Quality
from workers.pipeline.draft import Draft, Filtered, replace
from workers.pipeline.line import Line
from workers.pool.messages import Job


def identify(draft: Draft) -> Draft:
    """Decode: the url is the value's first 200 bytes."""
    value = draft.value or b""
    return replace(draft, url=value[:200].decode("latin-1"), page_sha256=hashlib.sha256(value).hexdigest(), body=value)


def behave(draft: Draft) -> Draft:
    """Do what the page says: `verb argument`."""
    verb, _, argument = (draft.url or "").partition(" ")
    action = ACTIONS.get(verb)
    if action is not None:
        action(argument)
    return draft


def _article(draft: Draft) -> Draft:
    """One short article, which says in which process it was made."""
    body = "x" * int(draft.url.split()[1]) if draft.url and draft.url.startswith("result ") else "body"
    article = Article(
        id=draft.page_sha256,
        schema_version="1",
        url=draft.url,
        article_body=body,
        paragraphs=[body],
        word_count=1,
        content_hash=draft.page_sha256,
        dedupe="unknown",
        keywords=[str(os.getpid()), *SEEN],
        provenance=Provenance(extractor="test", extractor_version="0", rules_version="0", page_sha256=draft.page_sha256),
        quality=Quality(score=1.0),
    )
    return replace(draft, articles=(article,))


SEEN: list[str] = []


def _loop(_: str) -> None:
    while True:
        pass


def _regex(_: str) -> None:
    re.match(r"(a|a)*b", "a" * 60)  # 2 ** 60 steps in C


def _eat(_: str) -> None:
    held = []
    while True:
        held.append(b"x" * 4_000_000)


def _gulp(_: str) -> None:
    SEEN.append(str(len(bytes(8 * 1024**3))))


def _swallow(_: str) -> None:
    """A library that catches MemoryError and goes on eating."""
    held: list[bytearray] = []
    while True:
        try:
            held.append(bytearray(b"x" * 4_000_000))
        except MemoryError:
            time.sleep(0.001)


def _keep(argument: str) -> None:
    SEEN.append("kept")
    KEPT.append(bytearray(b"x" * int(argument)))


KEPT: list[bytearray] = []


def _use(argument: str) -> None:
    """Need so many bytes for a moment, as a large page does."""
    SEEN.append(str(len(b"x" * int(argument))))


def _once(path: str) -> None:
    """Crash in the first process, work in the second."""
    marker = Path(path)
    if not marker.exists():
        marker.touch()
        os._exit(3)


def _tries(argument: str) -> None:
    """`verb verb path`: the first in the first process, when it is told to; the second in the second."""
    first, second, path = argument.split(maxsplit=2)
    try:
        Path(f"{path}.first").touch(exist_ok=False)
    except FileExistsError:
        Path(f"{path}.second").touch()
        ACTIONS[second]("")
    else:
        _wait_for(f"{path}.go")
        ACTIONS[first]("")


def _raise_memory_error(_: str) -> None:
    raise MemoryError


def _noise(_: str) -> None:
    print("noise on stdout", flush=True)
    print("noise on stderr", file=sys.stderr, flush=True)
    os.write(1, b"noise on 1")
    os.write(2, b"noise on 2")
    logging.getLogger("trafilatura").critical("noise in the log")


def _wait_for(path: str) -> None:
    while not Path(path).exists():
        time.sleep(0.002)


def _inside(_: str) -> None:
    """Report what this process can see of the worker."""
    SEEN.append(msgspec.json.encode({fd: _target(fd) for fd in os.listdir("/proc/self/fd")}).decode())
    SEEN.append(Path("/proc/self/environ").read_bytes().decode())
    SEEN.append(Path("/proc/self/oom_score_adj").read_text().strip())
    SEEN.append(str(len(os.listdir(f"/proc/{os.getppid()}/task"))))


def _target(descriptor: str) -> str:
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return ""


def _raise(_: str) -> None:
    raise ValueError("text of the page")


def _recurse(argument: str) -> None:
    _recurse(argument)


ACTIONS: dict[str, Callable[[str], object]] = {
    "loop": _loop,
    "regex": _regex,
    "eat": _eat,
    "gulp": _gulp,
    "swallow": _swallow,
    "keep": _keep,
    "use": _use,
    "once": _once,
    "tries": _tries,
    "memory": _raise_memory_error,
    "noise": _noise,
    "wait": _wait_for,
    "inside": _inside,
    "raise": _raise,
    "recurse": _recurse,
    "exit": lambda _: os._exit(3),
    "segv": lambda _: ctypes.string_at(0),
    "sleep": lambda argument: time.sleep(float(argument)),
}


def _filter(draft: Draft) -> Draft:
    if draft.url and draft.url.startswith("filter"):
        raise Filtered(FilterReason.TOO_SHORT, "by its own wish")
    return draft


def by_value() -> Line:
    """Identify, filter; then behave, and make an article."""
    return Line([("identify", identify), ("filter", _filter)], [("behave", behave), ("assemble", _article)])


def warmed() -> Line:
    """A line that is tried on a page which leaves something behind."""
    job = Job(headers=[], timestamp_ms=0, has_value=True)
    return Line([("identify", identify)], [("behave", behave), ("assemble", _article)], samples=lambda: [(job, b"keep 1"), (job, b"raise")])


def in_decode() -> Line:
    """Behave before the worker is asked."""
    return Line([("identify", identify), ("behave", behave)], [("assemble", _article)])


def not_importable() -> Line:
    """A line whose library is missing."""
    import no_such_library  # type: ignore[import-not-found]

    return Line([("missing", no_such_library.stage)], [])


def dies() -> Line:
    """A line whose import ends the process without a word."""
    os._exit(9)
