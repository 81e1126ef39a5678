"""Names and words inside lines that are no text: sources, agencies, keywords, captions."""

import re

from schemas.records import Image, SourceOrganization
from workers.rules.agencies import agency_id, agency_name, bare_name
from workers.rules.fold import fold_ends
from workers.stages.blocks import ends_sentence

_SPACE = r"(?:(?<!\s)\s++)"  # from its beginning only: looked for from within, the time grows with its square
_NAME_SEPARATOR = re.compile(rf"{_SPACE}?+[,،;؛/|+]\s*+|{_SPACE}[–—-]\s++")
_PERSON_SEPARATOR = re.compile(r"[,،;؛、/|&]|\s(?:and|und|et|y|e|и|ve|و)\s")
_KEYWORD_SEPARATOR = re.compile(rf"{_SPACE}?+[,،;؛、，|#]\s*+")
_IN_BRACKETS = re.compile(r"[\s–—-]*[(（\[](?P<names>[^()（）\[\]]+)[)）\]][\s.]*")
_CREDIT_IN_BRACKETS = re.compile(rf"{_SPACE}?+[(（]([^()（）]{{2,40}})[)）]\s*+\Z")
_WORD_OF_CREDIT = (
    r"(?:(?:photo|image|picture|foto|bild)[ -]?credits?|fotocredit|photo(?:graph|grapher)?s?|images?|pictures?|pics?|credits?|illustration|"
    r"fotos?|bild(?:er|quelle|nachweis|rechte)?|quelle|grafik|symbolbild|crédits?|fotografías?|créditos?|imagen|isithombe|kuva|fotoğraf|zdj(?:ęcie)?|fot|фото|"
    r"تصوير|الصورة|عکس|צילום)"
)
_NAMED_CREDIT = re.compile(
    rf"(?:(?<![^\W\d_])|(?-i:(?<=[a-zа-я])(?=[A-ZА-Я])))(?:{_WORD_OF_CREDIT}\s?[:：]|(?-i:(?:Photos?|Image|Picture|Illustration)\sby(?=\s[A-Z])))"
    r"\s?(?P<credit>[^:：©\n]{2,90})\Z|(?:©|\([cC]\))\s?(?P<owner>[^:：©\n]{2,90})\Z",
    re.IGNORECASE,
)
_CREDIT_WORD_AT_END = re.compile(rf"(?<![^\W\d_]){_WORD_OF_CREDIT}\s?[:：]?\Z", re.IGNORECASE)
_BEFORE_CREDIT = " |/•·–—-([（:,;"
MAX_CAPTION_CREDIT_CHARS = 120  # from the end of a caption
MAX_NAME_WORDS = 5
MAX_NAMES = 4
MAX_KEYWORDS = 40
MAX_CREDIT_CHARS = 80  # of a line of names


def credited_names(line: str) -> list[str]:
    """The names of a line that holds nothing else: in brackets with an agency among them, or agencies alone. Else none."""
    if len(line) > MAX_CREDIT_CHARS:
        return []
    bracketed = _IN_BRACKETS.fullmatch(line)
    names = [name for name in _NAME_SEPARATOR.split(bracketed["names"] if bracketed else line) if name]
    if not 0 < len(names) <= MAX_NAMES or any(len(name.split()) > MAX_NAME_WORDS for name in names):
        return []
    known = (agency_id(name) is not None for name in names)
    return names if (any(known) if bracketed else all(known)) else []


def agencies_among(line: str) -> list[str]:
    """The agencies among the names of a line that holds nothing else: "jr, AFP", "Reuters - Science desk"; none where no name is one."""
    if len(line) > MAX_CREDIT_CHARS or ends_sentence(line):
        return []
    names = [name for name in _NAME_SEPARATOR.split(line) if name]
    if not 0 < len(names) <= MAX_NAMES or any(len(name.split()) > MAX_NAME_WORDS for name in names):
        return []
    return [name for name in names if agency_id(name) is not None]


def source_names(text: str) -> list[str]:
    """The names after "source:"; none when it says only "agencies" or is a sentence."""
    names = [name.strip(" .()") for name in _NAME_SEPARATOR.split(text)]
    return [name for name in names[:MAX_NAMES] if name and len(name.split()) <= MAX_NAME_WORDS and fold_ends(name) not in _NOBODY]


_NOBODY = frozenset(map(fold_ends, ("وكالات", "الوكالات", "مواقع", "متابعات", "agencies", "Agencies", "خبرگزاری‌ها", "ajanslar")))


def names_of(text: str) -> list[str]:
    """The names of people after "by"; none for what is no list of names."""
    names = [name for part in _PERSON_SEPARATOR.split(text) if (name := part.strip())]
    return [name for name in names[:MAX_NAMES] if len(name.split()) <= MAX_NAME_WORDS]


def organization(name: str) -> SourceOrganization:
    """A source by the name on the page."""
    known = agency_id(name)
    is_agency = known is not None or fold_ends(name) != fold_ends(bare_name(name))
    return SourceOrganization(name=agency_name(name), kind="agency" if is_agency else "outlet", raw=name, id=known)


def keywords_of(text: str) -> list[str]:
    """The keywords of a line, each once."""
    words = (" ".join(word.split()) for word in _KEYWORD_SEPARATOR.split(text))
    return list(dict.fromkeys(word for word in words if word))[:MAX_KEYWORDS]


def caption_of(text: str, url: str | None = None) -> Image:
    """An image by its caption, the credit at its end apart: after a word such as `Photo:`, else in brackets."""
    tail = max(0, len(text) - MAX_CAPTION_CREDIT_CHARS)
    named = _NAMED_CREDIT.search(text, tail)
    if named:
        caption = text[: named.start()].rstrip(_BEFORE_CREDIT)
        while word := _CREDIT_WORD_AT_END.search(caption, max(0, len(caption) - MAX_CAPTION_CREDIT_CHARS)):  # "Credit: Photo: AP"
            caption = caption[: word.start()].rstrip(_BEFORE_CREDIT)
        return Image(url=url, caption=caption or None, credit_text=(named["credit"] or named["owner"]).strip(" .)）|/"))
    credit = _CREDIT_IN_BRACKETS.search(text)
    if credit is None or not text[: credit.start()].strip() or any(map(str.isdigit, credit[1])):
        return Image(url=url, caption=text)
    return Image(url=url, caption=text[: credit.start()].strip(), credit_text=credit[1].strip())


def has_credit(text: str) -> bool:
    """Whether a line ends as captions do: with a name in brackets."""
    credit = _CREDIT_IN_BRACKETS.search(text)
    return credit is not None and len(credit[1].split()) <= MAX_NAME_WORDS and bool(text[: credit.start()].strip())
