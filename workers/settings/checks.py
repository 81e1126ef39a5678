"""What must hold between settings. A check gets the values by variable (missing: not readable); returns one line a problem."""

import ssl
from collections.abc import Callable, Mapping
from itertools import combinations
from typing import Any

from workers.settings.kinds import size

Values = Mapping[str, Any]
MAX_TRANSACTIONAL_ID_CHARS = 249  # the broker's own metrics and logs take no more, as for topic names


def check(values: Values) -> list[str]:
    """Return every problem between settings."""
    return [problem for rule in _CHECKS for problem in rule(values)]


def _sasl(values: Values) -> list[str]:
    names = ("KAFKA_SASL_MECHANISM", "KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD")
    protocol = values.get("KAFKA_SECURITY_PROTOCOL", "")
    if protocol.startswith("SASL_"):
        return [f"{name}: needed with KAFKA_SECURITY_PROTOCOL={protocol}" for name in names if name in values and values[name] is None]
    return [_without(name, protocol, "SASL_SSL or SASL_PLAINTEXT") for name in names if protocol and values.get(name) is not None]


def _ssl_protocol(values: Values) -> list[str]:
    names = ("KAFKA_SSL_CAFILE", "KAFKA_SSL_CERTFILE", "KAFKA_SSL_KEYFILE", "KAFKA_SSL_KEY_PASSWORD")
    protocol = values.get("KAFKA_SECURITY_PROTOCOL", "")
    if protocol in ("PLAINTEXT", "SASL_PLAINTEXT"):
        return [_without(name, protocol, "SSL or SASL_SSL") for name in names if values.get(name) is not None]
    return []


def _without(name: str, protocol: str, wanted: str) -> str:
    return f"{name}: set, but KAFKA_SECURITY_PROTOCOL={protocol} does not use it; set the protocol to {wanted}, or unset this"


def _kafka_files(values: Values) -> list[str]:
    if values.get("KAFKA_SECURITY_PROTOCOL") not in ("SSL", "SASL_SSL"):
        return []
    return _pem_files(values, "KAFKA_SSL", values.get("KAFKA_SSL_KEY_PASSWORD"))


def _redis(values: Values) -> list[str]:
    url = values.get("REDIS_URL")
    names = ("REDIS_SSL_CAFILE", "REDIS_SSL_CERTFILE", "REDIS_SSL_KEYFILE")
    if "REDIS_URL" in values and (url is None or not url.startswith("rediss://")):
        return [f"{name}: set, but REDIS_URL does not begin with rediss://" for name in names if values.get(name) is not None]
    return _pem_files(values, "REDIS_SSL", None)


def _pem_files(values: Values, prefix: str, password: str | None) -> list[str]:
    """Load the files as the client will: a wrong one is told now, and not by a client that tries again for ever."""
    ca, cert, key = (values.get(f"{prefix}_{name}") for name in ("CAFILE", "CERTFILE", "KEYFILE"))
    problems = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca and not _loads(lambda: context.load_verify_locations(ca)):
        problems.append(f"{prefix}_CAFILE: {str(ca)!r} holds no certificate in PEM form")
    if (key or password) and not cert and f"{prefix}_CERTFILE" in values:
        problems.append(f"{prefix}_CERTFILE: needed with {prefix}_{'KEYFILE' if key else 'KEY_PASSWORD'}")
    # Without a password given, OpenSSL would ask for one on the terminal.
    if cert and not _loads(lambda: context.load_cert_chain(cert, key, password=password or "")):
        hint = f" (or {prefix}_KEY_PASSWORD is wrong or missing)" if prefix == "KAFKA_SSL" else " (an encrypted key is not supported)"
        problems.append(f"{prefix}_CERTFILE: {str(cert)!r} and its key in {str(key or cert)!r} are not a pair in PEM form{hint}")
    return problems


def _loads(load: Callable[[], None]) -> bool:
    try:
        load()
    except (OSError, ValueError):  # ssl.SSLError is an OSError
        return False
    return True


def _topics(values: Values) -> list[str]:
    names = ("RAWI_INPUT_TOPIC", "RAWI_OUTPUT_TOPIC", "RAWI_DLQ_TOPIC", "RAWI_OUTCOMES_TOPIC", "RAWI_STORIES_TOPIC")
    pairs = combinations([name for name in names if values.get(name)], 2)
    return [f"{b}: the same topic as {a} ({values[a]}); each needs its own" for a, b in pairs if values[a] == values[b]]


def _groups(values: Values) -> list[str]:
    problems = []
    group, stories, instance = values.get("RAWI_GROUP_ID"), values.get("RAWI_STORIES_GROUP_ID"), values.get("RAWI_INSTANCE_ID")
    if group and group == stories:
        problems.append(f"RAWI_STORIES_GROUP_ID: the same as RAWI_GROUP_ID ({group}); they read different topics")
    if group and instance and len(f"{group}.{instance}") > MAX_TRANSACTIONAL_ID_CHARS:
        problems.append(f"RAWI_INSTANCE_ID: with RAWI_GROUP_ID longer than {MAX_TRANSACTIONAL_ID_CHARS} characters together")
    return problems


def _times(values: Values) -> list[str]:
    names = ("RAWI_REDIS_TIMEOUT_S", "RAWI_COMMIT_INTERVAL_S")
    most = values.get("RAWI_STALL_TIMEOUT_S")
    short = [name for name in names if most is not None and values.get(name, 0) >= most]
    return [f"{name}: {values[name]:g} must be less than RAWI_STALL_TIMEOUT_S, which is {most:g}" for name in short]


def _stories(values: Values) -> list[str]:
    window, horizon = values.get("RAWI_STORIES_WINDOW_S"), values.get("RAWI_STORIES_HORIZON_S")
    if window is None or horizon is None or horizon >= window:
        return []
    return [f"RAWI_STORIES_HORIZON_S: {horizon} is less than RAWI_STORIES_WINDOW_S, which is {window}; stories would be over too early"]


def _rules(values: Values) -> list[str]:
    folder = values.get("RAWI_RULES_DIR")
    if folder is None:
        return []
    from workers.rules.load import RuleProblems, operator_rules  # here: reading Rawi's own rules takes a third of a second

    try:
        operator_rules(folder)
    except RuleProblems as e:
        return [f"RAWI_RULES_DIR: {problem}" for problem in e.problems]
    return []


def _sizes(values: Values) -> list[str]:
    pairs = (
        ("RAWI_MAX_PAGE_BYTES", "RAWI_MAX_OPEN_BYTES"),
        ("RAWI_MAX_PAGE_BYTES", "RAWI_PAGE_MAX_MEMORY_BYTES"),
        ("RAWI_MAX_OUTPUT_BYTES", "RAWI_MAX_RESULT_BYTES"),
    )
    return [
        f"{name}: {size(values[name])} must be at most {bound}, which is {size(values[bound])}"
        for name, bound in pairs
        if name in values and bound in values and values[name] > values[bound]
    ]


_CHECKS = (_sasl, _ssl_protocol, _kafka_files, _redis, _topics, _groups, _times, _sizes, _rules, _stories)
