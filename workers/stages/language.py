"""The language of the text, by py3langid, and the direction of its script. The model is loaded once, on import (0.9 s)."""

import re
from array import array
from typing import Any

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from schemas.records import FieldSource
from workers.metadata.candidate import with_conflict
from workers.metadata.conflicts import languages_differ
from workers.metadata.languages import find_languages
from workers.pipeline.draft import Draft, replace
from workers.stages.automaton import Automaton, singles
from workers.stages.text import text_direction

FROM_TEXT = FieldSource(source="text", rule="py3langid")
SAMPLE_CHARS = 600  # from the beginning of the body; with 1,000 no answer differs on 399 pages, and it takes nearly twice as long
# Below, the tag is left out: on 2,092 pages of our corpora 2,065 answers are right, none of them below this.
MIN_CONFIDENCE = 0.5
NO_LANGUAGE = "zxx"  # the model's word for text without language

# Regional varieties that are spoken, and that news in the standard language is sometimes taken for; BCP 47 asks for the shortest code.
# `sdh` (Southern Kurdish) is what the model, which has no Sorani, says of Sorani: the press writes that.
_STANDARD = {
    "sdh": "ckb",
    "arz": "ar",
    "ary": "ar",
    "uzs": "uz",
    "wuu": "zh",
    "kik": "ki",
    "grc": "el",
    "hbo": "he",
    "fuv": "ff",
    "gug": "gn",
}

# Letters of Sindhi alone, which the model does not have and takes for Pashto or Arabic.
_SINDHI = re.compile("[\u067b\u0684\u0683\u068f\u068c\u06aa\u06b3\u06b1\u06bb\u06fe\u06fd\u067f\u0680]")
SINDHI_SHARE = 0.02  # of the letters
LAST_CHARS = 400  # from the end of the body: a translation or a second article is there
SHORT_CHARS = 200  # of a body: then the headline helps
# Languages that a few lines do not tell apart.
_ALIKE = frozenset(
    map(
        frozenset,
        (
            ("nb", "da"),
            ("no", "da"),
            ("nn", "no"),
            ("nb", "nn"),
            ("id", "ms"),
            ("hr", "sr"),
            ("hr", "bs"),
            ("bs", "sr"),
            ("cs", "sk"),
            ("gl", "pt"),
            ("gl", "es"),
            ("af", "nl"),
            ("xh", "zu"),
        ),
    )
)
SURE, SURE_OF_SCRIPT = 0.95, 0.8  # for a second language; where its script runs the other way
MIN_OTHER_CHARS = 120
# Share of the words at the end that the beginning has too: then it is one language, and the model need not be asked. Of texts in two
# languages 4,696 pairs have less, French and Spanish the most (0.31); of texts in one, half have more.
SAME_WORDS = 1 / 3


class _Identifier(LanguageIdentifier):  # type: ignore[misc]
    """The library's, but that its walk is in C; the sums are its own, in its own order."""

    def __init__(self, *tables: Any, **options: Any) -> None:
        super().__init__(*tables, **options)
        rows, found = array("I", self._rowbase), array("i", self.tk_output)
        self._automaton = Automaton(self.tk_nextmove, rows, found, len(self.nb_ptc))
        self._weights = self.nb_ptc.view(np.uint16)
        del self._rowbase, self.tk_output  # lists of 100,000 numbers each

    def _raw_score(self, text: bytes) -> Any:
        features, counts = self._automaton.visits(text)
        if len(features):
            return np.log1p(counts) @ singles(self._weights, features) + self.nb_pc
        return np.zeros(len(self.nb_classes), dtype=np.float32)


_identifier = _Identifier.from_model_file(MODEL_FILE, norm_probs=True)


def detect_language(draft: Draft) -> Draft:
    """Fill `in_language`, `language_confidence` (0 to 1), `other_languages` and `text_direction` in `parts` from the body."""
    body = " ".join(draft.parts["paragraphs"])
    sample = body[:SAMPLE_CHARS]
    label, confidence = classify(sample if len(sample) >= SHORT_CHARS else f"{draft.parts.get('headline', '')} {sample}")
    parts = {**draft.parts, "language_confidence": confidence, "text_direction": text_direction(sample)}
    sources = dict(draft.sources)
    if confidence >= MIN_CONFIDENCE and label != NO_LANGUAGE:
        parts["in_language"] = label
        sources["inLanguage"] = _with_stated(draft, label)
        other = _other_language(body, label)
        if other:
            parts["other_languages"] = [other]
            sources["otherLanguages"] = FROM_TEXT
    return replace(draft, parts=parts, sources=sources)


def classify(text: str) -> tuple[str, float]:
    """The language of a text, BCP 47, and how sure that is, 0 to 1; `zxx` for no language."""
    label, confidence = _identifier.classify(text)
    sindhi = len(_SINDHI.findall(text))
    if sindhi and sindhi >= SINDHI_SHARE * sum(map(str.isalpha, text)):
        return "sd", 1.0
    return _STANDARD.get(label, label), round(float(confidence), 3)


def _with_stated(draft: Draft, label: str) -> FieldSource:
    """The source of the language, with what the page states otherwise: its `lang`, its metas, its JSON-LD."""
    source = FROM_TEXT
    for other in find_languages(draft.page) if draft.page is not None else ():
        if languages_differ(label, other.value):
            source = with_conflict(source, other.source, other.value)
    return source


def _other_language(body: str, label: str) -> str | None:
    """The language of the end of a long body, when it is surely another one."""
    last = body[SAMPLE_CHARS:][-LAST_CHARS:]
    if len(last) < MIN_OTHER_CHARS:
        return None
    begun, words = set(body[:SAMPLE_CHARS].lower().split()), last.lower().split()
    if sum(word in begun for word in words) > SAME_WORDS * len(words):
        return None
    other, confidence = classify(last)
    sure = SURE_OF_SCRIPT if text_direction(last) != text_direction(body[:SAMPLE_CHARS]) else SURE
    return other if confidence >= sure and other not in (label, NO_LANGUAGE) and frozenset((other, label)) not in _ALIKE else None
