"""Kafka's jars from Maven Central, through jgo's Python resolver (no `mvn`), kept in a cache keyed by version.

About 45 MB and 15 to 20 s the first time, for one version; after that no network is needed.
"""

import logging
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from workers.local.process import LocalServerError

# slf4j-reload4j gives the broker's log a backend; slf4j-api of both Kafka versions is 1.7.36.
_COORDINATES = "org.apache.kafka:kafka_2.13:{version}+org.slf4j:slf4j-reload4j:1.7.36"
_DOWNLOAD_TIMEOUT_S = 60


def cache_dir() -> Path:
    """`RAWI_CACHE_DIR`, else `~/.cache/rawi`."""
    named = os.environ.get("RAWI_CACHE_DIR")
    return Path(named) if named else Path.home() / ".cache" / "rawi"


def kafka_jars(version: str) -> Path:
    """The folder with all jars that Kafka `version` needs; downloads them when the cache has none.

    Several processes may ask at once: each downloads to a folder of its own, the first rename wins.

    Raises:
        LocalServerError: jgo is missing, Maven Central cannot be reached, or the cache cannot be written.
    """
    jars = cache_dir() / "kafka" / version
    if jars.is_dir():
        return jars
    try:
        jars.parent.mkdir(parents=True, exist_ok=True)
        work = tempfile.TemporaryDirectory(prefix=f".{version}-", dir=jars.parent)
    except OSError as error:
        raise LocalServerError(
            f"Kafka's jars cannot be kept in {jars.parent} ({error.strerror}). Name another place in RAWI_CACHE_DIR."
        ) from error
    with work as name:
        fresh = Path(name) / "jars"
        _download(version, Path(name) / "repository", fresh)
        try:
            fresh.rename(jars)
        except OSError:  # another process was first
            if not jars.is_dir():
                raise
    return jars


def _download(version: str, repository: Path, target: Path) -> None:
    try:
        from jgo.maven import MavenContext
        from jgo.parse import Endpoint
    except ImportError as error:
        raise LocalServerError(f"A local Kafka needs the extra rawi[local] ({error}). Run: make install") from error
    logging.getLogger("jgo").setLevel(logging.ERROR)
    context = MavenContext(repo_cache=repository, local_repos=[], timeout=_DOWNLOAD_TIMEOUT_S)
    coordinates = Endpoint.parse(_COORDINATES.format(version=version)).coordinates
    wanted = [context.create_dependency(replace(coordinate, scope="compile")) for coordinate in coordinates]
    target.mkdir()
    try:
        named, transitive = context.resolver.resolve(wanted)
        for dependency in [*named, *(d for d in transitive if d.scope in ("compile", "runtime"))]:
            jar = dependency.artifact.resolve()
            shutil.move(jar, target / jar.name)
    except Exception as error:  # jgo raises RuntimeError, requests' and XML errors; to the user they are one thing
        raise LocalServerError(
            f"Kafka {version} could not be downloaded from Maven Central: {error}. It is needed once (45 MB). Connect to the "
            f"network, copy {cache_dir() / 'kafka' / version} from another machine, or name a broker of yours in KAFKA_BOOTSTRAP_SERVERS."
        ) from error
