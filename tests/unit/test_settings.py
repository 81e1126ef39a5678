"""Settings: where values come from, what is refused, and in which words."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from workers.pipeline.draft import Limits
from workers.pool.pool import PoolLimits
from workers.settings import (
    Address,
    ConfigError,
    Settings,
    claim_instance_id,
    kafka_client_config,
    load_settings,
    read_settings,
    redis_client_kwargs,
)
from workers.settings.docs import configuration_md, env_example
from workers.settings.kinds import usable_cores
from workers.settings.model import SECTIONS, Secret
from workers.settings.variables import VARIABLES

ROOT = Path(__file__).parents[2]
SASL = {
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
    "KAFKA_SASL_USERNAME": "rawi",
    "KAFKA_SASL_PASSWORD": "hush-hush",
}


def load(**environ: str) -> Settings:
    return load_settings(environ, env_file=None)


def problems(environ: dict[str, str], env_file: Path | None = None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_settings(environ, env_file)
    return caught.value.problems


def only_problem(**environ: str) -> str:
    [problem] = problems(environ)
    return problem


def test_without_any_variable_the_defaults_are_in_force() -> None:
    settings = load()
    assert settings.kafka.bootstrap_servers == "127.0.0.1:9092"
    assert settings.topics.input == "raw.pages"
    assert settings.http_addr == Address("127.0.0.1", 9108)
    assert settings.page.timeout_s == 15
    assert settings.redis.url is None
    assert settings.instance_id is None
    assert settings.slots >= 1
    assert settings.warnings == ()


def test_the_default_limits_are_those_of_the_draft() -> None:
    assert load().page.limits == Limits()


def test_the_default_limit_of_a_result_is_that_of_the_pool() -> None:
    assert load().page.max_result_bytes == PoolLimits().max_result_bytes


def test_every_place_in_the_settings_has_exactly_one_variable() -> None:
    models: dict[str, type[msgspec.Struct]] = {**SECTIONS, "": Settings}
    places = {f"{prefix}.{name}".lstrip(".") for prefix, cls in models.items() for name in cls.__struct_fields__}
    assert sorted(variable.path for variable in VARIABLES.values()) == sorted(places - {*SECTIONS, "warnings"})


def test_every_value_has_the_type_its_model_says() -> None:
    settings = load(**SASL, REDIS_URL="redis://h", RAWI_HTTP_ADDR="[::1]:0", RAWI_INSTANCE_ID="a")

    def check(value: msgspec.Struct) -> None:
        for field in msgspec.structs.fields(value):
            item = getattr(value, field.name)
            if isinstance(item, msgspec.Struct):
                check(item)
            elif item is not None and not isinstance(item, Secret | Address | Path):
                msgspec.convert(item, field.type)

    check(settings)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        load().group_id = "other"  # type: ignore[misc]


def test_the_environment_wins_over_the_env_file_and_that_over_the_default(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("# remark\nRAWI_GROUP_ID=from-file\nexport RAWI_DELIVERY='at-least-once'\nPATH=/ignored\n", "utf-8")
    reading = read_settings({"RAWI_GROUP_ID": "from-environment"}, env_file)
    origins = {item.variable.name: item.origin for item in reading.in_force}
    assert (reading.settings.group_id, origins["RAWI_GROUP_ID"]) == ("from-environment", "environment")
    assert (reading.settings.delivery, origins["RAWI_DELIVERY"]) == ("at-least-once", str(env_file))
    assert (reading.settings.slots >= 1, origins["RAWI_SLOTS"]) == (True, "default")


def test_a_missing_env_file_is_no_problem(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path / ".env").group_id == "rawi"


def test_a_line_of_the_env_file_that_cannot_be_read_is_told_with_its_number(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("RAWI_GROUP_ID=a\nRAWI_SLOTS 3\n", "utf-8")
    [problem] = problems({}, env_file)
    assert "line 2" in problem


def test_a_secret_comes_from_a_file_without_its_last_line_break(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("p w\n", "utf-8")
    environ = {name: value for name, value in SASL.items() if name != "KAFKA_SASL_PASSWORD"}
    assert load(**environ, KAFKA_SASL_PASSWORD_FILE=str(secret)).kafka.sasl_password == "p w"


def test_any_variable_can_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "value"
    for variable in VARIABLES.values():
        if variable.default:
            file.write_text(variable.default + "\n", "utf-8")
            load(**{f"{variable.name}_FILE": str(file)})


def test_a_variable_and_its_file_together_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("x", "utf-8")
    problem = only_problem(RAWI_GROUP_ID="a", RAWI_GROUP_ID_FILE=str(secret))
    assert problem == "RAWI_GROUP_ID: both RAWI_GROUP_ID and RAWI_GROUP_ID_FILE are set in the environment; set one"


def test_a_secret_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    problem = only_problem(REDIS_URL_FILE=str(tmp_path / "none"))
    assert problem.startswith("REDIS_URL: REDIS_URL_FILE: cannot read")


def test_all_problems_are_told_at_once() -> None:
    found = problems({"RAWI_SLOTS": "many", "RAWI_DELIVERY": "twice", "RAWI_MAX_PAGE_BYTES": "1TiB", "RAWI_INPUT_TOPIC": "articles"})
    assert [problem.split(":")[0] for problem in found] == ["RAWI_DELIVERY", "RAWI_SLOTS", "RAWI_MAX_PAGE_BYTES", "RAWI_OUTPUT_TOPIC"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("KAFKA_BOOTSTRAP_SERVERS", "broker"),
        ("KAFKA_BOOTSTRAP_SERVERS", "a:9092,,b:9092"),
        ("KAFKA_BOOTSTRAP_SERVERS", "kafka://a:9092"),
        ("KAFKA_SECURITY_PROTOCOL", "TLS"),
        ("KAFKA_SASL_MECHANISM", "GSSAPI"),
        ("KAFKA_SSL_CAFILE", "/no/such/file"),
        ("KAFKA_SSL_CHECK_HOSTNAME", "perhaps"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "rediss://h:6379/0?ssl_cert_reqs=none"),
        ("RAWI_INPUT_TOPIC", "a topic"),
        ("RAWI_INPUT_TOPIC", ".."),
        ("RAWI_OUTPUT_TOPIC", ""),
        ("RAWI_GROUP_ID", "g" * 201),
        ("RAWI_INSTANCE_ID", "a/b"),
        ("RAWI_SLOTS", "0"),
        ("RAWI_SLOTS", "1.5"),
        ("RAWI_HTTP_ADDR", "9108"),
        ("RAWI_HTTP_ADDR", "::1:9108"),
        ("RAWI_HTTP_ADDR", "h:70000"),
        ("RAWI_PAGE_TIMEOUT_S", "nan"),
        ("RAWI_PAGE_TIMEOUT_S", "-1"),
        ("RAWI_MAX_PAGE_BYTES", "10MB"),
        ("RAWI_MAX_PAGE_BYTES", "1e6"),
        ("RAWI_DLQ_MAX_SHARE", "1.1"),
        ("RAWI_LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_what_is_accepted(name: str, text: str) -> None:
    problem = only_problem(**{name: text})
    assert problem.startswith(f"{name}: ")
    assert f"Accepted: {VARIABLES[name].kind.accepts}" in problem
    assert "\n" not in problem


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.2:9108", ("127.0.0.2", 9108)),
        ("[::]:0", ("::", 0)),
        ("[::1]:9108", ("::1", 9108)),
        ("worker-1.local:80", ("worker-1.local", 80)),
    ],
)
def test_addresses_are_read_ipv6_too(text: str, address: tuple[str, int]) -> None:
    assert load(RAWI_HTTP_ADDR=text).http_addr == address


@pytest.mark.parametrize(("text", "size"), [("10485760", 10485760), ("10MiB", 10485760), ("64 KiB", 65536)])
def test_sizes_are_bytes_or_have_a_unit(text: str, size: int) -> None:
    assert load(RAWI_MAX_PAGE_BYTES=text).page.limits.max_page_bytes == size


def test_an_empty_outcomes_topic_turns_it_off_and_an_empty_redis_url_means_none() -> None:
    settings = load(RAWI_OUTCOMES_TOPIC="", REDIS_URL="", KAFKA_SASL_USERNAME="")
    assert settings.topics.outcomes == ""
    assert settings.redis.url is None
    assert settings.kafka.sasl_username is None


@pytest.mark.parametrize("missing", ["KAFKA_SASL_MECHANISM", "KAFKA_SASL_USERNAME", "KAFKA_SASL_PASSWORD"])
def test_sasl_needs_mechanism_user_and_password(missing: str) -> None:
    environ = {name: value for name, value in SASL.items() if name != missing}
    assert only_problem(**environ) == f"{missing}: needed with KAFKA_SECURITY_PROTOCOL=SASL_SSL"


def test_credentials_without_the_protocol_that_uses_them_are_refused() -> None:
    assert "does not use it" in only_problem(KAFKA_SASL_PASSWORD="hush-hush")
    assert "does not use it" in only_problem(KAFKA_SSL_KEY_PASSWORD="hush-hush")


def test_a_ca_file_without_certificates_is_told_at_the_start(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("nothing\n", "utf-8")
    assert only_problem(KAFKA_SECURITY_PROTOCOL="SSL", KAFKA_SSL_CAFILE=str(ca)).endswith("holds no certificate in PEM form")
    assert only_problem(REDIS_URL="rediss://h", REDIS_SSL_CAFILE=str(ca)).endswith("holds no certificate in PEM form")
    assert "does not begin with rediss://" in only_problem(REDIS_URL="redis://h", REDIS_SSL_CAFILE=str(ca))


def test_a_certificate_without_its_key_and_a_key_without_certificate_are_told(tmp_path: Path) -> None:
    file = tmp_path / "file.pem"
    file.write_text("nothing\n", "utf-8")
    assert "are not a pair" in only_problem(KAFKA_SECURITY_PROTOCOL="SSL", KAFKA_SSL_CERTFILE=str(file))
    assert only_problem(KAFKA_SECURITY_PROTOCOL="SSL", KAFKA_SSL_KEYFILE=str(file)) == "KAFKA_SSL_CERTFILE: needed with KAFKA_SSL_KEYFILE"


def test_two_topics_with_one_name_are_refused() -> None:
    assert only_problem(RAWI_DLQ_TOPIC="raw.pages").startswith("RAWI_DLQ_TOPIC: the same topic as RAWI_INPUT_TOPIC")


def test_settings_that_contradict_each_other_are_refused() -> None:
    assert only_problem(RAWI_MAX_OPEN_BYTES="1MiB") == "RAWI_MAX_PAGE_BYTES: 10 MiB must be at most RAWI_MAX_OPEN_BYTES, which is 1 MiB"
    assert (
        only_problem(RAWI_MAX_OUTPUT_BYTES="20MiB")
        == "RAWI_MAX_OUTPUT_BYTES: 20 MiB must be at most RAWI_MAX_RESULT_BYTES, which is 16 MiB"
    )
    assert "must be less than RAWI_STALL_TIMEOUT_S" in only_problem(RAWI_COMMIT_INTERVAL_S="10", RAWI_STALL_TIMEOUT_S="5")
    assert "they read different topics" in only_problem(RAWI_STORIES_GROUP_ID="rawi")
    assert "longer than 249" in only_problem(RAWI_GROUP_ID="g" * 200, RAWI_INSTANCE_ID="i" * 128)


def test_no_message_and_no_repr_holds_a_secret(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(
        "KAFKA_SASL_PASSWORD=hush-hush\nREDIS_URL=redis://u:hush-hush@h:6379x\nKAFKA_SSL_KEY_PASSWORD='hush-hush\n", "utf-8"
    )
    assert "hush-hush" not in " ".join(problems({"RAWI_SLOTS": "x"}, env_file))
    reading = read_settings({**SASL, "REDIS_URL": "redis://u:hush-hush@h:6379/1"}, None)
    assert "hush-hush" not in repr(reading)
    assert "redis://u:***@h:6379/1" in {item.shown for item in reading.in_force}


def test_an_unknown_name_is_a_warning_with_the_nearest_known_one() -> None:
    settings = load(RAWI_SLOT="3", KAFKA_SASL_USER="u", RAWI_TEST_NO_BROKER="1", KAFKA_HOME="/opt")
    assert settings.warnings == (
        "KAFKA_SASL_USER (environment): no such setting; did you mean KAFKA_SASL_USERNAME?",
        "RAWI_SLOT (environment): no such setting; did you mean RAWI_SLOTS?",
    )


def test_the_kafka_arguments_are_kafka_pythons() -> None:
    from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

    config = kafka_client_config(load(**SASL, KAFKA_BOOTSTRAP_SERVERS="a:1, b:2"))
    assert config["bootstrap_servers"] == ["a:1", "b:2"]
    assert config["sasl_plain_password"] == "hush-hush"
    for client in (KafkaAdminClient, KafkaConsumer, KafkaProducer):
        assert set(config) <= set(client.DEFAULT_CONFIG)
    assert kafka_client_config(load()) == {"bootstrap_servers": ["127.0.0.1:9092"], "security_protocol": "PLAINTEXT"}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://h", {"host": "h", "port": 6379, "db": 0, "username": None, "password": None}),
        ("rediss://u:p%40%2F@[::1]:7/3", {"host": "::1", "port": 7, "db": 3, "username": "u", "password": "p@/", "ssl": True}),
        ("unix://:p@/run/redis.sock", {"unix_socket_path": "/run/redis.sock", "password": "p"}),
    ],
)
def test_the_redis_arguments_say_what_the_url_says(url: str, expected: dict[str, Any]) -> None:
    import redis

    kwargs = redis_client_kwargs(load(REDIS_URL=url))
    assert {name: kwargs.get(name) for name in expected} == expected
    assert kwargs["socket_timeout"] == kwargs["socket_connect_timeout"] == 0.5
    tries = 1 + kwargs["retry"].get_retries()
    assert tries * (kwargs["socket_connect_timeout"] + kwargs["socket_timeout"]) < 5, "a page waits no longer for a store that is away"
    redis.Redis(**kwargs).close()


def test_two_workers_of_a_group_on_one_machine_get_two_names(tmp_path: Path) -> None:
    settings, other = load(), load(RAWI_GROUP_ID="other")
    with claim_instance_id(settings, tmp_path) as first:
        with claim_instance_id(settings, tmp_path) as second, claim_instance_id(other, tmp_path) as elsewhere:
            assert first.endswith("-1")
            assert second.endswith("-2")
            assert elsewhere == first
        with claim_instance_id(settings, tmp_path) as again:
            assert again == second


def test_a_name_is_free_again_when_its_process_was_killed(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, time; from workers.settings import *; "
        f"c = claim_instance_id(load_settings({{}}, None), pathlib.Path({str(tmp_path)!r})); "
        "print(c.instance_id, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert name.endswith("-1")
        with claim_instance_id(load(), tmp_path) as mine:
            assert mine.endswith("-2")
        process.kill()
        process.wait()
    with claim_instance_id(load(), tmp_path) as mine:
        assert mine == name


def test_a_name_that_was_given_is_used_as_it_is(tmp_path: Path) -> None:
    with claim_instance_id(load(RAWI_INSTANCE_ID="rawi-0"), tmp_path / "unused") as name:
        assert name == "rawi-0"
    assert not (tmp_path / "unused").exists()


def test_a_place_for_locks_that_cannot_be_used_is_one_clear_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ConfigError, match="RAWI_INSTANCE_ID: not set, and no lock can be taken"):
        claim_instance_id(load(), tmp_path / "file")


@pytest.mark.parametrize(("quota", "cores"), [("150000 100000", 2), ("50000 100000", 1), ("max 100000", None), ("", None)])
def test_a_containers_quota_bounds_the_slots(tmp_path: Path, quota: str, cores: int | None) -> None:
    file = tmp_path / "cpu.max"
    file.write_text(quota, "utf-8")
    unbounded = usable_cores(tmp_path / "none")
    assert usable_cores(file) == (min(cores, unbounded) if cores else unbounded)


def test_the_committed_pages_are_what_the_settings_make() -> None:
    hint = "run: python -m workers.settings.docs"
    assert (ROOT / "docs" / "configuration.md").read_text("utf-8") == configuration_md(), hint
    assert (ROOT / ".env.example").read_text("utf-8") == env_example(), hint


def test_the_example_env_file_uncommented_is_in_force_without_a_problem(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    lines = [line.removeprefix("#") if line.startswith(("#R", "#K")) else line for line in env_example().splitlines()]
    env_file.write_text("\n".join(lines), "utf-8")
    settings = load_settings({}, env_file)
    assert msgspec.structs.replace(settings, warnings=()) == load()
