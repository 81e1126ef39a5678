from workers.model.blocks import Blocks
from workers.model.columns import Columns
from workers.model.words import Ints

LEVELS: int

def any_has_tag(blocks: Blocks, tags: tuple[int, ...]) -> bool: ...

class Place:
    count: int
    nodes: int
    def __init__(self, blocks: Blocks) -> None: ...
    def groups(self) -> Ints: ...
    def add_to(self, table: Columns) -> None: ...
