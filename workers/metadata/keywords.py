"""Keywords made fit to compare: letters of another keyboard replaced, keywords run together without separators taken apart."""

from collections.abc import Iterable

from workers.rules.fold import fold_ends

# Letters of Persian and Urdu keyboards that Arabic text is typed with, and the other way round.
_TO_ARABIC = str.maketrans({"ی": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ٸ": "ئ"})
_TO_PERSIAN = str.maketrans({"ي": "ی", "ك": "ک", "ى": "ی"})
RUN_TOGETHER_WORDS = 5  # so many words without a separator are more than one keyword
MAX_PHRASE_WORDS = 6


def in_letters_of(words: Iterable[str], language: str | None) -> list[str]:
    """The keywords in the letters of the text's language, each once."""
    table = _TO_ARABIC if language == "ar" else _TO_PERSIAN if language in ("fa", "ur") else {}
    spelled = (word.translate(table) if table else word for word in words)
    return list({fold_ends(word): word for word in reversed(list(spelled))}.values())[::-1]


def apart(words: Iterable[str], body: str) -> list[str]:
    """Each keyword of many words as the longest runs of them that the body has, once each; what the body lacks stays as it is."""
    found: dict[str, str] = {}
    words = list(words)
    # The body is folded word by word: for long keywords only, which few pages have.
    folded = f" {_spaced(body)} " if any(len(keyword.split()) >= RUN_TOGETHER_WORDS for keyword in words) else ""
    for keyword in words:
        run = keyword.split()
        pieces = _pieces(run, folded) if len(run) >= RUN_TOGETHER_WORDS and f" {_spaced(keyword)} " not in folded else [keyword]
        for piece in pieces:
            found.setdefault(fold_ends(piece), piece)
    return list(found.values())


def _pieces(run: list[str], folded: str) -> list[str]:
    pieces: list[str] = []
    missing: list[str] = []
    at = 0
    while at < len(run):
        size = next(
            (n for n in range(min(MAX_PHRASE_WORDS, len(run) - at), 0, -1) if f" {_spaced(' '.join(run[at : at + n]))} " in folded), 0
        )
        if size:
            pieces += [" ".join(missing)] if missing else []
            pieces.append(" ".join(run[at : at + size]))
            missing = []
        else:
            missing.append(run[at])
        at += max(size, 1)
    return pieces + ([" ".join(missing)] if missing else [])


def _spaced(text: str) -> str:
    """Folded words with one space between: punctuation does not part a run from its place in the body."""
    return " ".join(word for word in (fold_ends(word) for word in text.split()) if word)
