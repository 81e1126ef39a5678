"""Where a text came from, as its first and last words say: datelines such as `BERLIN (dpa) -`, credits such as `(Reuters)` at the end."""

import re

import msgspec

from workers.rules.agencies import agency_id

HEAD_CHARS = 100  # of a paragraph: a dateline stands at its very beginning
MAX_PLACE_WORDS = 5
_PLACE = r"(?P<place>[^\W\d_][^()（）\n:;!?«»\"“”]{1,45}?)"
_ORG = r"(?P<org>[^()（）\n]{2,40}?)"
_DASH = r"(?:[-–—―:/]{1,2}|\s[-–—―:]{1,2}\s)"
_FORMS = (
    re.compile(rf"\A{_PLACE}\s?[(（]\s?{_ORG}\s?[)）]\s?(?:{_DASH})?"),  # BERLIN (dpa) - ; القاهرة (رويترز) -
    re.compile(rf"\A[(（]\s?{_ORG}\s?[)）]\s?(?:{_DASH})?(?P<place>(?!))?"),  # (AFP) -
    re.compile(rf"\A{_PLACE}\s?[-–—―/،,]\s?(?P<org>[^-–—―/()\n:.،,]{{2,25}}?)\s?(?:[-–—―:/]|\s[-–—―])\s?"),  # القاهرة - رويترز:
    re.compile(
        r"\A[（(]?(?P<org>[\u4e00-\u9fff]{2,4}(?:社|网|網))(?P<place>[\u4e00-\u9fff]{2,8}?)(?:\d{1,2}月)?\d{1,2}日(?:综合|電)?电?[）)]?"
    ),
)
# WASHINGTON — ; NEW YORK, March 5 — : a place in capitals, without an agency.
_CAPITALS = re.compile(r"\A(?P<place>[A-Z][A-Z.’'-]+(?:[ ,]{1,2}[A-Z][\w.’'-]*){0,5}(?:,? \d{1,2})?)\s?(?:[-–—―]{1,2})\s")
_SEPARATOR = re.compile(r" ?[,،;؛/|+] ?| [–—-] | (?:und|and|et|و) ")
_AT_END = re.compile(r"(?:[(（\[]([^()（）\[\]]{2,50})[)）\]]|[–—-]\s?([^\s–—-][^–—\n.]{1,25}))[\s.]*\Z")
_WIRES = re.compile(r"\A(?:[a-z]{2,4}/)+[a-z]{2,4}\Z")  # dpa/afp and the desk's own letters


class Dateline(msgspec.Struct, frozen=True):
    """A dateline as written, without the dash after it, and the agencies that it names."""

    text: str
    agencies: tuple[str, ...] = ()


def dateline_of(paragraph: str) -> Dateline | None:
    """The dateline at the beginning of a text; None without one."""
    head = paragraph[:HEAD_CHARS]
    for form in _FORMS:
        match = form.match(head)
        if match is None:
            continue
        names = agencies_in(match["org"])
        place = match["place"] or ""
        if names and len(place.split()) <= MAX_PLACE_WORDS:
            return Dateline(match[0].strip(" -–—―:/"), names)
    match = _CAPITALS.match(head)
    if match and sum(map(str.isupper, match["place"].split()[0])) >= 3:
        return Dateline(match["place"].strip(" ,"))
    return None


def end_credit(paragraph: str) -> tuple[str, ...]:
    """The agencies named after the last sentence, in brackets or after a dash."""
    match = _AT_END.search(paragraph[-80:])
    return agencies_in(match[1] or match[2]) if match and len(match[0]) < len(paragraph) else ()


def agencies_in(text: str) -> tuple[str, ...]:
    """The names in a credit, when one of them is an agency and the others can be partners' or editors' marks; else none."""
    names = [name.strip() for name in _SEPARATOR.split(text) if name.strip()]
    known = tuple(name for name in names if agency_id(name) is not None)
    return known if known and (len(known) == len(names) or _WIRES.match(text)) else ()
