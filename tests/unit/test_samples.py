"""The demo's pages are what their manifest says, before any worker has seen them."""

import gzip
import json
import re

import brotli
import pytest
import zstandard

from schemas.reasons import DeadLetterReason, FilterReason, OutcomeKind, UnchangedReason
from workers.samples import Sample, load_samples, make

SAMPLES = {sample.name: sample for sample in load_samples()}
INVENTED = re.compile(rb"https?://([a-z0-9-]+\.)*(example\.(com|org|net)|[a-z0-9-]+\.test)(/|$)")
REASONS: dict[OutcomeKind | None, set[str | None]] = {
    None: {None},
    OutcomeKind.PUBLISHED: {None},
    OutcomeKind.UNCHANGED: set(UnchangedReason),
    OutcomeKind.FILTERED: set(FilterReason),
    OutcomeKind.DEAD_LETTERED: set(DeadLetterReason),
}


def headers(name: str) -> dict[str, bytes]:
    return dict(SAMPLES[name].headers)


def test_there_are_articles_in_at_least_eleven_languages() -> None:
    languages = {name.split("-")[0] for name, sample in SAMPLES.items() if sample.expected.outcome is OutcomeKind.PUBLISHED}
    wanted = "arabic persian urdu hebrew turkish english french spanish german russian chinese italian portuguese"
    assert set(wanted.split()) <= languages
    assert len(SAMPLES) >= 24


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_every_expectation_is_one_the_contract_knows(sample: Sample) -> None:
    assert sample.expected.reason in REASONS[sample.expected.outcome]


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_every_link_is_to_a_reserved_domain(sample: Sample) -> None:
    assert sample.key is None or INVENTED.match(sample.key)
    for url in re.findall(rb"https?://[^\s\"'<>]+", sample.value):
        assert INVENTED.match(url) or url.startswith((b"https://schema.org", b"http://schema.org")), url


def test_samples_are_the_same_bytes_every_time() -> None:
    assert list(load_samples()) == list(SAMPLES.values())


def test_every_kind_of_outcome_is_expected_of_some_sample() -> None:
    assert {sample.expected.outcome for sample in SAMPLES.values()} >= set(OutcomeKind)


def test_an_undeclared_page_says_nothing_of_its_encoding() -> None:
    value = SAMPLES["arabic-windows-1256-undeclared"].value
    assert b"charset" not in value
    assert "content-type" not in headers("arabic-windows-1256-undeclared")
    assert "بصمة إصبع طفل" in value.decode("windows-1256")
    with pytest.raises(UnicodeDecodeError):
        value.decode("utf-8")


def test_a_spoiled_page_is_almost_utf_8() -> None:
    value = SAMPLES["urdu-article"].value
    with pytest.raises(UnicodeDecodeError):
        value.decode("utf-8")
    assert value.decode("utf-8", "replace").count("\ufffd") == 3


def test_compressed_samples_decompress_to_their_page() -> None:
    assert headers("french-amp-gzip")["content-encoding"] == b"gzip"
    assert "four à pain" in gzip.decompress(SAMPLES["french-amp-gzip"].value).decode()
    assert "sensor" in brotli.decompress(SAMPLES["spanish-brotli"].value).decode()
    assert "Schwimmbad" in zstandard.ZstdDecompressor().decompress(SAMPLES["german-zstd"].value).decode()


def test_the_bomb_is_small_until_it_is_decompressed() -> None:
    value = SAMPLES["gzip-bomb"].value
    assert len(value) < 100_000
    assert len(gzip.decompress(value)) == make.BOMB_BYTES


def test_the_envelope_holds_the_url_and_no_header_does() -> None:
    assert json.loads(SAMPLES["portuguese-json-envelope"].value)["url"] == SAMPLES["portuguese-json-envelope"].key.decode()  # type: ignore[union-attr]
    assert "url" not in headers("portuguese-json-envelope")


def test_a_warc_record_has_the_length_that_it_declares() -> None:
    value = SAMPLES["italian-warc-record"].value
    head, _, rest = value.partition(b"\r\n\r\n")
    declared = int(re.search(rb"Content-Length: (\d+)", head)[1])  # type: ignore[index]
    assert rest == rest[:declared] + b"\r\n\r\n"


def test_the_re_crawl_is_the_same_record_in_a_later_round() -> None:
    first, again = SAMPLES["english-json-ld"], SAMPLES["re-crawl"]
    assert (again.value, again.key, again.headers) == (first.value, first.key, first.headers)
    assert again.round == first.round + 1
