"""How the text of a variable becomes a value. A kind says what it accepts; its ValueErrors say what is wrong, never quoting a secret."""
# ruff: noqa: D102 (`accepts` and `parse` are documented once, in Kind)

import math
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import SplitResult, urlsplit, urlunsplit

from workers.settings.model import Address, Secret

_N = TypeVar("_N", int, float)


class Kind(Protocol):
    """A type of setting."""

    @property
    def accepts(self) -> str:
        """What is accepted, for a person."""
        ...

    def parse(self, text: str) -> Any:
        """Return the value of a non-empty text; raises ValueError."""
        ...


@dataclass(frozen=True)
class Text:
    """Any text, or one that matches a pattern."""

    accepts: str = "any text"
    pattern: str = r".+"

    def parse(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise ValueError(f"{text!r} does not fit")
        return text


TOPIC = Text("a topic name: letters, digits, `.`, `_`, `-`, at most 249", r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}")
NAME = Text("letters, digits, `.`, `_`, `-`, at most 128", r"[A-Za-z0-9._-]{1,128}")


@dataclass(frozen=True)
class SecretText:
    """A text that is never shown."""

    accepts: str = "any text"

    def parse(self, text: str) -> Secret:
        return Secret(text)


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    choices: tuple[str, ...]

    @property
    def accepts(self) -> str:
        return " ".join(f"`{choice}`" for choice in self.choices)

    def parse(self, text: str) -> str:
        if text not in self.choices:
            raise ValueError(f"{text!r} is not one of them")
        return text


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    accepts: str = "`true` `false`"

    def parse(self, text: str) -> bool:
        if text.lower() not in ("true", "false"):
            raise ValueError(f"{text!r} is neither")
        return text.lower() == "true"


@dataclass(frozen=True)
class Whole:
    """A whole number."""

    least: int
    most: int

    @property
    def accepts(self) -> str:
        return f"a whole number, {self.least} to {self.most}"

    def parse(self, text: str) -> int:
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", text):
            raise ValueError(f"{text!r} is not a whole number")
        return _within(int(text), self.least, self.most)


@dataclass(frozen=True)
class Number:
    """A number, with or without decimals."""

    least: float
    most: float

    @property
    def accepts(self) -> str:
        return f"a number, {self.least:g} to {self.most:g}"

    def parse(self, text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f"{text!r} is not a number") from None
        if not math.isfinite(value):
            raise ValueError(f"{text!r} is not a finite number")
        return _within(value, self.least, self.most)


_UNITS = {"": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


@dataclass(frozen=True)
class Size:
    """A number of bytes, also written with KiB, MiB or GiB."""

    least: int
    most: int

    @property
    def accepts(self) -> str:
        return f"bytes, also with KiB, MiB or GiB; {size(self.least)} to {size(self.most)}"

    def parse(self, text: str) -> int:
        match = re.fullmatch(r"([0-9]{1,18}) ?(KiB|MiB|GiB|)", text)
        if not match:
            raise ValueError(f"{text!r} is not a size")
        return _within(int(match[1]) * _UNITS[match[2]], self.least, self.most)


def size(count: int) -> str:
    """Write a number of bytes as a person would."""
    for unit in ("GiB", "MiB", "KiB"):
        if count and count % _UNITS[unit] == 0:
            return f"{count // _UNITS[unit]} {unit}"
    return str(count)


def _within(value: _N, least: float, most: float) -> _N:
    if not least <= value <= most:
        raise ValueError(f"{value} is out of range")
    return value


@dataclass(frozen=True)
class Slots:
    """How many processes: a number, or the cores this process may use."""

    most: int = 256

    @property
    def accepts(self) -> str:
        return f"`cores`, or a whole number, 1 to {self.most}"

    def parse(self, text: str) -> int:
        if text == "cores":
            return min(usable_cores(), self.most)
        return Whole(1, self.most).parse(text)


def usable_cores(cpu_max: Path = Path("/sys/fs/cgroup/cpu.max")) -> int:
    """Return the cores this process may use: its CPU affinity, and a container's CPU quota (cgroup v2), rounded up."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = cpu_max.read_text(encoding="ascii").split()
        cores = min(cores, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):  # no cgroup v2, or quota "max"
        pass
    return max(1, cores)


@dataclass(frozen=True)
class HostPort:
    """An address to listen on."""

    accepts: str = "`host:port`, `[ipv6]:port`; port 0 is any free one"

    def parse(self, text: str) -> Address:
        match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.%]+)\]|([^\s:\[\]]+)):([0-9]{1,5})", text)
        if not match or int(match[3]) > 65535:
            raise ValueError(f"{text!r} is not an address")
        return Address(match[1] or match[2], int(match[3]))


@dataclass(frozen=True)
class Servers:
    """Kafka's bootstrap servers."""

    accepts: str = "`host:port`, several separated by commas"

    def parse(self, text: str) -> str:
        servers = [server.strip() for server in text.split(",")]
        for server in servers:
            try:
                port = HostPort().parse(server).port
            except ValueError:
                port = 0
            if port == 0:
                raise ValueError(f"{server!r} is not host:port")
        return ",".join(servers)


@dataclass(frozen=True)
class File:
    """A file that can be read."""

    accepts: str = "the path of a readable file"

    def parse(self, text: str) -> Path:
        path = Path(text)
        if not path.is_file():
            raise ValueError(f"{text!r} is no file")
        if not os.access(path, os.R_OK):
            raise ValueError(f"{text!r} cannot be read by this user")
        return path


@dataclass(frozen=True)
class Folder:
    """A folder."""

    accepts: str = "the path of a folder"

    def parse(self, text: str) -> Path:
        if not Path(text).is_dir():
            raise ValueError(f"{text!r} is no folder")
        return Path(text)


@dataclass(frozen=True)
class RedisUrl:
    """Where Redis is, with user and password inside."""

    accepts: str = "`redis://[user:password@]host:port/db`, `rediss://` for TLS, `unix:///path`"

    def parse(self, text: str) -> Secret:
        try:
            fits = self._fits(urlsplit(text))
        except ValueError:  # a port that is no number; its message may quote the password
            fits = False
        if not fits:
            raise ValueError("it is no such URL (not shown: it may hold a password, in which `@ : / # ?` are written %40 %3A %2F %23 %3F)")
        return Secret(text)

    def _fits(self, url: SplitResult) -> bool:
        if url.query or url.fragment:  # options come from settings: a query could turn checks off
            return False
        if url.scheme == "unix":
            return bool(url.path)
        return bool(url.hostname and url.port != 0 and url.scheme in ("redis", "rediss") and re.fullmatch(r"/?[0-9]{0,5}", url.path))


def masked(text: str) -> str:
    """Return a URL without its password."""
    url = urlsplit(text)
    user, at, host = url.netloc.rpartition("@")
    name, colon, _ = user.partition(":")
    return urlunsplit((url.scheme, f"{name}{colon and ':***'}{at}{host}", url.path, "", ""))
