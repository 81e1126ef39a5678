"""Names of authors as pages write them: taken apart, cleaned of introductions, roles, places and addresses, in all scripts."""

import re
from collections.abc import Iterable

from schemas.records import Person
from workers.metadata.site_names import SiteNames
from workers.metadata.words import words
from workers.rules.agencies import agency_id
from workers.rules.fold import fold, fold_ends
from workers.stages.remembered import remembered
from workers.stages.text import clean_text

MAX_NAMES = 12
MAX_NAME_CHARS = 60
MAX_NAME_WORDS = 6
_ADDRESS = re.compile(r"(?<!\S)[^\s@]{1,100}@\S+|https?://\S+|(?<!\w)www\.\S+|(?<!\w)@\w+")
_HAS_LETTER = re.compile(r"[^\W\d_]{2}|[\u3400-\u9fff]")
_INVERTED = re.compile(r"\A([^\W\d_][\w’'-]+(?: [\w’'-]+)?), ([^\W\d_][\w.’' -]+)\Z")
_PARTICLES = frozenset("de del della der den des di da do dos du van von vom zu zur ten ter la le el al bin ibn ben y e i af av".split())
_SENTENCE = re.compile(r"[.!?؟。][\"”»]{0,3}(?:\s\S{1,40}){3}|[!?؟]")
_DATE_LIKE = re.compile(r"\d{1,2}[:./-]\d{1,2}|\b(?:19|20)\d\d\b|[٠-٩]{2,}")
_NOT_SECOND = re.compile(
    r"\A(?:the|for|at|in)\s|\s(?:of|for|at)\s|\b(?:media|journal|times|post|herald|tribune|magazine|report|news)\Z", re.I
)


def names_of(text: str, site: SiteNames, *, inverted: bool = False, is_person: bool = False) -> list[str]:
    """The names in a byline or an author field, each once; none for the site's own name, addresses, roles, places, sentences.

    `inverted`: the field holds "Surname, Name", as Dublin Core and citation fields do. `is_person`: the publisher says that it is one, so
    that a site may be called after him.
    """
    text = " ".join(_ADDRESS.sub(" ", clean_text(text.replace("\n", " ; "))).split())
    if inverted and (match := _INVERTED.match(text)):
        text = f"{match[2]} {match[1]}"
    while (introduction := words().introduction.match(text)) and introduction.end():
        text = text[introduction.end() :]
    found: list[str] = []
    for piece in words().separator.split(text):
        name = clean_name(piece, is_first=not found)
        if name is None:
            continue
        if (
            found and agency_id(name) is None and ((" " not in name and " " in found[0]) or _NOT_SECOND.search(name))
        ):  # a place, a role, a paper
            continue
        if is_name(name, site, is_person=is_person) and all(fold(name) != fold(known) for known in found):
            found.append(name)
        if len(found) >= MAX_NAMES:
            break
    return found


def persons_of(
    stated: Iterable[tuple[str, str | None]], site: SiteNames, *, inverted: bool = False, is_person: bool = False
) -> list[Person]:
    """The people and desks of some author fields; a URL only where a field names one."""
    persons: dict[str, Person] = {}
    for text, url in stated:
        names = names_of(text, site, inverted=inverted, is_person=is_person)
        for name in names:
            persons.setdefault(fold(name), Person(name=name, url=url if len(names) == 1 else None))
    return list(persons.values())


def clean_name(piece: str, *, is_first: bool = True) -> str | None:
    """A piece of a byline as a name; None when nothing of a name is left."""
    name = words().ending.sub("", piece)
    introduction = words().introduction.match(name)
    if introduction and introduction.end() < len(name):
        name = name[introduction.end() :]
    name = name.strip(" \t.,:;|/\\-–—•·*\"“”«»()[]’‘'…")
    if name.endswith((" Jr", " Sr")):
        name += "."
    return name or None


def is_name(name: str, site: SiteNames, *, is_person: bool = False) -> bool:
    """Whether a text can be the name of a person, a desk or an agency, and is not the site's."""
    if not _HAS_LETTER.search(name) or len(name) > MAX_NAME_CHARS or len(name.split()) > MAX_NAME_WORDS:
        return False
    folded = fold_ends(name)
    if (
        folded in words().roles
        or all(word in words().roles for word in folded.split())
        or _SENTENCE.search(name)
        or _DATE_LIKE.search(name)
    ):
        return False
    if "/" in name or "_" in name or name.lower().startswith(("http", "www")) or (re.search(r"\.\w{2,3}\Z", name) and " " not in name):
        return False
    if " " not in name and any(c.isdigit() or c == "." for c in name):  # an account
        return False
    if " " not in name and site.names_in(name):
        return False
    if words().role_phrase.search(name) and not words().desk.search(name):
        return False
    if site.has(name):  # an agency on its own site signs with its full name
        return (is_person and is_personal_site(name)) or (" " in name and agency_id(name) is not None)
    return agency_id(name) is not None or not (words().company.search(name) and site.shares_word(name))


def is_person_like(name: str) -> bool:
    """Whether a name looks like a person's: two to five words without digits, or a few letters of an East Asian script."""
    if any(c.isdigit() for c in name):
        return False
    return 2 <= len(name.split()) <= 5 or bool(re.fullmatch(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]{2,8}", name))


def is_shown_name(name: str) -> bool:
    """Whether a text from the page's elements is a person's name and no heading: in scripts with capitals its words begin with one."""
    if ":" in name or "©" in name or not is_person_like(name) or words().interface.search(name):
        return False
    return all(word[:1].isupper() or word.lower() in _PARTICLES or word[:1].lower() == word[:1].upper() for word in name.split())


def is_personal_site(name: str) -> bool:
    """Whether a site's name can be a person's: two or three capitalised words, none of them a company's."""
    words_ = name.split()
    is_capitalised = all(word[:1].isupper() for word in words_) and not name.isupper()
    return (
        2 <= len(words_) <= 3 and is_capitalised and words_[0] != "The" and not (words().company.search(name) or words().desk.search(name))
    )


def has_introduction(text: str) -> bool:
    """Whether a text begins as bylines do."""
    return 0 <= _introduction_end(text) < len(text)


def is_introduction(text: str) -> bool:
    """Whether a text is what bylines begin with and no name: `Author:`."""
    text = text.strip()
    return _introduction_end(text) == len(text) > 0


@remembered(5_000)  # of the lines near a headline most stand on all pages of a site
def _introduction_end(text: str) -> int:
    """Where the introduction ends that a text begins with; -1 without one."""
    match = words().introduction.match(text)
    return match.end() if match is not None else -1
