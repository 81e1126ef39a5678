"""deploy/compose.yaml against Compose's own schema, and every name in it against the code."""

import gzip
import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from schemas.topics import load_topics
from tests.broker.bench_worker import REPO
from tests.commands import problem_with
from workers.settings import read_settings

DEPLOY = REPO / "deploy"
SCHEMA = json.loads(gzip.decompress((Path(__file__).parent / "data/compose-spec.schema.json.gz").read_bytes()))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "rawi"}
WORKERS = {name: service for name, service in OURS.items() if service["command"] == ["run"]}
DOCKERFILE = (REPO / "Dockerfile").read_text("utf-8")
IN_IMAGE = dict(re.findall(r"^\s+(?:ENV )?(RAWI_\w+)=(\S+)", DOCKERFILE, re.MULTILINE))


def settings_of(service: dict[str, Any]) -> Any:
    """What the service's process reads, with what the image sets."""
    reading = read_settings(IN_IMAGE | service["environment"], None)
    assert reading.unknown == ()
    return reading.settings


def scrape_targets() -> dict[str, list[str]]:
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text("utf-8"))
    return {job["job_name"]: job["static_configs"][0]["targets"] for job in config["scrape_configs"]}


def test_it_is_what_compose_accepts() -> None:
    assert [f"{'/'.join(map(str, e.path))}: {e.message}" for e in Draft202012Validator(SCHEMA).iter_errors(COMPOSE)] == []


def test_the_schema_would_notice_a_mistake() -> None:
    broken = json.loads(json.dumps(COMPOSE))
    broken["services"]["kafka"]["helthcheck"] = broken["services"]["kafka"].pop("healthcheck")
    assert not Draft202012Validator(SCHEMA).is_valid(broken)


def test_it_has_the_parts_that_were_promised() -> None:
    assert len(WORKERS) == 2
    assert {"kafka", "valkey", "stories", "prometheus", "grafana", "kafka-ui", "lag"} <= set(SERVICES)
    assert [name for name, service in SERVICES.items() if service.get("profiles") == ["samples"]] == ["samples"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_have_known_settings_and_commands_and_reach_what_they_need(name: str) -> None:
    service = OURS[name]
    assert problem_with(service["command"]) is None
    settings = settings_of(service)
    [broker] = settings.kafka.bootstrap_servers.split(",")
    host, port = broker.split(":")
    listeners = SERVICES[host]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    assert f"//{host}:{port}" in listeners
    assert str(settings.redis.url) == "redis://valkey:6379/0"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["tmpfs"] == ["/tmp:size=128m,mode=1777"]  # noqa: S108


def test_no_two_replicas_share_a_name() -> None:
    ids = [settings_of(service).instance_id for service in WORKERS.values()]
    assert None not in ids
    assert len(ids) == len(set(ids)) == 2


def test_workers_have_the_memory_that_their_slots_may_take_and_the_time_to_stop() -> None:
    for service in WORKERS.values():
        settings = settings_of(service)
        gib = int(service["mem_limit"].removesuffix("g"))
        assert gib * 1024**3 >= settings.slots * settings.page.max_memory_bytes + 2 * settings.engine.max_open_bytes
        assert int(service["stop_grace_period"].removesuffix("s")) >= settings.engine.shutdown_timeout_s + 5


def test_prometheus_scrapes_where_our_services_listen() -> None:
    targets = scrape_targets()
    assert targets["rawi"] == [f"{name}:{settings_of(service).http_addr.port}" for name, service in WORKERS.items()]
    assert targets["rawi-stories"] == [f"stories:{settings_of(OURS['stories']).stories.http_addr.port}"]
    assert {target.partition(":")[0] for found in targets.values() for target in found} <= set(SERVICES)
    addresses = [settings_of(service).http_addr for service in WORKERS.values()] + [settings_of(OURS["stories"]).stories.http_addr]
    assert {address.host for address in addresses} == {"0.0.0.0"}  # noqa: S104 - as a container must
    assert problem_with(OURS["stories"]["healthcheck"]["test"][2:]) is None


def test_promtool_accepts_the_configuration() -> None:
    done = subprocess.run(
        ["promtool", "check", "config", str(DEPLOY / "prometheus/prometheus.yml")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_path_that_is_mounted_exists_and_every_volume_is_declared() -> None:
    for name, service in SERVICES.items():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).is_dir(), f"{name}: {source}"
            else:
                assert source in COMPOSE["volumes"]
    assert (DEPLOY / SERVICES["worker-1"]["build"]["context"]).resolve() == REPO


def test_grafana_finds_its_data_source_and_its_dashboards() -> None:
    grafana = SERVICES["grafana"]
    mounted = {target: DEPLOY / source for source, target, _ in (volume.split(":") for volume in grafana["volumes"])}
    [source] = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yaml").read_text())["datasources"]
    host, port = source["url"].removeprefix("http://").split(":")
    assert f"127.0.0.1:{port}:9090" in SERVICES[host]["ports"]
    [provider] = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/rawi.yaml").read_text())["providers"]
    dashboards = mounted[provider["options"]["path"]]
    home = Path(grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert (dashboards / home.relative_to(provider["options"]["path"])).is_file()


def test_the_lag_exporter_looks_at_our_groups_and_topics() -> None:
    options = dict(option.removeprefix("--").split("=", 1) for option in SERVICES["lag"]["command"])
    settings = read_settings({"KAFKA_BOOTSTRAP_SERVERS": "b:1"}, None).settings
    groups, topics = (re.compile(options[name].replace("$$", "$")) for name in ("group.filter", "topic.filter"))
    assert groups.search(settings.group_id)
    assert groups.search(settings.stories_group_id)
    assert topics.search(settings.topics.input)
    assert topics.search(settings.topics.output)
    assert options["kafka.server"] == OURS["worker-1"]["environment"]["KAFKA_BOOTSTRAP_SERVERS"]


def test_the_broker_takes_the_largest_record_of_the_contract() -> None:
    largest = max(int(topic.config.get("max.message.bytes", 0)) for topic in load_topics().values())
    environment = SERVICES["kafka"]["environment"]
    assert int(environment["KAFKA_MESSAGE_MAX_BYTES"]) > largest
    assert int(environment["KAFKA_REPLICA_FETCH_MAX_BYTES"]) > largest
    assert environment["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"


def test_what_is_waited_for_exists_and_what_is_published_stays_on_this_machine() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", [])) <= set(SERVICES), name
        for needed, how in service["depends_on"].items() if isinstance(service.get("depends_on"), dict) else ():
            assert how["condition"] != "service_healthy" or "healthcheck" in SERVICES[needed]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        assert re.search(r":v?\d+\.\d+", service["image"]) or service["image"] == "rawi", f"{name}: {service['image']} is not pinned"
