"""A page through the decode stages, as the line runs them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.headers import read_page_headers
from schemas.reasons import DeadLetterReason, FilterReason
from workers.pipeline.draft import Draft, Filtered, Invalid, Limits
from workers.stages.decode import STAGES

URL = "https://news.example/a"
RECORD_TIME = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)


@dataclass
class Walked:
    """The last good draft, and what ended the page (None: it was decoded)."""

    draft: Draft
    reason: FilterReason | DeadLetterReason | None = None
    stage: str = ""


def decode(
    value: bytes | None,
    content_type: str | None = None,
    *,
    url: str | None = URL,
    limits: Limits | None = None,
    url_required: bool = True,
    **headers: str,
) -> Walked:
    """Run the stages; header names are written with underscores (`http_status`)."""
    named = [(name if name.startswith("ce_") else name.replace("_", "-"), text.encode()) for name, text in headers.items()]
    if content_type is not None:
        named.append(("content-type", content_type.encode()))
    if url is not None:
        named.append(("url", url.encode()))
    read = read_page_headers(named)
    now = read.fetched_at or RECORD_TIME
    return walk(Draft(headers=read, value=value, now=now, limits=limits or Limits(), url_required=url_required))


def walk(draft: Draft) -> Walked:
    """Run the stages on a draft of one's own."""
    for name, stage in STAGES:
        try:
            draft = stage(draft)
        except (Filtered, Invalid) as e:
            return Walked(draft, e.reason, name)
    return Walked(draft)


def page(text: str, *, charset: str | None = None, codec: str = "utf-8") -> bytes:
    """A small article page; `charset`: what its <meta> says."""
    meta = f'<meta charset="{charset}">' if charset else ""
    return f"<!DOCTYPE html><html><head>{meta}<title>t</title></head><body><p>{text}</p></body></html>".encode(codec)


ARABIC = "وصل الوزير إلى العاصمة صباح اليوم في زيارة رسمية تستمر ثلاثة أيام، ويلتقي خلالها عددا من المسؤولين. " * 3
RUSSIAN = "Министр прибыл в столицу сегодня утром с официальным визитом, который продлится три дня. " * 3
GREEK = "Ο υπουργός έφτασε σήμερα το πρωί στην πρωτεύουσα για επίσημη επίσκεψη τριών ημερών. " * 3
CHINESE = "部长今天上午抵达首都，进行为期三天的正式访问，并将与多位官员会面，讨论双方的合作。" * 3
JAPANESE = "大臣は今朝、三日間の公式訪問のため首都に到着し、多くの関係者と会談する予定です。" * 3
KOREAN = "장관은 오늘 아침 사흘간의 공식 방문을 위해 수도에 도착했으며 여러 관계자를 만날 예정이다. " * 3
HEBREW = "השר הגיע הבוקר לעיר הבירה לביקור רשמי בן שלושה ימים וייפגש עם גורמים רבים. " * 3
FRENCH = "Le ministre est arrivé ce matin dans la capitale pour une visite officielle, où il a été reçu après un long trajet. " * 3
