"""The Faust app: what it must be told, and what must stay as it was found to work."""

import subprocess
import sys
from pathlib import Path

import faust
import pytest

from workers.settings import ConfigError, load_settings
from workers.stories.app import credentials, make_app, make_journal
from workers.stories.names import index_topic, journal_topic

SASL = {
    "KAFKA_SECURITY_PROTOCOL": "SASL_PLAINTEXT",
    "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
    "KAFKA_SASL_USERNAME": "rawi",
    "KAFKA_SASL_PASSWORD": "secret",
}


def app_of(**environ: str) -> faust.App:
    return make_app(load_settings(environ, None))


def test_the_settings_that_faust_has_otherwise() -> None:
    conf = app_of(KAFKA_BOOTSTRAP_SERVERS="a:1,b:2", RAWI_STORIES_GROUP_ID="g", RAWI_SESSION_TIMEOUT_S="120").conf
    assert [str(url) for url in conf.broker] == ["kafka://a:1", "kafka://b:2"]
    assert conf.id == "g"
    assert conf.producer_request_timeout == 30
    assert conf.stream_wait_empty, "or a SIGTERM would commit what was not processed"
    assert not conf.topic_allow_declare, "or topics would have one replica"
    assert not conf.web_enabled
    assert conf.broker_request_timeout > conf.broker_session_timeout == 120


def test_the_journal_has_the_topic_that_rawi_creates() -> None:
    app = app_of(RAWI_STORIES_GROUP_ID="g")
    journal = make_journal(app)
    assert journal.changelog_topic_name == journal_topic("g") == "g-journal-changelog"
    assert index_topic("g") == "g-index"
    assert journal.partition_for_key(b"any") == 0


def test_who_we_are_is_proven_as_the_settings_say() -> None:
    proof = credentials(load_settings(SASL, None).kafka)
    assert isinstance(proof, faust.SASLCredentials)
    assert (proof.username, proof.password, proof.mechanism.value, proof.protocol.value) == (
        "rawi",
        "secret",
        "SCRAM-SHA-512",
        "SASL_PLAINTEXT",
    )
    over_tls = credentials(load_settings(SASL | {"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, None).kafka)
    assert isinstance(over_tls, faust.SASLCredentials)
    assert over_tls.protocol.value == "SASL_SSL"
    assert over_tls.ssl_context is not None
    assert over_tls.ssl_context.check_hostname
    tls = credentials(load_settings({"KAFKA_SECURITY_PROTOCOL": "SSL", "KAFKA_SSL_CHECK_HOSTNAME": "false"}, None).kafka)
    assert isinstance(tls, faust.SSLCredentials)
    assert not tls.context.check_hostname
    assert credentials(load_settings({}, None).kafka) is None


def test_a_wrong_setting_is_one_line_and_exit_code_78() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("rawi"), "stories"], env={"RAWI_STORIES_WINDOW_S": "soon"}, capture_output=True, check=False
    )
    assert done.returncode == 78
    assert done.stderr.decode().startswith("RAWI_STORIES_WINDOW_S")
    assert done.stderr.count(b"\n") == 1


def test_the_horizon_is_not_shorter_than_the_window() -> None:
    with pytest.raises(ConfigError, match="RAWI_STORIES_HORIZON_S"):
        load_settings({"RAWI_STORIES_WINDOW_S": "86400", "RAWI_STORIES_HORIZON_S": "3600"}, None)
