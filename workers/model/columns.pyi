from workers.model.words import Floats

class Columns:
    count: int
    names: list[str]
    asked: frozenset[str] | None
    def __init__(self, count: int, asked: frozenset[str] | None = None) -> None: ...
    def matrix(self) -> Floats: ...
