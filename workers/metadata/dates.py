"""When the article was published and changed: from structured data, then from elements near the headline, then from the URL."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta

import msgspec

from schemas.records import FieldSource
from workers.dates.parse import DayOrder, Found, Reader
from workers.metadata.candidate import Candidate, candidate, settled
from workers.metadata.shown_dates import ShownDates
from workers.stages.quality import QualityReason
from workers.structured.jsonld import Node, text_at
from workers.structured.page import Page

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(days=1)  # a page dated by a clock further east
PUBLISHED_METAS = (
    "article:published_time article:published og:published_time og:article:published_time og:pubdate datepublished date_published "
    "parsely-pub-date sailthru.date cxenseparse:recs:publishtime citation_publication_date citation_date citation_online_date "
    "dc.date.issued dcterms.issued dcterms.available dc.date.published dcterms.created dc.date.created dc.created datecreated dc.date "
    "dcterms.date pubdate pub_date publishdate publish-date publish_date published publication_date publication-date published_time "
    "published-date publisheddate article.published article_date_original article:post_date article:create_at displaydate article-date "
    "article.created apub:time ptime originalpublicationdate vr:published_time rnews:datepublished bt:pubdate "
    "shareaholic:article_published_time video:release_date og:video:release_date created creation_date date date-publish releasedate "
    "eomportal-lastupdate lw.createdate"
).split()
MODIFIED_METAS = (
    "article:modified_time article:modified og:updated_time og:modified_time datemodified date_modified dcterms.modified "
    "dc.date.modified dc.modified last-modified lastmod article:updated article.updated modified_time modified updated_time "
    "cxenseparse:recs:articlemodified utime revision_date article:modify_at eomportal-lastupdate"
).split()
_URL_DATE = re.compile(  # 2023/10/9, 2023-10-09, 20231009, 2023-10/09
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?:(?P<sep>[/_.-])(?P<month>0?[1-9]|1[0-2])(?P=sep)(?P<day>0?[1-9]|[12]\d|3[01])"
    r"|[/-]?(?P<month2>0[1-9]|1[0-2])/?(?P<day2>0[1-9]|[12]\d|3[01]))(?=\D|\Z)"
)
_OFFSET = re.compile(r"[+-]\d\d:\d\d\Z")
_MIDNIGHT = re.compile(r"T00:00(?::00)?(?:Z|[+-]\d\d:\d\d)?\Z")


class Dates(msgspec.Struct, frozen=True):
    """What was found. `published` None: no date that can be trusted."""

    published: Candidate[Found] | None = None
    modified: Candidate[Found] | None = None
    published_source: FieldSource | None = None
    modified_source: FieldSource | None = None
    notes: tuple[str, ...] = ()


def known_now(now: datetime) -> datetime | None:
    """When the page was fetched. None for a record without a time, which the line makes 1970 (Kafka's -1, `rawi extract`)."""
    return now if now > EPOCH else None


def find_dates(page: Page, now: datetime | None, languages: tuple[str, ...]) -> Dates:
    """The dates of a page; the first credible candidate of each, and what contradicts it."""
    search = _Search(page, Reader(now=now, languages=languages, order=day_order(page)))
    return search.run()


def day_order(page: Page) -> DayOrder:
    """How 03/04/2024 is meant: month first only where English is written in America (and the Philippines)."""
    language = (page.tree.get("lang") or page.meta("og:locale", "content-language", "language") or "").lower().replace("_", "-")
    if language.startswith("en"):
        region = language.partition("-")[2]
        country = page.host.rpartition(".")[2]
        british = region in ("gb", "au", "in", "nz", "za", "ie", "ng", "ke", "pk", "sg", "hk") or country in (
            "uk au in nz za ie ng ke pk sg hk lk bd gh ug tz my ae sa qa eg il jo lb kw bh om ir tr".split()
        )
        return "dmy" if british else "mdy"
    return "mdy" if not language and page.host.endswith((".com", ".us", ".gov")) else "dmy"


class _Search:
    """One search. Candidates are read lazily: the tree is walked only where structured data says nothing."""

    def __init__(self, page: Page, reader: Reader) -> None:
        self.page = page
        self.reader = reader
        self._shown = ShownDates(page, reader)
        self.notes: list[str] = []
        self._latest = (reader.now + TOLERANCE).strftime("%Y-%m-%dT%H:%M:%S") if reader.now else ""

    def run(self) -> Dates:
        stated = self._credible(self._stated("datePublished", PUBLISHED_METAS, ("dateCreated", "uploadDate")))
        modified = self._credible(self._stated("dateModified", MODIFIED_METAS, ()))
        shown: list[Candidate[Found]] = []
        shown_modified: list[Candidate[Found]] = []
        by_url = [one for one in (self._of_url(),) if one]
        if not stated or self._needs_proof(stated[0].value, [*stated[1:], *by_url]) or _is_near_midnight(stated[0].value):
            for one, is_update in self._shown.near_headline():
                (shown_modified if is_update else shown).append(one)
            shown, shown_modified = self._credible(shown), self._credible(shown_modified)
        found = [*stated, *shown, *by_url]
        proven = [one for one in found if not self._needs_proof(one.value, [other for other in found if other is not one])]
        if len(proven) < len(found):
            self.notes.append(QualityReason.DATE_UNPROVEN)
        if not proven:
            proven = self._guessed([*modified, *shown_modified])
        modified = [*modified, *shown_modified]
        if not proven:
            return Dates(notes=tuple(dict.fromkeys(self.notes)))
        chosen = self._as_shown(self._finest(proven), shown)
        source = settled(chosen, proven, _differ, _value)
        if source.conflicts:
            self.notes.append(QualityReason.DATES_CONFLICT)
        later = next((one for one in modified if one.value.day >= chosen.value.day or not _differ(one.value, chosen.value)), None)
        later = later if later is not chosen else None
        later_source = settled(later, modified, _differ, _value) if later else None
        return Dates(chosen, later, source, later_source, tuple(dict.fromkeys(self.notes)))

    @staticmethod
    def _as_shown(chosen: Candidate[Found], shown: list[Candidate[Found]]) -> Candidate[Found]:
        """The day that the page shows its readers, where software states the same moment in universal time and it is another day."""
        if chosen.source.source not in ("jsonld", "meta") or not _is_near_midnight(chosen.value):
            return chosen
        step = 1 if int(chosen.value.value[11:13]) >= 12 else -1
        local = (date.fromisoformat(chosen.value.day) + timedelta(days=step)).isoformat()
        for one in shown:
            if one.value.day == chosen.value.day:
                return chosen
            if one.value.day == local and not one.value.value.endswith("Z"):
                return one
        return chosen

    def _stated(self, key: str, metas: Iterable[str], other_keys: tuple[str, ...]) -> Iterator[Candidate[Found]]:
        page = self.page
        for node, source, rule in (
            (page.article, "jsonld", "jsonld"),
            (None, "meta", "meta"),
            (page.article_item, "dom", "item"),
            (page.web_page, "jsonld", "jsonld.page"),
        ):
            if source == "meta":
                for name in metas:
                    for content in page.metas.get(name, ())[:1]:
                        yield from self._read(content, source, f"meta.{name}")
            elif node is not None:
                yield from self._read_node(node, key, source, rule)
        for key_ in other_keys:
            for node, source, rule in ((page.article, "jsonld", "jsonld"), (page.article_item, "dom", "item")):
                if node is not None:
                    yield from self._read_node(node, key_, source, rule)

    def _read_node(self, node: Node, key: str, source: str, rule: str) -> Iterator[Candidate[Found]]:
        text = text_at(node, key)
        if text:
            yield from self._read(text, source, f"{rule}.{key}")

    def _read(self, text: str, source: str, rule: str) -> Iterator[Candidate[Found]]:
        found = self.reader.read(text, machine=True)
        if found is not None:
            yield candidate(found, source, rule)

    def _credible(self, candidates: Iterable[Candidate[Found]]) -> list[Candidate[Found]]:
        """Those that are not in the future."""
        credible = []
        for one in candidates:
            if self._latest and one.value.value[: len(self._latest)] > self._latest:
                self.notes.append(QualityReason.DATE_IN_FUTURE)
            else:
                credible.append(one)
        return credible

    @staticmethod
    def _needs_proof(found: Found, others: list[Candidate[Found]]) -> bool:
        """Whether a date is the first of January as software fills it in, and nothing else names that day."""
        if found.value[4:10] != "-01-01" or not (found.precision == "day" or _MIDNIGHT.search(found.value[10:])):
            return found.precision in ("year",)
        if not found.raw[:10].replace("/", "-").startswith(found.value[:4]):  # written out: 1 January 2024
            return False
        return all(other.value.day != found.day for other in others)

    def _of_url(self) -> Candidate[Found] | None:
        for url, source, rule in ((self.page.url, "header", "url.date"), (self.page.canonical_href, "meta", "canonical.date")):
            match = _URL_DATE.search((url or "").partition("?")[0])
            if match and (found := self.reader.read(_day_of(match))):
                return candidate(msgspec.structs.replace(found, raw=match[0]), source, rule)
        return None

    def _guessed(self, modified: list[Candidate[Found]]) -> list[Candidate[Found]]:
        """When nothing says it: the last change, a short line with a date near the headline, the day in the image's URL."""
        found = modified[:1] or self._credible(self._shown.loose_lines())[:1] or self._credible(self._of_image())[:1]
        if found:
            self.notes.append(QualityReason.DATE_GUESSED)
        return found

    def _of_image(self) -> Iterator[Candidate[Found]]:
        match = _URL_DATE.search(self.page.meta("og:image", "twitter:image").partition("?")[0])
        if match and (found := self.reader.read(_day_of(match))):
            yield candidate(msgspec.structs.replace(found, raw=match[0]), "meta", "guess.image_url")

    @staticmethod
    def _finest(found: list[Candidate[Found]]) -> Candidate[Found]:
        """The first; but another of the same day, when that has a time and the first has none."""
        first = found[0]
        if first.value.precision not in ("minute", "second"):
            return next(
                (
                    one
                    for one in found
                    if one.value.day == first.value.day and one.value.precision in ("minute", "second") and one.source.source != "header"
                ),
                first,
            )
        return first


def _day_of(match: re.Match[str]) -> str:
    return f"{match['year']}-{int(match['month'] or match['month2']):02}-{int(match['day'] or match['day2']):02}"


def _is_near_midnight(found: Found) -> bool:
    """Whether a moment in universal time is on another day somewhere that news is written: Asia is ahead, America behind."""
    return found.value.endswith("Z") and _is_night(found.value)


def _is_night(value: str) -> bool:
    return not "07" <= value[11:13] < "17"


def days_differ(one: str, other: str) -> bool:
    """Whether two dates as the contract writes them name other days; the same moment in two time zones is one date."""
    if one[:10].startswith(other[:10]) or other[:10].startswith(one[:10]):
        return False
    if _is_as_shown(one, other) or _is_as_shown(other, one):
        return False
    moments = [moment for value in (one, other) if (moment := _moment(value)) is not None]
    return len(moments) < 2 or moments[0] != moments[1]


def _is_as_shown(shown: str, stated: str) -> bool:
    """Whether a day without an offset can be a moment in universal time: it is near midnight, and the day is the one before or after."""
    if len(shown) < 10 or shown[10:].endswith("Z") or _OFFSET.search(shown[10:]) or not (stated.endswith("Z") and _is_night(stated)):
        return False
    return abs((date.fromisoformat(shown[:10]) - date.fromisoformat(stated[:10])).days) == 1


def _differ(one: Found, other: Found) -> bool:
    return days_differ(one.value, other.value)


def _value(found: Found) -> str:
    return found.value


def _moment(value: str) -> datetime | None:
    """The moment of a date with a time and an offset, to the minute."""
    if len(value) <= len("YYYY-MM-DDThh:mm"):
        return None
    moment = datetime.fromisoformat(value)
    return moment.replace(second=0) if moment.tzinfo else None
