"""What the line tells of written pages, as hashes: for test_processors.py, which runs this in processes that see other processors."""

import hashlib
import json

import numpy as np

from tests.unit.stages.pages import SENTENCE, draft, page
from workers.model.features import describe
from workers.model.model import load
from workers.model.rivals import rivals
from workers.model.training.corpora import page_of
from workers.model.training.labels import label
from workers.stages.extract import extract
from workers.stages.parse import parse

_WORDS = SENTENCE.split()


def _written(most_words: int) -> str:
    """Blocks of every length, a part of each in a link: bodies of all kinds, and logarithms of all counts."""
    blocks = []
    for count in range(1, most_words + 1):
        text, linked = " ".join(_WORDS[n * 7 % len(_WORDS)] for n in range(count)), " ".join(_WORDS[: count % 5])
        tag = "p" if count % 3 else "li"
        blocks.append(f'<{tag}>{text} <a href="/{count}">{linked}</a></{tag}>')
    return page("".join(blocks))


def told() -> dict[str, str]:
    """By what is told: a hash of its bytes."""
    pages = [_written(most) for most in (17, 60, 240)]
    model, random = load(), np.random.default_rng(7)
    parts: dict[str, list[bytes]] = {"blocks": [], "labels": [], "probabilities": [], "bodies": []}
    for html in pages:
        made = extract(parse(draft(html)))
        assert made.blocks is not None
        known = page_of(made, {"corpus": "written", "id": 1, "body": "\n".join(text for text in made.blocks.texts if len(text) > 80)})
        described, labels = describe(known.blocks, known.beside), label(known)
        assert labels is not None
        columns = model.trees.columns(described.names)
        chances = model.trees.probabilities(described.values, columns)
        mixed = random.permuted(np.tile(described.values, (10, 1)), axis=0)  # so that there are more scores than these pages have
        found = rivals(chances, described)
        other = rivals(random.random(len(chances), dtype=np.float32), described)
        for name, values in (
            ("blocks", described.values),
            ("labels", labels.weights),
            ("probabilities", chances),
            ("probabilities", model.trees.probabilities(mixed, columns)),
            ("bodies", found.features),
            ("bodies", other.features),
        ):
            parts[name].append(np.ascontiguousarray(values).tobytes())
    return {name: hashlib.sha256(b"".join(found)).hexdigest() for name, found in parts.items()}


if __name__ == "__main__":
    print(json.dumps(told()))
