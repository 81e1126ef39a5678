"""Our MinHash beside two libraries', on the same texts. They are no dependencies: put them on PYTHONPATH (see docs/adr/0007)."""

import importlib
import time
from collections.abc import Callable
from types import ModuleType

from tests.sameness.stories import story
from workers.sameness.fingerprint import VALUES
from workers.sameness.minhash import SHINGLE_WORDS, fingerprint, normalise

TEXTS, ROUNDS = 60, 7


def run() -> None:
    """Print microseconds of CPU a text, each the best of ROUNDS, shingles and all."""
    texts = [normalise("\n".join(" ".join(paragraph) for paragraph in story(number).paragraphs)) for number in range(TEXTS)]
    print(f"{TEXTS} texts of {sum(len(text.split()) for text in texts) / TEXTS:.0f} words, {VALUES} minima; µs of CPU a text")
    print(f"  own {_microseconds(fingerprint, texts):.0f}")
    for name, make in (("datasketch", _datasketch), ("rensa", _rensa)):
        try:
            module = importlib.import_module(name)
        except ImportError as error:
            print(f"  {name}: not here ({error})")
        else:
            print(f"  {name} {_microseconds(make(module), texts):.0f}")


def _microseconds(work: Callable[[str], object], texts: list[str]) -> float:
    total_ns = 0
    for text in texts:
        times_ns = []
        for _ in range(ROUNDS):
            started_ns = time.process_time_ns()
            work(text)
            times_ns.append(time.process_time_ns() - started_ns)
        total_ns += min(times_ns)
    return total_ns / len(texts) / 1e3


def _shingles(text: str) -> set[str]:
    words = text.split()
    return {" ".join(words[at : at + SHINGLE_WORDS]) for at in range(len(words) - SHINGLE_WORDS + 1)}


def _datasketch(module: ModuleType) -> Callable[[str], object]:
    def make(text: str) -> object:
        made = module.MinHash(num_perm=VALUES)
        made.update_batch([shingle.encode() for shingle in _shingles(text)])
        return made

    return make


def _rensa(module: ModuleType) -> Callable[[str], object]:
    def make(text: str) -> object:
        made = module.RMinHash(num_perm=VALUES, seed=42)
        made.update(list(_shingles(text)))
        return made.digest()

    return make
