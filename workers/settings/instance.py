"""A stable name for a replica that was given none: `<host>-<n>`, the least n that no other worker of the group on this machine holds."""

import fcntl
import hashlib
import os
import re
import socket
import tempfile
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import IO

from workers.settings.model import Settings
from workers.settings.read import ConfigError

_MAX_HOST_CHARS = 32  # with a group of 200 it stays below the bound on transactional ids


class InstanceClaim:
    """A name and, unless the user gave it, the lock on it. The kernel lets go of the lock when the process ends, however it ends."""

    def __init__(self, instance_id: str, lock: IO[str] | None = None) -> None:
        self.instance_id = instance_id
        self._lock = lock

    def release(self) -> None:
        """Let others have the name."""
        if self._lock:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> str:
        return self.instance_id

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()


def claim_instance_id(settings: Settings, folder: Path | None = None) -> InstanceClaim:
    """Claim this worker's name, to be held as long as the worker lives; entered with `with`, it gives the name.

    `folder`: where the lock files are, default `rawi-<user id>` in the temporary folder. Raises ConfigError when it cannot be used.
    """
    if settings.instance_id:
        return InstanceClaim(settings.instance_id)
    folder = folder or Path(tempfile.gettempdir()) / f"rawi-{os.getuid()}"
    host = re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname())[:_MAX_HOST_CHARS] or "host"
    group = hashlib.sha256(settings.group_id.encode()).hexdigest()[:16]
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise PermissionError(0, "it belongs to another user")
        for n in count(1):
            if lock := _lock(folder / f"{group}-{n}.lock"):
                return InstanceClaim(f"{host}-{n}", lock)
    except OSError as e:
        raise ConfigError([f"RAWI_INSTANCE_ID: not set, and no lock can be taken in {folder} ({e.strerror}); set it, or TMPDIR"]) from None
    raise AssertionError("unreachable: count() has no end")


def _lock(path: Path) -> IO[str] | None:
    file = path.open("a", encoding="ascii")  # close-on-exec, as all of Python's: children do not keep it
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
