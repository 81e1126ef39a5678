from workers.model.columns import Columns
from workers.model.measures import Measures
from workers.model.structure import Place

def add_place(table: Columns, place: Place, measures: Measures) -> None: ...
