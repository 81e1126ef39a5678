"""Content codings: each of them, cut, wrong, forgotten, and bombs."""

import gzip
import resource
import zlib

import brotli
import pytest
import zstandard

from schemas.reasons import DeadLetterReason as Dead
from schemas.reasons import FilterReason as Out
from tests.unit.decode.drafts import decode, page
from workers.pipeline.draft import Limits

PAGE = page("a story " * 50)
MIB = 1 << 20


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def zstd_stream(data: bytes) -> bytes:
    packer = zstandard.ZstdCompressor().compressobj()
    return bytes(packer.compress(data) + packer.flush())


CODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE),
    "GZIP": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstandard.compress(PAGE),
    "identity": PAGE,
}


@pytest.mark.parametrize("coding", CODED)
def test_each_content_encoding_is_undone(coding: str) -> None:
    walked = decode(CODED[coding], content_encoding=coding)
    assert (walked.reason, walked.draft.body, walked.draft.notes) == (None, PAGE, ())


def test_bare_deflate_and_zstd_without_a_size_are_undone() -> None:
    assert decode(raw_deflate(PAGE), content_encoding="deflate").draft.body == PAGE
    assert decode(zstd_stream(PAGE), content_encoding="zstd").draft.body == PAGE


def test_stacked_codings_are_undone_last_first() -> None:
    assert decode(zstandard.compress(brotli.compress(PAGE)), content_encoding="br, zstd").draft.body == PAGE


def test_more_codings_than_the_setting_says_are_not_undone() -> None:
    packed, codings = gzip.compress(brotli.compress(PAGE)), "br, gzip"
    assert decode(packed, content_encoding=codings, limits=Limits(max_codings=2)).draft.body == PAGE
    assert decode(packed, content_encoding=codings, limits=Limits(max_codings=1)).reason is Dead.UNDECODABLE


def test_gzip_members_and_zstd_frames_are_joined_and_padding_is_ignored() -> None:
    assert decode(gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:]) + b"\0" * 512, content_encoding="gzip").draft.body == PAGE
    assert decode(zstd_stream(PAGE[:100]) + zstandard.compress(PAGE[100:]), content_encoding="zstd").draft.body == PAGE


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_stream_cut_short_is_undecodable(coding: str, cut: int) -> None:
    assert decode(CODED[coding][:-cut], content_encoding=coding).reason is Dead.UNDECODABLE


def test_other_streams_cut_short_are_undecodable() -> None:
    assert decode(zstd_stream(PAGE)[:-2], content_encoding="zstd").reason is Dead.UNDECODABLE
    assert decode(raw_deflate(PAGE)[:-2], content_encoding="deflate").reason is Dead.UNDECODABLE


@pytest.mark.parametrize(
    "coding", ["gzip", "deflate", "br", "zstd", "compress", "utf-8", "gzip,gzip", "identity,identity,identity,identity,identity"]
)
def test_bytes_that_are_not_what_is_declared_are_undecodable(coding: str) -> None:
    assert decode(PAGE, content_encoding=coding).reason is Dead.UNDECODABLE


def test_a_wrong_checksum_is_undecodable() -> None:
    packed = bytearray(CODED["gzip"])
    packed[-6] ^= 1
    assert decode(bytes(packed), content_encoding="gzip").reason is Dead.UNDECODABLE


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_page_over_the_limit_when_decoded_is_a_bomb_and_one_at_the_limit_is_not(coding: str) -> None:
    assert decode(CODED[coding], content_encoding=coding, limits=Limits(max_page_bytes=len(PAGE))).reason is None
    assert decode(CODED[coding], content_encoding=coding, limits=Limits(max_page_bytes=len(PAGE) - 1)).reason is Dead.DECOMPRESSION_BOMB


def bombs() -> dict[str, bytes]:
    """Zeros: 2 GiB in 2 MB of gzip (one block, repeated, is a valid stream until its checksum), 256 MiB in brotli and zstd."""
    zeros = bytes(16 * MIB)
    gz, br, zs = zlib.compressobj(9, wbits=-15), brotli.Compressor(quality=5), zstandard.ZstdCompressor().compressobj()
    block = gz.compress(zeros) + gz.flush(zlib.Z_FULL_FLUSH)
    return {
        "gzip": gzip.compress(b"")[:10] + block * 128,
        "br": b"".join(br.process(zeros) for _ in range(16)) + br.finish(),
        "zstd": b"".join(zs.compress(zeros) for _ in range(16)) + zs.flush(),
    }


@pytest.mark.parametrize(("coding", "bomb"), bombs().items(), ids=lambda x: x if isinstance(x, str) else "")
def test_a_bomb_is_stopped_before_it_takes_memory(coding: str, bomb: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert decode(bomb, content_encoding=coding).reason is Dead.DECOMPRESSION_BOMB
    grown_mib = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown_mib < 64  # the limit of 10 MiB, joined once, and the decoder's window


def test_a_zstd_window_larger_than_any_page_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    assert decode(packer.compress(PAGE) + packer.flush(), content_encoding="zstd").reason is Dead.UNDECODABLE


def test_half_a_million_gzip_members_are_refused_without_reading_them_all() -> None:
    assert decode(gzip.compress(b"") * 400_000, content_encoding="gzip").reason is Dead.UNDECODABLE


@pytest.mark.parametrize("packed", [gzip.compress(PAGE), zstandard.compress(PAGE)], ids=["gzip", "zstd"])
def test_a_coding_that_the_bytes_show_and_nobody_declared_is_undone_with_a_note(packed: bytes) -> None:
    walked = decode(packed)
    assert (walked.draft.html, walked.draft.notes) == (PAGE.decode(), ("content_encoding_undeclared",))


def test_undeclared_gzip_is_judged_by_what_it_holds() -> None:
    assert decode(gzip.compress(b"%PDF-1.7 ...")).reason is Out.NOT_HTML
    assert decode(gzip.compress(PAGE)[:-9]).reason is Out.NOT_HTML  # nothing was declared: just bytes that are no page
    assert decode(gzip.compress(bytes(11 * MIB))).reason is Dead.DECOMPRESSION_BOMB
    assert decode(gzip.compress(b"  \n")).reason is Out.EMPTY_PAGE
