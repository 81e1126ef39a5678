"""Every setting, once. `docs/configuration.md` and `.env.example` are made from this."""

from workers.settings.variable import Variable
from workers.settings.variables_connect import KAFKA, REDIS, TOPICS
from workers.settings.variables_limits import ENGINE, PAGE
from workers.settings.variables_stories import STORIES
from workers.settings.variables_worker import WORKER

__all__ = ["GROUPS", "VARIABLES", "Variable"]

GROUPS = {
    "Kafka": KAFKA,
    "Redis": REDIS,
    "Topics": TOPICS,
    "Worker": WORKER,
    "Limits of a page": PAGE,
    "Engine": ENGINE,
    "Stories": STORIES,
}
VARIABLES = {variable.name: variable for group in GROUPS.values() for variable in group}
