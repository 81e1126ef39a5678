"""From bytes to text: declarations, byte order marks, repairs, guesses."""

import pytest

from schemas.reasons import DeadLetterReason as Dead
from schemas.reasons import FilterReason as Out
from tests.unit.decode.drafts import ARABIC, CHINESE, FRENCH, GREEK, HEBREW, JAPANESE, KOREAN, RUSSIAN, decode, page
from workers.stages.decode.labels import codec_of

LEGACY = [
    *((ARABIC, codec) for codec in ("cp1256", "iso8859-6")),
    *((RUSSIAN, codec) for codec in ("cp1251", "koi8-r")),
    *((GREEK, codec) for codec in ("cp1253", "iso8859-7")),
    *((CHINESE, codec) for codec in ("gb18030",)),
    *((JAPANESE, codec) for codec in ("cp932", "euc_jp", "iso2022_jp")),
    (KOREAN, "cp949"),
    (HEBREW, "cp1255"),
    (FRENCH, "cp1252"),
]
NAMES = {"iso8859-6": "iso-8859-6", "iso8859-7": "iso-8859-7", "cp932": "shift_jis", "iso2022_jp": "iso-2022-jp", "cp949": "euc-kr"}


@pytest.mark.parametrize(("text", "codec"), LEGACY)
def test_a_charset_declared_in_the_headers_is_used(text: str, codec: str) -> None:
    walked = decode(page(text, codec=codec), f"text/html; charset={NAMES.get(codec, codec)}")
    assert text in (walked.draft.html or "")
    assert walked.draft.notes == ()


@pytest.mark.parametrize(("text", "codec"), LEGACY)
def test_a_charset_declared_in_the_page_is_used(text: str, codec: str) -> None:
    walked = decode(page(text, charset=NAMES.get(codec, codec), codec=codec))
    assert text in (walked.draft.html or "")
    assert walked.draft.notes == ()


@pytest.mark.parametrize(("text", "codec"), LEGACY)
def test_an_undeclared_charset_is_guessed_with_a_note(text: str, codec: str) -> None:
    walked = decode(page(text, codec=codec))
    assert text in (walked.draft.html or "")
    assert walked.draft.notes == ("charset_guessed",)


@pytest.mark.parametrize("text", [ARABIC, CHINESE, FRENCH, "plain"])
def test_utf8_needs_no_declaration(text: str) -> None:
    walked = decode(page(text))
    assert text in (walked.draft.html or "")
    assert (walked.draft.charset, walked.draft.notes) == ("utf-8", ())


@pytest.mark.parametrize("content_type", [None, "text/html; charset=windows-1256"])
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_wins_over_all(codec: str, content_type: str | None) -> None:
    walked = decode(page(ARABIC, charset="windows-1251", codec=codec), content_type)
    assert (walked.draft.html or "").startswith("<!DOCTYPE")
    assert ARABIC in (walked.draft.html or "")
    assert walked.draft.notes == (("charset_conflict",) if content_type else walked.draft.notes)


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [ARABIC, FRENCH])
def test_utf16_without_a_mark_is_found_with_a_note(codec: str, text: str) -> None:
    walked = decode(page(text, charset="utf-8", codec=codec))
    assert text in (walked.draft.html or "")
    assert walked.draft.notes == ("charset_guessed",)


def test_utf16_text_without_markup_is_found() -> None:
    assert decode(ARABIC.encode("utf-16-be"), "text/plain").draft.text == ARABIC


@pytest.mark.parametrize("header", [None, "utf-8", "iso-8859-1"])
@pytest.mark.parametrize("meta", [None, "utf-8", "windows-1256"])
def test_utf8_with_a_few_bad_bytes_is_repaired_not_mojibake(header: str | None, meta: str | None) -> None:
    raw = page(ARABIC * 3, charset=meta).replace(b"<p>", b"<p>\x93a\xd8 ", 1)
    walked = decode(raw, header and f"text/html; charset={header}")
    assert ARABIC in (walked.draft.html or "")
    assert (walked.draft.html or "").count("\ufffd") == 2
    conflict = () if (header or meta or "utf-8") == "utf-8" else ("charset_conflict",)
    assert walked.draft.notes == (*conflict, "charset_repaired")


def test_utf8_cut_at_the_end_is_repaired() -> None:
    walked = decode(("<p>" + ARABIC.strip(". ")).encode()[:-1])
    assert (walked.draft.html or "")[:-1] in "<p>" + ARABIC
    assert walked.draft.notes == ("charset_repaired",)


def test_one_odd_byte_on_an_english_page_declared_utf8_is_repaired() -> None:
    walked = decode(page("It said \x92no").replace("\x92".encode(), b"\x92"), "text/html; charset=utf-8")
    assert walked.draft.notes == ("charset_repaired",)


def test_nuls_are_taken_out_with_a_note() -> None:
    walked = decode(page("a sto\0ry\0"))
    assert ("a story" in (walked.draft.html or ""), walked.draft.notes) == (True, ("charset_repaired",))


def test_a_lone_surrogate_in_the_bytes_is_taken_out_with_a_note() -> None:
    walked = decode(page(ARABIC + "a|b").replace(b"a|b", b"a\xed\xa0\x80b"))
    assert ("ab" in (walked.draft.html or ""), walked.draft.notes) == (True, ("charset_repaired",))
    walked = decode(page("a|b").replace(b"a|b", b"a\xed\xa0\x80b"), "text/html; charset=utf-8")
    assert ("ab" in (walked.draft.html or ""), walked.draft.notes) == (True, ("charset_repaired",))


@pytest.mark.parametrize("label", ["cp037", "cp500", "IBM037", "ebcdic-cp-us", "EBCDIC", "cp1140"])
def test_declared_ebcdic_is_read(label: str) -> None:
    raw = page("a story", codec=codec_of(label) or "")
    walked = decode(raw, f"text/html; charset={label}")
    assert (walked.draft.html, walked.draft.notes) == (page("a story").decode(), ())


@pytest.mark.parametrize("codec", ["cp037", "cp500"])
def test_undeclared_ebcdic_is_not_html(codec: str) -> None:
    assert decode(page("a story of some length, told in the charset of mainframes " * 5, codec=codec)).reason is Out.NOT_HTML


@pytest.mark.parametrize("label", ["klingon", "utf-7", "x" * 5_000, "cp420", "base64", "idna"])
def test_an_unknown_declared_charset_is_undecodable(label: str) -> None:
    assert decode(page("a story"), f"text/html; charset={label}").reason is Dead.UNDECODABLE


def test_bytes_that_are_not_the_declared_charset_are_undecodable() -> None:
    assert decode(page(ARABIC, codec="cp1256"), "text/html; charset=utf-8").reason is Dead.UNDECODABLE
    assert decode(page(CHINESE, codec="gb18030"), "text/html; charset=iso-8859-6").reason is Dead.UNDECODABLE


def test_a_wrong_declaration_outside_gives_way_to_a_right_one_in_the_page_with_a_note() -> None:
    walked = decode(page(ARABIC, charset="windows-1256", codec="cp1256"), "text/html; charset=utf-8")
    assert (ARABIC in (walked.draft.html or ""), walked.draft.notes) == (True, ("charset_conflict",))


@pytest.mark.parametrize("meta", ["utf-8", "klingon", "iso-8859-6"])
def test_a_wrong_declaration_in_the_page_gives_way_to_detection(meta: str) -> None:
    walked = decode(page(ARABIC, charset=meta, codec="cp1256"))
    assert ARABIC in (walked.draft.html or "")
    assert "charset_guessed" in walked.draft.notes


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1256", "gb2312"])
def test_valid_utf8_wins_over_a_declaration_that_says_otherwise(label: str) -> None:
    for walked in (decode(page(ARABIC, charset=label)), decode(page(ARABIC), f"text/html; charset={label}")):
        assert (ARABIC in (walked.draft.html or ""), walked.draft.notes) == (True, ("charset_conflict",))


def test_a_meta_after_long_scripts_and_an_old_one_are_found_and_a_commented_one_is_not() -> None:
    old = b'<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'
    for head in (old, b"<script>" + b"x" * 9_000 + b"</script>" + old, b'<!-- <meta charset="koi8-r"> -->' + old):
        walked = decode(b"<html><head>" + head + RUSSIAN.encode("cp1251"))
        assert (RUSSIAN in (walked.draft.html or ""), walked.draft.notes) == (True, ())


def test_an_xml_declaration_counts_as_a_meta() -> None:
    walked = decode(b'<?xml version="1.0" encoding="windows-1251"?><html><p>' + RUSSIAN.encode("cp1251"))
    assert (RUSSIAN in (walked.draft.html or ""), walked.draft.notes) == (True, ())


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        *(("iso-8859-1", "cp1252"), ("latin1", "cp1252"), ("us-ascii", "cp1252"), ("windows-874", "cp874"), ("tis-620", "cp874")),
        *(("gb2312", "gb18030"), ("gbk", "gb18030"), ("big5", "big5hkscs"), ("ks_c_5601-1987", "cp949"), ("x-sjis", "cp932")),
        *(("iso-8859-9", "cp1254"), (" 'UTF8' ", "utf-8"), ("unicode", "utf-16-le"), ("x-user-defined", "cp1252")),
        *(("hz-gb-2312", "hz"), ("iso-2022-kr", "iso2022_kr"), ("cp420", None), ("", None), ("../../etc", None), ("zlib", None)),
    ],
)
def test_labels_mean_what_they_mean_to_browsers(label: str, codec: str | None) -> None:
    assert codec_of(label) == codec


def test_a_meta_in_a_comment_without_an_end_is_not_looked_for() -> None:
    walked = decode(b"<html><p>" + RUSSIAN.encode("cp1251") + b'<!-- <meta charset="koi8-r">' + b"<!--" * 10_000)
    assert (RUSSIAN in (walked.draft.html or ""), walked.draft.notes) == (True, ("charset_guessed",))
