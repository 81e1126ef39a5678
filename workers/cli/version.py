"""`rawi version`."""

import sys
from importlib.metadata import version as installed_version


def version() -> None:
    """Print the versions of Rawi, its rules and schema, and of what decides its output."""
    from schemas.values import SCHEMA_VERSION
    from workers import __version__
    from workers.stages import RULES_VERSION

    python = ".".join(map(str, sys.version_info[:3]))
    print(f"rawi {__version__} (rules {RULES_VERSION}, schema {SCHEMA_VERSION})")
    print(f"trafilatura {installed_version('trafilatura')}, lxml {installed_version('lxml')}, Python {python}")
