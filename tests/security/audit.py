"""Known weaknesses of the locked packages, from osv.dev, by pip-audit's parts: `make audit`.

Not by its command, whose exit code is 1 for a weakness, for a service that cannot be reached (often with a traceback) and for a mistake.
Exit codes: 0 none, 1 found or not working, 69 the service could not be asked.
"""

import argparse
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import requests
from pip_audit._audit import Auditor
from pip_audit._dependency_source import RequirementSource
from pip_audit._service import ConnectionError as ServiceConnectionError
from pip_audit._service import OsvService, ServiceError, VulnerabilityResult

UNAVAILABLE = 69  # sysexits.h
ANSWER_S = 15


def audited(files: list[Path], osv_url: str) -> Iterator[tuple[str, list[VulnerabilityResult]]]:
    """Each package with its version, and what is known of it."""
    source = RequirementSource(files, require_hashes=True, disable_pip=True)
    for package, known in Auditor(OsvService(timeout=ANSWER_S, osv_url=osv_url)).audit(source):
        yield f"{package.name} {package.version}", known


def told(package: str, weakness: VulnerabilityResult) -> str:
    """A line for a person."""
    aliases = f" ({', '.join(sorted(weakness.aliases))})" if weakness.aliases else ""
    mended = f", mended in {', '.join(map(str, weakness.fix_versions))}" if weakness.fix_versions else ""
    return f"{package}: {weakness.id}{aliases}{mended}: {weakness.description}"


def is_unreachable(error: Exception) -> bool:
    """Whether the error says that the service could not be asked. pip-audit makes its own error of one of requests' only."""
    cause = error.__cause__
    if isinstance(cause, requests.HTTPError) and cause.response is not None:
        return cause.response.status_code >= 500
    return isinstance(error, ServiceConnectionError | requests.ConnectionError | requests.Timeout | TimeoutError)


def main() -> int:
    """Ask about every package in the files."""
    parser = argparse.ArgumentParser(prog="python -m tests.security.audit", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="requirements with hashes")
    parser.add_argument("--if-reachable", action="store_true", help="no failure where the service cannot be asked")
    parser.add_argument("--within-s", type=float, default=60.0, help="then it cannot be asked (default: 60)")
    parser.add_argument("--osv-url", default=OsvService.DEFAULT_OSV_URL)
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _out_of_time)  # a timeout of requests is one of each read, not of all
    signal.setitimer(signal.ITIMER_REAL, options.within_s)
    packages = found = 0
    unreachable = False
    try:
        for package, known in audited(options.files, options.osv_url):
            packages += 1
            found += len(known)
            for weakness in known:
                print(told(package, weakness), flush=True)
    except (ServiceError, OSError) as error:
        if not is_unreachable(error):
            raise
        unreachable = True
        why = f"{type(error).__name__}: {error}".splitlines()[0]
        after = f" after {packages} packages" if packages else ""
        print(f"audit: NOT RUN: {options.osv_url} cannot be asked{after} ({why})", file=sys.stderr)
    if found:
        print(f"audit: {found} known weakness{'es' if found > 1 else ''} in {packages} packages", file=sys.stderr)
        return 1
    if unreachable:
        return 0 if options.if_reachable else UNAVAILABLE
    if not packages:
        print("audit: no packages to ask about", file=sys.stderr)
        return 1
    print(f"audit: no known weakness in {packages} packages")
    return 0


def _out_of_time(_signum: int, _frame: object) -> None:
    raise TimeoutError("out of time")


if __name__ == "__main__":
    sys.exit(main())
