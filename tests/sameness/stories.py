"""Articles for the scenario, made from a seed: words by Zipf's law in two scripts, sentences, agencies, and the sites that print them."""

import random
from dataclasses import dataclass, replace
from functools import cache

_SYLLABLES = {
    "en": [a + b for a in "b d f g k l m n p r s t v w st tr pl ch".split() for b in "a e i o u ai er on".split()],
    "ar": [a + b for a in "ب ت ج ح د ر س ش ع ف ق ك ل م ن ه".split() for b in ["ا", "و", "ي", "", "ة"]],
}
_VOCABULARY = 8_000
AGENCIES = {"en": ("Reuters", "AP"), "ar": ("الأناضول", "رويترز")}
SITES = [
    f"{name}.test" for name in "herald courier gazette tribune echo mirror post globe wire ledger almasar alkhabar annahar alwaqt".split()
]


@cache
def _words(language: str) -> tuple[list[str], list[float]]:
    source = random.Random(language)
    words = ["".join(source.choices(_SYLLABLES[language], k=source.choice((1, 2, 2, 3)))) for _ in range(_VOCABULARY)]
    return words, [1 / (rank + 5) for rank in range(_VOCABULARY)]


@dataclass(frozen=True)
class Story:
    """An article as one site has it."""

    language: str
    site: str
    path: str
    headline: str
    agency: str | None
    paragraphs: tuple[tuple[str, ...], ...]  # of sentences

    @property
    def url(self) -> str:
        return f"https://www.{self.site}/{self.path}"


def sentence(source: random.Random, language: str) -> str:
    words, weights = _words(language)
    text = source.choices(words, weights, k=source.randint(9, 26))
    if source.random() < 0.3:
        text.insert(source.randrange(len(text)), str(source.randint(2, 9_000)))
    return " ".join(text).capitalize() + "."


def story(seed: int) -> Story:
    """Article number `seed`: 90 to 900 words, a third of them from an agency."""
    source = random.Random(f"story {seed}")
    language = source.choice(("en", "ar"))
    paragraphs = tuple(
        tuple(sentence(source, language) for _ in range(source.randint(2, 4))) for _ in range(source.choice((3, 4, 5, 6, 8, 12)))
    )
    agency = source.choice(AGENCIES[language]) if source.random() < 0.34 else None
    return Story(language, source.choice(SITES), f"news/{seed}", sentence(source, language)[:70], agency, paragraphs)


def reprint(original: Story, seed: int) -> Story:
    """The same story at another site: another headline, the agency's line gone or not, and one to three edits."""
    source = random.Random(f"reprint {seed}")
    site = source.choice([name for name in SITES if name != original.site])
    edited = replace(original, site=site, path=f"world/{seed}", headline=sentence(source, original.language)[:70])
    if source.random() < 0.5:
        edited = replace(edited, agency=None)
    for _ in range(source.randint(1, 3)):
        edited = source.choice((_sentence_more, _sentence_less, _other_words, _cut_short))(edited, source)
    return edited


def edit(original: Story, seed: int) -> Story:
    """A later version at the same URL: a sentence more or less, other words, or another headline."""
    source = random.Random(f"edit {seed}")
    if source.random() < 0.1:
        return replace(original, headline=sentence(source, original.language)[:70])
    return source.choice((_sentence_more, _sentence_less, _other_words))(original, source)


def _sentence_more(story: Story, source: random.Random) -> Story:
    at = source.randrange(len(story.paragraphs))
    paragraph = [*story.paragraphs[at]]
    paragraph.insert(source.randint(0, len(paragraph)), sentence(source, story.language))
    return _with(story, at, paragraph)


def _sentence_less(story: Story, source: random.Random) -> Story:
    at = source.randrange(len(story.paragraphs))
    paragraph = [*story.paragraphs[at]]
    if len(paragraph) < 2:
        return _other_words(story, source)
    del paragraph[source.randrange(len(paragraph))]
    return _with(story, at, paragraph)


def _other_words(story: Story, source: random.Random) -> Story:
    at = source.randrange(len(story.paragraphs))
    paragraph = [*story.paragraphs[at]]
    which = source.randrange(len(paragraph))
    words = paragraph[which].split()
    for _ in range(source.randint(1, 4)):
        words[source.randrange(len(words))] = source.choice(_words(story.language)[0])
    return _with(story, at, [*paragraph[:which], " ".join(words), *paragraph[which + 1 :]])


def _cut_short(story: Story, source: random.Random) -> Story:
    keep = max(2, round(len(story.paragraphs) * source.uniform(0.6, 0.9)))
    return replace(story, paragraphs=story.paragraphs[:keep])


def _with(story: Story, at: int, paragraph: list[str]) -> Story:
    return replace(story, paragraphs=(*story.paragraphs[:at], tuple(paragraph), *story.paragraphs[at + 1 :]))
