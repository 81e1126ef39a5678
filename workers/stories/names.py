"""Names of the topics that the story workers of a group keep for themselves."""

JOURNAL_TABLE = "journal"


def index_topic(group_id: str) -> str:
    """Where articles meet, whatever partition of `articles` they came from: one partition, in short form (Update)."""
    return f"{group_id}-index"


def journal_topic(group_id: str) -> str:
    """What the book is made again from; Faust gives it its name, from the app's and the table's."""
    return f"{group_id}-{JOURNAL_TABLE}-changelog"
