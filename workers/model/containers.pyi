from workers.model.columns import Columns
from workers.model.measures import Measures
from workers.model.structure import Place

def add_containers(table: Columns, place: Place, measures: Measures) -> None: ...
