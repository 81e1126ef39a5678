"""The Faust app and its settings, in one place, with why."""

import asyncio
import ssl
from typing import Any

import faust
from faust.types import TopicT
from faust.types.auth import CredentialsT
from yarl import URL

from workers.settings import KafkaSettings, Settings
from workers.stories.names import JOURNAL_TABLE
from workers.stories.transport import ReadCommitted

COMMIT_INTERVAL_S = 1.0
PRODUCER_TIMEOUT_S = 30.0  # Faust's own is 20 minutes: a send that fails would show only then
MAX_RECORD_BYTES = 4_194_304  # max.message.bytes of `articles` and `stories`
REQUEST_TIMEOUT_S = 90.0  # Faust wants it above the session's
REBALANCE_TIMEOUT_S = 60.0
BUFFERED_RECORDS = 1024  # of each agent: bounds the memory, and what is in flight when a rebalance waits for it


class _App(faust.App):
    """An app that keeps nothing on disk: its tables are in memory, and come from their changelogs."""

    def _create_directories(self) -> None:
        """No data folder; a container's file system may be read-only."""


class Journal(faust.Table[bytes, bytes]):
    """The table of the journal: one partition, keys and values are bytes as they are."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sent: list[asyncio.Future[Any]] = []

    def partition_for_key(self, key: Any) -> int:
        """The only one. Faust takes it from the event at hand; a batch has many."""
        return 0

    def send_changelog(self, *args: Any, **kwargs: Any) -> Any:
        """Send, and remember that it was."""
        sent = super().send_changelog(*args, **kwargs)
        self._sent.append(sent)
        return sent

    async def acknowledged(self) -> None:
        """Return when the broker has all that was written; raises what it answered instead.

        Not Faust's flush(): that one gives up after 0.1 s without progress, and tells nobody of failed sends.
        """
        sent, self._sent = self._sent, []
        await asyncio.gather(*sent)


def make_app(settings: Settings) -> faust.App:
    """Return the app, without agents. It makes no topics, serves no web pages and installs no logging."""
    url = [URL(f"kafka://{server}") for server in settings.kafka.bootstrap_servers.split(",")]
    app = _App(
        settings.stories_group_id,
        broker=url,
        broker_credentials=credentials(settings.kafka),
        broker_session_timeout=settings.engine.session_timeout_s,
        broker_heartbeat_interval=settings.engine.session_timeout_s / 5,
        broker_request_timeout=max(REQUEST_TIMEOUT_S, settings.engine.session_timeout_s + 1),
        broker_rebalance_timeout=REBALANCE_TIMEOUT_S,
        broker_commit_interval=COMMIT_INTERVAL_S,
        consumer_auto_offset_reset="earliest",  # a new group begins with what is there
        consumer_max_fetch_size=MAX_RECORD_BYTES,
        producer_request_timeout=PRODUCER_TIMEOUT_S,
        producer_max_request_size=MAX_RECORD_BYTES,
        producer_compression_type="zstd",
        producer_acks=-1,
        stream_buffer_maxsize=BUFFERED_RECORDS,
        stream_wait_empty=True,  # without it, a SIGTERM commits what was not processed
        stream_recovery_delay=0.0,
        table_standby_replicas=0,  # a journal is read again in seconds; a standby would hold the memory twice
        store="memory://",
        topic_allow_declare=False,  # with replication 1, it would; `rawi topics create` makes them
        topic_disable_leader=True,
        web_enabled=False,
        Table=Journal,
        autodiscover=False,
    )
    app.transport = ReadCommitted(url, app)
    app.producer.buffer.max_messages = BUFFERED_RECORDS * 10  # a batch writes more than the 100 that Faust would wait for elsewhere
    return app


def make_journal(app: faust.App) -> Journal:
    """Return the journal."""
    table = app.Table(JOURNAL_TABLE, partitions=1, key_type=bytes, value_type=bytes)
    assert isinstance(table, Journal)
    return table


def raw_topic(app: faust.App, name: str) -> TopicT:
    """Return a topic of bytes, whose offsets Faust leaves to us; a null value is an event too."""
    return app.topic(name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw", allow_empty=True, acks=False)


def credentials(kafka: KafkaSettings) -> CredentialsT | None:
    """What proves who we are, as `kafka_client_config` says it to kafka-python; None for a plain listener."""
    context = _ssl_context(kafka) if kafka.security_protocol in ("SSL", "SASL_SSL") else None
    if kafka.security_protocol.startswith("SASL_"):
        return faust.SASLCredentials(
            username=kafka.sasl_username,
            password=kafka.sasl_password,
            mechanism=kafka.sasl_mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context) if context else None


def _ssl_context(kafka: KafkaSettings) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=str(kafka.ssl_cafile) if kafka.ssl_cafile else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = kafka.ssl_check_hostname
    if kafka.ssl_certfile:
        context.load_cert_chain(kafka.ssl_certfile, kafka.ssl_keyfile, kafka.ssl_key_password)
    return context
