"""The bodies of the demo's articles are the articles and nothing else: where each begins and ends, and how many paragraphs it has."""

import pytest

from schemas.codec import decode_article
from schemas.reasons import OutcomeKind
from tests.pipeline.test_samples_line import LINE, NOON_MS
from workers.pipeline.draft import Limits
from workers.pipeline.line import Progress, draft_of
from workers.pool.messages import Job
from workers.samples import load_samples

SAMPLES = {sample.name: sample for sample in load_samples()}
# Name: paragraphs, how the first begins, how the last ends.
BODIES = {
    "arabic-article": (7, "رست صباح السبت أول سفينة حاو", "ال يقام أول نيسان/أبريل."),
    "arabic-wordpress-two-articles": (6, "أطلقت بلدية الساحل، الاثنين،", "تزاما حدائق صغيرة جديدة."),
    "arabic-windows-1256-undeclared": (6, "يفتح متحف الفخار في مدينة ال", "ما سجله في العام الماضي."),
    "arabic-iso-8859-6-tables": (5, "تستعد قرى الشمال لبدء قطف ال", " مباشرة للزوار دون وسيط."),
    "arabic-wire-story": (5, "مدينة الينابيع / وكالة نبراس", "عطل كل شتاء بسبب الجليد."),
    "arabic-plain-text": (6, "طورت شركة ناشئة في مدينة الن", "تد ثلاث سنوات دون فوائد."),
    "persian-json-ld": (7, "چهار کتابخانهٔ سیار از این ه", " رشتهٔ خواندن پاره نشود."),
    "urdu-article": (6, "شمالی وادی کے ایک چھوٹے سے گ", "ہی خواتین فراہم کریں گی۔"),
    "hebrew-article": (7, "תוכנית חדשה תוסיף צל לארבעים", "יפתח חניה ציבורית סמוכה."),
    "turkish-live-blog": (13, "Saatte 90 kilometreye ulaşan", "adan yarına aktarılacak."),
    "english-json-ld": (8, "Residents back a small levy ", "before the spring tides."),
    "english-live-blog": (19, "Clear skies brought thousand", "er the northern valleys."),
    "english-opinion-utf-16": (8, "Our timetables promise a wor", " has nowhere else to be."),
    "english-wire-story": (6, "PORT ELSIN (Northline) - Fou", "ld pay for patrol boats."),
    "english-http-response": (6, "The farmers who built the ta", "turday at ten, with pie."),
    "french-amp-gzip": (6, "Il n'avait plus chauffé depu", " griller des châtaignes."),
    "spanish-brotli": (7, "Doce alumnos construyeron un", "licar su funcionamiento."),
    "german-zstd": (7, "Was bisher durch den Schorns", "m halben Preis bekommen."),
    "russian-windows-1251": (6, "Первый речной трамвай отошел", "километрах вниз по реке."),
    "chinese-gb18030": (6, "位于石板街的百年茶馆“听雨楼”本周重新开门，不过灶上煮的", "的办法改建，其中一处计划做成修理铺和工具图书馆。"),
    "italian-warc-record": (6, "Dopo ventisei anni di silenz", "la porta della stazione."),
    "portuguese-json-envelope": (6, "Um grupo de quinze pescadore", "ciação, ao lado do café."),
}


@pytest.mark.parametrize(("name", "count", "begin", "end"), [(name, *body) for name, body in BODIES.items()], ids=BODIES)
def test_a_samples_body_begins_and_ends_where_the_article_does(name: str, count: int, begin: str, end: str) -> None:
    sample = SAMPLES[name]
    walked = LINE.run_decode(draft_of(Job(headers=list(sample.headers), timestamp_ms=NOON_MS, has_value=True), sample.value, Limits()))
    assert isinstance(walked, Progress)
    paragraphs = decode_article(LINE.run_rest(walked).articles[0].value).paragraphs
    assert (len(paragraphs), paragraphs[0][: len(begin)], paragraphs[-1][-len(end) :]) == (count, begin, end)


def test_every_article_among_the_samples_is_asked() -> None:
    assert set(BODIES) == {name for name, sample in SAMPLES.items() if sample.expected.outcome is OutcomeKind.PUBLISHED}
