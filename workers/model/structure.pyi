from workers.model.blocks import Blocks
from workers.model.columns import Columns
from workers.model.words import Ints

LEVELS: int

def plain_cells(blocks: Blocks) -> list[tuple[int, int] | None] | None: ...

class Place:
    count: int
    nodes: int
    def __init__(self, blocks: Blocks) -> None: ...
    def groups(self) -> Ints: ...
    def add_to(self, table: Columns) -> None: ...
