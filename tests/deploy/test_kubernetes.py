"""The Kubernetes manifests, rendered by kubectl's kustomize: by the API's schemas, and every name in them against the code."""

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft202012Validator

from schemas.topics import load_topics
from tests.broker.bench_worker import REPO
from tests.commands import problem_with
from workers.settings import Settings, read_settings
from workers.telemetry.health import HealthServer

KUBERNETES = REPO / "deploy/kubernetes"
OVERLAYS = sorted(path.name for path in (KUBERNETES / "overlays").iterdir())
VERSIONS = ("1.31", "1.37")  # the oldest and the newest that anybody should run
CRDS: dict[str, Any] = json.loads(gzip.decompress((Path(__file__).parent / "data/crds.json.gz").read_bytes()))
Manifest = dict[str, Any]


@cache
def rendered(overlay: str) -> tuple[Manifest, ...]:
    kubectl = Path(sys.executable).parent / "kubectl"
    done = subprocess.run([str(kubectl), "kustomize", str(KUBERNETES / "overlays" / overlay)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""  # deprecations
    return tuple(yaml.safe_load_all(done.stdout))


def one(overlay: str, kind: str, name: str = "") -> Manifest:
    [found] = [m for m in rendered(overlay) if m["kind"] == kind and name in m["metadata"]["name"]]
    return found


def pods(overlay: str) -> Iterator[tuple[str, Manifest, Manifest]]:
    """Name, pod spec and container of what runs."""
    for manifest in rendered(overlay):
        if manifest["kind"] == "StatefulSet":
            spec = manifest["spec"]["template"]["spec"]
            [container] = spec["containers"]
            yield manifest["metadata"]["name"], spec, container


def strict(schema: Any) -> Any:
    """A custom resource's schema that also refuses fields it does not know, as the API server does for `kubectl --validate=strict`."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    copy = {key: strict(value) for key, value in schema.items()}
    if (
        isinstance(schema.get("properties"), dict)
        and schema.get("type") == "object"
        and not schema.get("x-kubernetes-preserve-unknown-fields")
    ):
        copy.setdefault("additionalProperties", False)
    return copy


def problems(manifest: Manifest) -> list[str]:
    """What the API would refuse."""
    key = f"{manifest['apiVersion']}/{manifest['kind']}"
    if key in CRDS:
        schema = strict(CRDS[key])
        schema["properties"]["metadata"] = {"type": "object"}
        return [f"{'/'.join(map(str, e.path))}: {e.message}" for e in Draft202012Validator(schema).iter_errors(manifest)]
    try:
        for version in VERSIONS:
            kubernetes_validate.validate(manifest, version, strict=True)
    except kubernetes_validate.ValidationError as e:
        return [str(e)]
    return []


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_api_accepts_everything(overlay: str) -> None:
    found = {f"{m['kind']}/{m['metadata']['name']}": problems(m) for m in rendered(overlay)}
    assert {name: what for name, what in found.items() if what} == {}


@pytest.mark.parametrize("kind", ["StatefulSet", "ScaledObject", "PodMonitor"])
def test_the_schemas_would_notice_a_mistake(kind: str) -> None:
    manifest = json.loads(json.dumps(next(m for m in rendered("production") if m["kind"] == kind)))
    assert problems(manifest) == []
    manifest["spec"]["replicaCuont"] = 1
    assert problems(manifest) != []


def test_production_has_all_parts() -> None:
    kinds = [manifest["kind"] for manifest in rendered("production")]
    assert {"StatefulSet", "PodDisruptionBudget", "ScaledObject", "NetworkPolicy", "PodMonitor", "PrometheusRule", "ConfigMap"} <= set(
        kinds
    )
    assert "ScaledObject" not in [manifest["kind"] for manifest in rendered("development")]
    assert all(m["metadata"].get("namespace") == "rawi" for m in rendered("production") if m["kind"] != "Namespace")


def environment(overlay: str, container: Manifest, pod_name: str, files: Path) -> dict[str, str]:
    """A container's environment as the kubelet makes it; files of the Secret stand in `files`."""
    merged = _config(overlay) | {v["name"]: v.get("value") or pod_name for v in container["env"]}
    mounts = [mount["mountPath"] for mount in container["volumeMounts"]]
    for name, value in merged.items():
        if name.endswith("_FILE"):
            assert str(Path(value).parent) in mounts, f"{name}: nothing is mounted at {value}"
            (files / Path(value).name).write_text("redis://r:6379/0" if name.startswith("REDIS_URL") else "secret")
            merged[name] = str(files / Path(value).name)
    return merged


def _config(overlay: str) -> dict[str, str]:
    [data] = [m["data"] for m in rendered(overlay) if m["kind"] == "ConfigMap" and "KAFKA_BOOTSTRAP_SERVERS" in m["data"]]
    return dict(data)


def settings_of(overlay: str, container: Manifest, files: Path) -> Settings:
    reading = read_settings(environment(overlay, container, "pod-0", files), None)
    assert reading.unknown == ()
    return reading.settings


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_settings_commands_ports_and_probes_are_those_of_the_code(overlay: str, tmp_path: Path) -> None:
    paths = {"/metrics", "/healthz", "/readyz"}
    assert all(path in Path(sys.modules[HealthServer.__module__].__file__ or "").read_text() for path in paths)
    for name, _, container in pods(overlay):
        assert problem_with(container["args"]) is None, name
        settings = settings_of(overlay, container, tmp_path)
        stories = container["args"] == ["stories"]
        assert stories or settings.instance_id == "pod-0"
        [port] = container["ports"]
        address = settings.stories.http_addr if stories else settings.http_addr
        assert address == ("0.0.0.0", port["containerPort"])  # noqa: S104
        assert (container["livenessProbe"]["httpGet"]["path"], container["readinessProbe"]["httpGet"]["path"]) == ("/healthz", "/readyz")
        assert {container[probe]["httpGet"]["port"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")} == {port["name"]}
        service = one(overlay, "Service", name)
        assert (service["spec"]["ports"][0]["port"], service["spec"]["clusterIP"]) == (port["containerPort"], "None")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_resources_and_times_fit_the_limits_of_the_worker(overlay: str, tmp_path: Path) -> None:
    name, spec, container = next(found for found in pods(overlay) if found[0] == "rawi-worker")
    settings = settings_of(overlay, container, tmp_path)
    assert spec["terminationGracePeriodSeconds"] >= settings.engine.shutdown_timeout_s + 5, name
    limit = int(container["resources"]["limits"]["memory"].removesuffix("Gi")) * 1024**3
    assert limit >= settings.slots * settings.page.max_memory_bytes + 2 * settings.engine.max_open_bytes
    cpu = container["resources"]["requests"]["cpu"]
    assert settings.slots == max(1, int(cpu) if cpu.isdigit() else 1)
    [tmp] = [volume for volume in spec["volumes"] if volume["name"] == "tmp"]
    assert int(tmp["emptyDir"]["sizeLimit"].removesuffix("Mi")) >= 128


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_everything_runs_with_the_least_rights(overlay: str) -> None:
    user = int(re.findall(r"^USER (\d+):", (REPO / "Dockerfile").read_text(), re.MULTILINE)[0])
    for name, spec, container in pods(overlay):
        pod_wide, own = spec["securityContext"], container["securityContext"]
        assert (pod_wide["runAsNonRoot"], pod_wide["runAsUser"], pod_wide["seccompProfile"]) == (True, user, {"type": "RuntimeDefault"}), (
            name
        )
        assert own == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
        assert spec["automountServiceAccountToken"] is False
        assert not spec.get("hostNetwork")
        assert container["volumeMounts"][0] == {"mountPath": "/tmp", "name": "tmp"}  # noqa: S108
    labels = one(overlay, "Namespace")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_selects_pods_selects_ours(overlay: str) -> None:
    labels = {m["metadata"]["name"]: m["spec"]["template"]["metadata"]["labels"] for m in rendered(overlay) if m["kind"] == "StatefulSet"}

    def selected(selector: dict[str, str]) -> set[str]:
        return {name for name, found in labels.items() if selector.items() <= found.items()}

    assert selected(one(overlay, "PodDisruptionBudget")["spec"]["selector"]["matchLabels"]) == {"rawi-worker"}
    assert selected(one(overlay, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"]) == {"rawi-worker", "rawi-stories"}
    for name in labels:
        assert selected(one(overlay, "Service", name)["spec"]["selector"]) == {name}
    for _, spec, _ in pods(overlay):
        for constraint in spec.get("topologySpreadConstraints", []):
            assert selected(constraint["labelSelector"]["matchLabels"]) == {"rawi-worker"}
    if overlay == "production":
        monitor = one(overlay, "PodMonitor")["spec"]
        assert selected(monitor["selector"]["matchLabels"]) == {"rawi-worker", "rawi-stories"}
        assert {endpoint["port"] for endpoint in monitor["podMetricsEndpoints"]} == {"metrics"}


def test_keda_scales_the_workers_by_the_groups_lag_up_to_the_partitions() -> None:
    scaled = one("production", "ScaledObject")["spec"]
    [trigger] = scaled["triggers"]
    config = {name: value for name, value in _config("production").items() if not name.endswith("_FILE")}
    settings = read_settings(config | {"KAFKA_SASL_PASSWORD": "x"}, None).settings
    assert scaled["scaleTargetRef"]["name"] == "rawi-worker"
    assert "replicas" not in one("production", "StatefulSet", "rawi-worker")["spec"]
    assert scaled["maxReplicaCount"] == load_topics()["input"].partitions
    found = trigger["metadata"]
    assert (found["topic"], found["consumerGroup"]) == (settings.topics.input, settings.group_id)
    assert (found["bootstrapServers"], found["allowIdleConsumers"]) == (settings.kafka.bootstrap_servers, "false")
    assert trigger["authenticationRef"]["name"] == one("production", "TriggerAuthentication")["metadata"]["name"]


def test_the_network_policy_lets_out_what_the_settings_need() -> None:
    ports = [port for rule in one("production", "NetworkPolicy")["spec"]["egress"] for port in rule["ports"]]
    brokers = {int(address.rpartition(":")[2]) for address in _config("production")["KAFKA_BOOTSTRAP_SERVERS"].split(",")}
    for wanted in brokers | {6379, 53}:
        assert any(port["port"] <= wanted <= port.get("endPort", port["port"]) for port in ports), wanted
