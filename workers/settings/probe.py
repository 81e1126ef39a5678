"""Tries the connections the settings describe: `rawi check-config --connect`. One clear line a problem, never a secret."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from workers.settings.clients import kafka_client_config, redis_client_kwargs
from workers.settings.kinds import masked
from workers.settings.model import Settings

TIMEOUT_MS = 8_000


def try_kafka(settings: Settings, timeout_ms: int = TIMEOUT_MS) -> list[str]:
    """Connect, prove who we are, look for the topics. Return the problems."""
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    where = f"Kafka at {settings.kafka.bootstrap_servers} ({settings.kafka.security_protocol})"
    with _heard("kafka") as heard:
        try:
            admin = KafkaAdminClient(**kafka_client_config(settings), client_id="rawi-check-config", bootstrap_timeout_ms=timeout_ms)
        except (KafkaError, OSError, ValueError) as e:
            return [f"{where}: {_kafka_reason(e, heard, settings.kafka.security_protocol)}"]
        try:
            there = set(admin.list_topics())
        except KafkaError as e:
            return [f"{where}: connected, but cannot list topics: {_kafka_reason(e, heard, settings.kafka.security_protocol)}"]
        finally:
            admin.close()
    topics = settings.topics
    wanted = {
        "RAWI_INPUT_TOPIC": topics.input,
        "RAWI_OUTPUT_TOPIC": topics.output,
        "RAWI_DLQ_TOPIC": topics.dlq,
        "RAWI_OUTCOMES_TOPIC": topics.outcomes,
    }
    return [
        f"{name}: no topic {topic} on {where}, or no right to see it; `rawi topics create` makes the missing ones"
        for name, topic in wanted.items()
        if topic and topic not in there
    ]


def try_redis(settings: Settings) -> list[str]:
    """Connect, prove who we are, write, read and delete one key under our prefix. Return the problems."""
    if settings.redis.url is None:
        return []
    import redis

    where = f"Redis at {masked(settings.redis.url)}"
    key = f"{settings.redis.prefix}check-config"
    client = redis.Redis(**redis_client_kwargs(settings))
    try:
        client.set(key, b"1", ex=60)
        client.get(key)
        client.delete(key)
    except redis.AuthenticationError:
        return [f"{where}: it refuses the user or the password in REDIS_URL"]
    except redis.exceptions.NoPermissionError as e:
        return [f"{where}: the user may not do what is needed under {settings.redis.prefix}*: {e}"]
    except redis.RedisError as e:
        return [f"{where}: {_one_line(e)}{_tls_hint(str(e), 'REDIS_SSL_CAFILE')}"]
    finally:
        client.close()
    return []


def _kafka_reason(error: Exception, heard: list[str], protocol: str) -> str:
    """Say why. A client that cannot connect tries again until its time is over: the reason is in what it logged meanwhile."""
    texts = [str(error), *reversed(heard)]
    for text in texts:
        if "SaslAuthenticationFailed" in text or "Authentication failed" in text:
            return "it refuses KAFKA_SASL_USERNAME or KAFKA_SASL_PASSWORD"
        if "UnsupportedSaslMechanism" in text:
            return "it does not offer KAFKA_SASL_MECHANISM"
        if hint := _tls_hint(text, "KAFKA_SSL_CAFILE"):
            return hint.lstrip(": ")
    if any("socket disconnected" in text for text in heard) and "SASL" in protocol:  # the client may miss the broker's last word
        return "it ends the connection at the login: KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD or KAFKA_SASL_MECHANISM may be wrong"
    refused = next((match[1] for text in texts if (match := re.search(r"Bootstrap connection to \S+ failed: (.*) \(backoff", text))), None)
    return _one_line(refused or f"{type(error).__name__}: {error}")


def _tls_hint(text: str, ca_name: str) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in text:
        if "ostname mismatch" in text or "IP address mismatch" in text:
            return ": its certificate does not name this host"
        return f": its certificate is not signed by an authority in {ca_name}"
    if "WRONG_VERSION_NUMBER" in text or "RECORD_LAYER_FAILURE" in text:
        return ": it does not speak TLS on this port"
    if "CERTIFICATE_REQUIRED" in text or "alert certificate required" in text.lower():
        return f": it asks for a client certificate ({ca_name.replace('CAFILE', 'CERTFILE')})"
    return ""


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300]


@contextmanager
def _heard(name: str) -> Iterator[list[str]]:
    """What a library logs at WARNING and above, kept instead of printed."""
    texts: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            texts.append(record.getMessage())

    logger = logging.getLogger(name)
    listener, propagate = Listener(logging.WARNING), logger.propagate
    logger.addHandler(listener)
    logger.propagate = False
    try:
        yield texts
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagate
