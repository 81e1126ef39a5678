"""A Hebrew page through all stages, as markup and as text: no corpus has one, so this page is ours."""

import pytest

from schemas.records import Article
from tests.unit.stages.pages import draft, page
from workers.pipeline.draft import Draft
from workers.rules.load import OWN_RULES, load_rules
from workers.stages.order import STAGES

TITLE = "המגדלור הישן בנמל יואר שוב"
LEAD = "אחרי עשרים ושבע שנים של חושך, צוות מתנדבים השיב לפעולה את העדשה הגדולה שבראש המגדל."
PROSE = [
    "המגדלור שבקצה שובר הגלים נדלק מחדש ביום שני בערב, לעיני כמאה מתושבי השכונה שהתאספו על המזח למרות הרוח והגשם הקל.",
    "לדברי מנהלת הנמל, רות אלמוג, שיפוץ העדשה נמשך שנתיים ועלה ארבע מאות אלף שקלים, שמחציתם נאספו בתרומות קטנות.",
    '"סבא שלי טיפס כאן כל ערב עם פח נפט", סיפר הדייג יעקב בן שושן. "היום די בלחיצה על כפתור, אבל האור הוא אותו אור".',
    "מומחים לספנות מציינים שהמגדלור אינו נחוץ עוד לניווט, אולם הדייגים מבקשים להשאירו דולק גם בלילות בהירים.",
    "בחודש הבא ייפתח בקומת הקרקע מוזיאון קטן, ובו יוצגו היומנים שכתבו שומרי המגדלור במשך שישים שנה.",
]
SUBHEAD = "יומנים בני שישים שנה"
BYLINE = "מאת: דנה לוי | פורסם ב-3 במאי 2025"
READ_ALSO, RELATED = "קראו גם: הסירות חזרו אל המפרץ", ["הנמל הקטן יורחב בשנה הבאה", "הדייגים מבקשים מחסן קירור חדש"]
AFTER = [
    "מקור: רויטרס",
    "תגיות: נמל, מגדלור",
    "שתפו את הכתבה",
    "הירשמו לניוזלטר היומי שלנו",
    "עקבו אחרינו בפייסבוק",
    "הורידו את האפליקציה שלנו",
    "כבר מנויים? התחברו",
    "הכותבת היא עורכת מדור הים.",
]
FOOT = ["פרסומת", "תגובות", "© 2025 כל הזכויות שמורות"]


def run(made: Draft) -> Article:
    for _, stage in STAGES:
        made = stage(made)
    (article,) = made.articles
    return article


def of_html() -> Article:
    def lines(texts: list[str]) -> str:
        return "".join(f"<p>{text}</p>" for text in texts)

    links = "".join(f'<li><a href="/n/{number}">{text}</a></li>' for number, text in enumerate(RELATED))
    body = (
        f'<nav><a href="/">ראשי</a><a href="/sea">ים</a><a href="/city">עיר</a></nav><article><h1>{TITLE}</h1>'
        f"<h2>{LEAD}</h2><p>{BYLINE}</p>"
        f'<figure><img src="/light.jpg"><figcaption>המגדלור לאחר השיפוץ. צילום: נעם כהן</figcaption></figure>'
        f"{lines(PROSE[:2])}<p>{READ_ALSO}</p>{lines(PROSE[2:4])}<h3>{SUBHEAD}</h3>{lines(PROSE[4:])}"
        f"{lines(AFTER)}<h3>כתבות קשורות</h3><ul>{links}</ul>{lines(FOOT)}</article><footer>צרו קשר</footer>"
    )
    head = f'<title>{TITLE}</title><meta property="og:site_name" content="קול החוף">'
    return run(draft(page(body, head)))


def of_text() -> Article:
    related = ["כתבות קשורות", *(f"• {text}" for text in RELATED)]
    lines = [TITLE, BYLINE, LEAD, *PROSE[:2], READ_ALSO, *PROSE[2:4], SUBHEAD, *PROSE[4:], *AFTER, *related, *FOOT]
    return run(draft(form="text", text="\n".join(lines)))


@pytest.mark.parametrize("article", [of_html(), of_text()], ids=["markup", "text"])
def test_the_body_is_the_article_and_nothing_else(article: Article) -> None:
    assert article.paragraphs == [LEAD, *PROSE[:4], SUBHEAD, *PROSE[4:]]
    assert article.headline == TITLE
    assert (article.in_language, article.text_direction) == ("he", "rtl")
    assert [person.name for person in article.authors] == ["דנה לוי"]
    assert [(source.name, source.id) for source in article.source_organization] == [("רויטרס", "reuters")]
    assert {"נמל", "מגדלור"} <= set(article.keywords)
    assert [(link.name, link.kind) for link in article.related_links] == [
        ("הסירות חזרו אל המפרץ", "read_also"),
        *((text, "related") for text in RELATED),
    ]


def test_every_hebrew_line_that_is_cut_from_the_text_is_cut_by_a_hebrew_rule() -> None:
    rules = {piece.rule for piece in of_text().removed_segments} - {"text.headline"}
    assert rules == {
        *("he.byline", "he.read_also", "he.source", "he.tags", "he.share", "he.newsletter", "he.social", "he.app", "he.subscription"),
        *("he.writer_note", "he.related_head", "he.ads", "he.comments", "he.copyright"),
    }


def test_the_caption_of_the_markup_is_in_images() -> None:
    assert [(image.caption, image.credit_text) for image in of_html().images] == [("המגדלור לאחר השיפוץ.", "נעם כהן")]


def test_each_hebrew_rule_has_something_that_it_must_leave_alone() -> None:
    for rule in load_rules([OWN_RULES / "he.yaml"]):
        assert rule.counter_examples, rule.id
