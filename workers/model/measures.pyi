from workers.model.blocks import Blocks
from workers.model.columns import Columns
from workers.model.structure import Place
from workers.model.words import Floats, Hashes, Ints

BESIDE: tuple[str, ...]

class Measures:
    count: int
    words: Ints
    extracted: Floats
    stated: Floats
    def __init__(self, blocks: Blocks, texts: list[str], edges: list[int], readable_words: int) -> None: ...
    @property
    def lines(self) -> Hashes: ...
    def add_text(self, table: Columns, blocks: Blocks) -> None: ...
    def add_comparisons(self, table: Columns) -> None: ...
    def add_around(self, table: Columns, place: Place) -> None: ...
