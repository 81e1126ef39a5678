"""The language of the text: right in Arabic script and on short texts, and a second one where there is one."""

import pytest

from tests.unit.stages.pages import SENTENCE, draft
from workers.pipeline.draft import replace
from workers.stages.language import classify, detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("وزير الخارجية يلتقي نظيره التركي", "ar"),
        ("ارتفاع أسعار النفط", "ar"),
        ("رئیس جمهور با وزیر خارجه دیدار کرد", "fa"),
        ("قیمت دلار امروز", "fa"),
        ("وزیر اعظم نے اجلاس طلب کر لیا", "ur"),
        ("ڈالر مہنگا ہو گیا", "ur"),
        ("سەرۆکی هەرێمی کوردستان لەگەڵ باڵیۆز کۆبووەوە", "ckb"),
        ("Serokê Herêma Kurdistanê bi balyozê re civiya", "ku"),
        ("ראש הממשלה נפגש עם שר החוץ", "he"),
        ("מזג האוויר היום", "he"),
        ("سنڌ حڪومت جو فيصلو", "sd"),
        ("د افغانستان ولسمشر له بهرنیو چارو وزیر سره وکتل", "ps"),
        ("شىنجاڭ ئۇيغۇر ئاپتونوم رايونى", "ug"),
    ],
)
def test_a_headline_is_enough(text: str, language: str) -> None:
    assert classify(text)[0] == language


def test_a_text_that_ends_in_another_language_has_both() -> None:
    english = SENTENCE * 30
    arabic = "قال المجلس إن الجسر سيبقى مغلقا حتى الربيع، وإن أعمال الإصلاح مستمرة منذ أسابيع. " * 10
    parts = detect_language(replace(draft(), parts={"paragraphs": [english, arabic]})).parts
    assert (parts["in_language"], parts["other_languages"], parts["text_direction"]) == ("en", ["ar"], "ltr")
    assert "other_languages" not in detect_language(replace(draft(), parts={"paragraphs": [english]})).parts
