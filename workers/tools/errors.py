"""Errors that a user of the tools can cause or repair: one clear line and an exit code, never a traceback."""

import contextlib
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, NoReturn

from kafka.errors import (
    AuthorizationError,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    IllegalSaslStateError,
    InvalidProducerEpochError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    ProducerFencedError,
    RequestTimedOutError,
    RetriableError,
    SaslAuthenticationFailedError,
    UnknownTopicOrPartitionError,
    UnsupportedSaslMechanismError,
)

from workers.settings import ConfigError

Config = Mapping[str, Any]


def bootstrap_of(config: Config) -> str:
    """Return the broker's address for messages."""
    servers = config["bootstrap_servers"]
    return servers if isinstance(servers, str) else ",".join(servers)


_NAME = re.compile(r"^(\[Error -?\d+\] )?\w+Error: ")  # what kafka-python puts before an error's message


class Exit(IntEnum):
    """Exit codes of the tools; those from 64 on are sysexits.h's."""

    OK = 0
    FAILED = 1  # a check did not hold, some pages could not be fed, nothing was found
    USAGE = 2  # as typer's own
    NO_INPUT = 66  # a file or a topic does not exist
    UNAVAILABLE = 69  # the broker does not answer
    NOT_PERMITTED = 77  # authentication or authorisation failed
    CONFIG = 78  # a setting is wrong
    INTERRUPTED = 130  # Ctrl-C


class ToolError(Exception):
    """Something the user can repair. The message is one line that says what and, where known, how."""

    def __init__(self, message: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(message)
        self.code = code


_AUTHENTICATION = (SaslAuthenticationFailedError, UnsupportedSaslMechanismError, IllegalSaslStateError)
# A fenced producer is an old one: another run with the same transactional id has begun.
_FENCED = (ProducerFencedError, InvalidProducerEpochError)


class _LastFailure(logging.Handler):
    """Keeps the last error that kafka-python logs while it connects: its own exception says only "Unable to bootstrap"."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.error: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Keep an exception among the arguments; a refused login is not forgotten for the disconnections that follow it.

        Nor is anything for a time-out: the last attempt gets only what is left of the time, and says nothing of the broker.
        """
        if isinstance(self.error, _AUTHENTICATION):
            return
        for argument in record.args if isinstance(record.args, tuple) else ():
            is_timeout = isinstance(argument, KafkaTimeoutError) or (isinstance(argument, RequestTimedOutError) and self.error is not None)
            if isinstance(argument, BaseException) and not is_timeout:
                self.error = argument


@contextlib.contextmanager
def broker_errors(config: Config) -> Iterator[None]:
    """Turn kafka-python's exceptions within the block into ToolErrors that name the broker; `config` is the client's."""
    last = _LastFailure()
    log = logging.getLogger("kafka.net.manager")
    log.addHandler(last)
    try:
        yield
    except KafkaError as e:
        raise explain(e, config, last.error) from e
    finally:
        log.removeHandler(last)


def explain(error: KafkaError, config: Config, cause: BaseException | None = None) -> ToolError:
    """Return the ToolError for an exception of kafka-python; `cause` is what it logged while connecting."""
    bootstrap = bootstrap_of(config)
    for e in (error, cause):
        if isinstance(e, _AUTHENTICATION):
            return ToolError(f"the broker at {bootstrap} refused the login: {_text(e)} (see KAFKA_SASL_*)", Exit.NOT_PERMITTED)
    if isinstance(error, AuthorizationError):
        what = "group" if isinstance(error, GroupAuthorizationFailedError) else "topic"
        what = "cluster" if isinstance(error, ClusterAuthorizationFailedError) else what
        return ToolError(f"not allowed on the broker at {bootstrap} ({what}): {_text(error)}", Exit.NOT_PERMITTED)
    if isinstance(error, UnknownTopicOrPartitionError):
        return ToolError(f"no such topic or partition on {bootstrap}: {_text(error)}", Exit.NO_INPUT)
    if isinstance(error, _FENCED):
        return ToolError("another run of the same command has taken over; nothing of this run's last batch was written")
    if isinstance(cause, KafkaConnectionError) and "disconnected" in str(cause) and str(config.get("security_protocol")).startswith("SASL"):
        # The broker's answer and its closing of the connection race in kafka-python; often only the latter is seen.
        hint = "are KAFKA_SASL_* and KAFKA_SECURITY_PROTOCOL right?"
        return ToolError(f"the broker at {bootstrap} refused the login: it closed the connection; {hint}", Exit.NOT_PERMITTED)
    if isinstance(error, KafkaTimeoutError | RetriableError):
        because = f" ({_text(cause)})" if cause is not None else ""
        return ToolError(f"no answer from Kafka at {bootstrap}{because}; does it run? (KAFKA_BOOTSTRAP_SERVERS)", Exit.UNAVAILABLE)
    return ToolError(f"Kafka at {bootstrap} refused: {_text(error)}")


def _text(error: BaseException) -> str:
    """One line, without the class's name in front when there is something to say."""
    name = type(error).__name__
    text = " ".join(str(error).split())
    text = _NAME.sub("", text) if isinstance(error, KafkaError) else text
    return text[:300] or name


@contextlib.contextmanager
def clean_exit() -> Iterator[None]:
    """End the process with one line on stderr and an exit code, whatever a user's mistake or a closed pipe raises in the block."""
    try:
        yield
        sys.stdout.flush()
    except ToolError as e:
        _fail(str(e), e.code)
    except ConfigError as e:
        _fail("\nrawi: ".join(e.problems), Exit.CONFIG)
    except KeyboardInterrupt:
        raise SystemExit(Exit.INTERRUPTED) from None
    except BrokenPipeError:  # the reader of our output has seen enough, as in `rawi tail | head`
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(Exit.OK) from None


def _fail(message: str, code: Exit) -> NoReturn:
    sys.stderr.write(f"rawi: {message}\n")
    raise SystemExit(int(code)) from None
