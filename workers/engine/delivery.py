"""How outputs and offsets reach the broker: as one transaction, or acknowledged first and committed after. The loop knows no difference."""

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import (
    AuthorizationError,
    InvalidRecordError,
    KafkaError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
    SaslAuthenticationFailedError,
)
from kafka.structs import ConsumerGroupMetadata, OffsetAndMetadata

from workers.engine.pages import Output

# The broker will refuse these again however often they are sent.
PERMANENT = (MessageSizeTooLargeError, RecordListTooLargeError, InvalidRecordError)
FATAL = (AuthorizationError, SaslAuthenticationFailedError)
_CLOSE_TIMEOUT_S = 2.0

Offsets = Mapping[TopicPartition, OffsetAndMetadata]


class Refused(Exception):
    """The broker refuses a record of this batch for good; nothing of the batch is committed."""


class DeliveryFailed(Exception):
    """The batch is not committed. Start again from the committed offsets; the producer has been thrown away."""


class NotPermitted(Exception):
    """The broker does not let us: no retry helps."""


class Delivery(Protocol):
    """Sends outputs, then commits them and the offsets. After any exception, begin again with `restart`."""

    def restart(self) -> None:
        """Make the broker forget what was sent and not committed. Raises DeliveryFailed when the broker is away."""

    def send(self, output: Output) -> None:
        """Hand one record to the client; it may be sent at once or later."""

    def commit(self, offsets: Offsets) -> None:
        """Return when everything sent since the last commit, and the offsets, are safely committed."""

    def close(self) -> None:
        """Close the producer, within a bound."""


class _Sender:
    """A producer that is never used again after a failure, and the records it has sent since the last commit."""

    def __init__(self, make_producer: Callable[[], KafkaProducer]) -> None:
        self._make_producer = make_producer
        self._producer: KafkaProducer | None = None
        self._sent: list[Any] = []

    def replace(self) -> KafkaProducer:
        self.close()
        self._producer = _translate(self._make_producer)
        return self._producer

    @property
    def producer(self) -> KafkaProducer:
        if self._producer is None:
            raise DeliveryFailed("no producer")
        return self._producer

    def send(self, output: Output) -> None:
        try:
            future = self.producer.send(output.topic, value=output.value, key=output.key, headers=output.headers)
        except PERMANENT as e:
            raise Refused(_describe(e)) from e
        except KafkaError as e:  # a transaction with a refused record takes no more
            self._raise_refused()
            raise _failure(e) from e
        self._sent.append(future)

    def confirm(self) -> None:
        """Wait for the broker's word on every record sent. Not on flush's alone: it gives up on a batch that the client splits."""
        deadline_s = time.monotonic() + MAX_FLUSH_S
        with contextlib.suppress(KafkaError):
            self.producer.flush(timeout=MAX_FLUSH_S)
        for future in self._sent:
            with contextlib.suppress(KafkaError):
                future.get(timeout=max(0.0, deadline_s - time.monotonic()))
        self._raise_refused()
        failed = [future.exception for future in self._sent if future.failed()]
        if failed or not all(future.is_done for future in self._sent):
            raise _failure(failed[0] if failed else KafkaError("records were not acknowledged in time"))
        self._sent.clear()

    def _raise_refused(self) -> None:
        for future in self._sent:
            if future.failed() and isinstance(future.exception, PERMANENT):
                raise Refused(_describe(future.exception)) from future.exception

    def close(self) -> None:
        self._sent.clear()
        if self._producer is not None:
            try:
                self._producer.close(timeout=_CLOSE_TIMEOUT_S)
            except KafkaError:  # close() gives up when its flush does, and would leave the sender's thread trying for ever
                self._producer._sender.force_close()
            self._producer = None


MAX_FLUSH_S = 14.5  # a little above delivery.timeout.ms
# Of a commit whose records are all there: some ms. The client would wait for a coordinator that moves or dies for ever (seen in 1 of 4
# kills of a broker of three). Both together stay below the watchdog's 20 s.
MAX_END_S = 4.0


class ExactlyOnce:
    """Outputs and offsets are one transaction, fenced by the group's generation (KIP-447): `group`, as it was when they were made."""

    def __init__(
        self, make_producer: Callable[[], KafkaProducer], group: Callable[[], ConsumerGroupMetadata], *, max_end_s: float = MAX_END_S
    ) -> None:
        self._sender = _Sender(make_producer)
        self._group = group
        self._max_end_s = max_end_s
        self._open = False

    def restart(self) -> None:
        """A new producer under the same transactional id: the broker aborts what the old one left open."""
        self._open = False
        producer = self._sender.replace()
        _translate(producer.init_transactions)

    def send(self, output: Output) -> None:
        """Send within the transaction, beginning one if needed."""
        self._begin()
        self._sender.send(output)

    def commit(self, offsets: Offsets) -> None:
        """Commit the transaction. Sends are confirmed first, so that a refused record shows as one."""
        self._begin()
        self._sender.confirm()
        manager = self._sender.producer._transaction_manager  # the producer's own calls have no time-out
        deadline_s = time.monotonic() + self._max_end_s
        self._await(lambda: manager.send_offsets_to_transaction(dict(offsets), self._group()), deadline_s)
        self._await(manager.begin_commit, deadline_s)
        self._open = False

    def close(self) -> None:
        """Close the producer; an open transaction is aborted by the next owner of its id, or by time."""
        self._sender.close()

    def _await(self, begin: Callable[[], Any], deadline_s: float) -> None:
        result = _translate(begin)
        self._sender.producer._sender.wakeup()
        if not _translate(lambda: result.wait(timeout_ms=1000 * max(0.0, deadline_s - time.monotonic()))):
            raise DeliveryFailed(f"the transaction did not end within {self._max_end_s:g} s")

    def _begin(self) -> None:
        if not self._open:
            _translate(self._sender.producer.begin_transaction)
            self._open = True


class AtLeastOnce:
    """Outputs are acknowledged first, then the offsets are committed: a crash between the two repeats pages, with equal ids."""

    def __init__(self, make_producer: Callable[[], KafkaProducer], consumer: KafkaConsumer) -> None:
        self._sender = _Sender(make_producer)
        self._consumer = consumer

    def restart(self) -> None:
        """A new producer."""
        self._sender.replace()

    def send(self, output: Output) -> None:
        """Send."""
        self._sender.send(output)

    def commit(self, offsets: Offsets) -> None:
        """Wait for every acknowledgement, then commit."""
        self._sender.confirm()
        _translate(lambda: self._consumer.commit(dict(offsets), timeout_ms=MAX_END_S * 1000))

    def close(self) -> None:
        """Close the producer."""
        self._sender.close()


def _translate(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except KafkaError as e:
        raise _failure(e) from e


def _failure(error: Exception) -> Exception:
    return NotPermitted(_describe(error)) if isinstance(error, FATAL) else DeliveryFailed(_describe(error))


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:300]}"
