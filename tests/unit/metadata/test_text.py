"""What only the text says: datelines, credits, keywords; and the agencies' list."""

import pytest

from schemas.records import RemovedSegment
from tests.unit.stages.pages import draft
from workers.metadata.datelines import dateline_of, end_credit
from workers.metadata.keywords import apart, in_letters_of
from workers.pipeline.draft import replace
from workers.rules.agencies import agencies, agency_id, agency_name
from workers.rules.model import SegmentClass
from workers.stages.text_metadata import read_text


@pytest.mark.parametrize(
    ("paragraph", "text", "named"),
    [
        ("BERLIN (dpa) - Die Brücke bleibt gesperrt.", "BERLIN (dpa)", ("dpa",)),
        ("PARIS, 12 mars (AFP) - Le pont reste fermé.", "PARIS, 12 mars (AFP)", ("AFP",)),
        ("القاهرة (رويترز) - يبقى الجسر مغلقا.", "القاهرة (رويترز)", ("رويترز",)),
        ("القاهرة - رويترز: يبقى الجسر مغلقا.", "القاهرة - رويترز", ("رويترز",)),
        ("دمشق-سانا يبقى الجسر مغلقا.".replace("سانا ", "سانا - "), "دمشق-سانا", ("سانا",)),
        ("新华社北京10月9日电 大桥继续关闭。", "新华社北京10月9日电", ("新华社",)),
        ("WASHINGTON — The bridge stays closed.", "WASHINGTON", ()),
    ],
)
def test_a_dateline_is_found_as_written(paragraph: str, text: str, named: tuple[str, ...]) -> None:
    found = dateline_of(paragraph)
    assert found is not None
    assert (found.text, found.agencies) == (text, named)


@pytest.mark.parametrize(
    "paragraph",
    [
        "The bridge (built in 1931) stays closed.",
        "Reuters said on Monday that the bridge stays closed.",
        "قالت رويترز إن الجسر يبقى مغلقا.",
        "USA is the country that built it.",
        "He came - and went - over the bridge.",
    ],
)
def test_a_sentence_is_no_dateline(paragraph: str) -> None:
    assert dateline_of(paragraph) is None


def test_a_credit_after_the_last_sentence_names_its_agencies() -> None:
    assert end_credit("The bridge stays closed. (Reuters)") == ("Reuters",)
    assert end_credit("Die Brücke bleibt gesperrt. (dpa/AFP)") == ("dpa", "AFP")
    assert end_credit("The bridge stays closed — Reuters") == ("Reuters",)
    assert end_credit("The bridge stays closed (for now)") == ()


def test_the_agencies_are_many_and_no_name_is_two_agencies() -> None:
    listed = [(name, key) for key, agency in agencies().items() for name in agency.names]
    assert len(agencies()) >= 80
    assert [(name, key, agency_id(name)) for name, key in listed if agency_id(name) != key] == []


@pytest.mark.parametrize(
    ("name", "id_", "shown"),
    [
        ("الأناضول", "anadolu", "الأناضول"),
        ("وكالة الأناضول", "anadolu", "الأناضول"),
        ("Anadolu Ajansı", "anadolu", "Anadolu"),
        ("AA", "anadolu", "AA"),
        ("رويترز", "reuters", "رويترز"),
        ("وكالة الأنباء السعودية", "spa", "وكالة الأنباء السعودية"),
        ("Xinhua News Agency", "xinhua", "Xinhua"),
        ("map", None, "map"),
        ("العربي الجديد", None, "العربي الجديد"),
    ],
)
def test_an_agency_has_one_id_in_every_script(name: str, id_: str | None, shown: str) -> None:
    assert (agency_id(name), agency_name(name)) == (id_, shown)


def test_keywords_run_together_are_the_longest_runs_of_the_body() -> None:
    body = "قال وزير الخارجية الأمريكي إن حماس مدعوة إلى وقف إطلاق النار، كما تعمل مصر وقطر."
    run = "وزير الخارجية الأمريكي حماس وقف إطلاق النار مصر وقطر وقف إطلاق النار"
    assert apart([run], body) == ["وزير الخارجية الأمريكي", "حماس", "وقف إطلاق النار", "مصر وقطر"]
    assert apart(["وقف إطلاق النار"], "نص آخر") == ["وقف إطلاق النار"]


def test_keywords_are_in_the_letters_of_the_text() -> None:
    assert in_letters_of(["الولایات المتحدة", "الولايات المتحدة"], "ar") == ["الولايات المتحدة"]
    assert in_letters_of(["علي"], "fa") == ["علی"]


def test_a_date_line_and_a_source_line_fill_what_the_page_lacks() -> None:
    lines = (
        RemovedSegment(class_=SegmentClass.DATE_LINE, rule="any.date_line", text="13 سبتمبر 2024"),
        RemovedSegment(class_=SegmentClass.SOURCE_LINE, rule="ar.source_line", text="المصدر: رويترز"),
    )
    made = read_text(replace(draft(), parts={"paragraphs": ["كتب: محمد علي", "نص."], "in_language": "ar"}, cut_lines=lines))
    assert made.parts["date_published"] == "2024-09-13"
    assert made.parts["date_published_raw"] == "13 سبتمبر 2024"
    assert made.parts["credit_text"] == "المصدر: رويترز"
    assert [person.name for person in made.parts["authors"]] == ["محمد علي"]
    assert made.sources["datePublished"].source == "text"
    kept = read_text(replace(draft(), parts={"paragraphs": ["x"], "date_published": "2020-01-02"}, cut_lines=lines))
    assert kept.parts["date_published"] == "2020-01-02"


def authors_of(*paragraphs: str, cut: tuple[RemovedSegment, ...] = ()) -> list[str]:
    found = read_text(replace(draft(), parts={"paragraphs": list(paragraphs), "headline": "Bridge closed"}, cut_lines=cut))
    return [person.name for person in found.parts.get("authors", [])]


PROSE = "The council said that the bridge would stay closed until spring, and that others are to follow."


def test_a_first_line_that_is_a_name_and_no_more_is_the_byline_of_a_page_that_names_nobody() -> None:
    assert authors_of("Mary Ashdown", PROSE) == ["Mary Ashdown"]
    assert authors_of("Mary Ashdown", f"{PROSE} It was Ashdown who closed it.") == []  # whom the text is about
    assert authors_of("Harbour Bridge Closed", PROSE) == []  # the headline once more
    assert authors_of("Dear Friends,", PROSE) == []
    assert authors_of(PROSE, PROSE, "Jörg Müller-Keßler") == ["Jörg Müller-Keßler"]  # after the text, too


def test_who_has_reported_is_the_author_of_a_page_that_names_nobody_else() -> None:
    def line(text: str) -> tuple[RemovedSegment, ...]:
        return (RemovedSegment(class_=SegmentClass.CONTRIBUTORS, rule="en.reporting", text=text),)

    assert authors_of(PROSE, cut=line("(Reporting by Mary Ashdown; Editing by John Cole)")) == ["Mary Ashdown"]
    assert authors_of(PROSE, cut=line("Reporting by The Associated Press.")) == ["The Associated Press"]
    assert authors_of(PROSE, cut=line("Editing by John Cole")) == []
