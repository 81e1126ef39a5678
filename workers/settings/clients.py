"""What the settings mean to kafka-python and redis-py: how to connect, shared by every client."""

import ssl
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from workers.settings.model import Settings


def kafka_client_config(settings: Settings) -> dict[str, Any]:
    """Return the arguments by which consumers, producers and admin clients of kafka-python 3 connect and prove who they are."""
    kafka = settings.kafka
    config: dict[str, Any] = {
        "bootstrap_servers": kafka.bootstrap_servers.split(","),
        "security_protocol": kafka.security_protocol,
    }
    if kafka.security_protocol in ("SSL", "SASL_SSL"):
        config |= {
            "ssl_check_hostname": kafka.ssl_check_hostname,
            "ssl_cafile": _text(kafka.ssl_cafile),
            "ssl_certfile": _text(kafka.ssl_certfile),
            "ssl_keyfile": _text(kafka.ssl_keyfile),
            "ssl_password": kafka.ssl_key_password,
        }
    if kafka.security_protocol.startswith("SASL_"):
        config |= {
            "sasl_mechanism": kafka.sasl_mechanism,
            "sasl_plain_username": kafka.sasl_username,
            "sasl_plain_password": kafka.sasl_password,
        }
    return config


def redis_client_kwargs(settings: Settings) -> dict[str, Any]:
    """Return the arguments of `redis.Redis(**kwargs)`. Only to be called when `settings.redis.url` is set."""
    from redis.backoff import NoBackoff  # here, so that commands without Redis do not pay for it
    from redis.exceptions import ConnectionError as RedisConnectionError
    from redis.retry import Retry

    options = settings.redis
    assert options.url is not None
    url = urlsplit(options.url)
    kwargs: dict[str, Any] = {
        "username": unquote(url.username) if url.username else None,
        "password": unquote(url.password) if url.password else None,
        "socket_timeout": options.timeout_s,
        "socket_connect_timeout": options.timeout_s,
        "retry": Retry(NoBackoff(), 1, (RedisConnectionError,)),  # a connection that was closed while idle; never a time-out
        "client_name": "rawi",
    }
    if url.scheme == "unix":
        return kwargs | {"unix_socket_path": unquote(url.path)}
    kwargs |= {"host": url.hostname, "port": url.port or 6379, "db": int(url.path.strip("/") or 0)}
    if url.scheme == "rediss":
        kwargs |= {
            "ssl": True,
            "ssl_cert_reqs": "required",
            "ssl_check_hostname": True,
            "ssl_min_version": ssl.TLSVersion.TLSv1_2,
            "ssl_ca_certs": _text(options.ca_file),
            "ssl_certfile": _text(options.cert_file),
            "ssl_keyfile": _text(options.key_file),
        }
    return kwargs


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
