"""Runs `rawi` within the test, with topics and a group of the test's own."""

import json
from dataclasses import dataclass
from typing import Any

from kafka import KafkaProducer
from typer.testing import CliRunner

from tests.conftest import Broker, Unique
from workers.cli import make_app
from workers.tools.reader import open_reader


@dataclass
class Ran:
    """What a command left: exit code, results and notes."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The only line of results."""
        return json.loads(self.out)

    @property
    def json_lines(self) -> list[Any]:
        """Each line of results."""
        return [json.loads(line) for line in self.out.split("\n") if line]


@dataclass
class Rawi:
    """`rawi("lag", "--json")`, on the broker, topics and group in `env`."""

    broker: Broker
    env: dict[str, str]

    def __call__(self, *arguments: object, **env: str) -> Ran:
        result = CliRunner().invoke(make_app(), [str(a) for a in arguments], env=self.env | env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    @property
    def config(self) -> dict[str, Any]:
        """For the tools' own functions."""
        return {"bootstrap_servers": self.broker.bootstrap}

    def produce(self, topic: str, records: list[dict[str, Any]]) -> None:
        """Write records (arguments of KafkaProducer.send) and wait until they are there."""
        producer = KafkaProducer(bootstrap_servers=self.broker.bootstrap, max_request_size=30_000_000)
        try:
            for future in [producer.send(topic, **record) for record in records]:
                future.get(timeout=30)
        finally:
            producer.close()

    def records(self, topic: str) -> list[Any]:
        """Every committed record of a topic."""
        with open_reader(self.config, topic) as reader:
            return list(reader.read(reader.begins(), reader.ends()))


def make_rawi(kafka: Broker, unique: Unique) -> Rawi:
    """A `Rawi` whose topics do not exist yet; set `rawi.env["RAWI_INPUT_TOPIC"]` and so on to those a test makes."""
    names = ("INPUT", "OUTPUT", "DLQ", "OUTCOMES", "STORIES")
    env = {f"RAWI_{name}_TOPIC": unique(name.lower()) for name in names}
    return Rawi(
        kafka,
        env | {"KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap, "RAWI_GROUP_ID": unique("group"), "RAWI_STORIES_GROUP_ID": unique("stories")},
    )
