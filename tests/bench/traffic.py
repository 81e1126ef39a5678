"""What pages leave on the broker's disk and do to the store, by the servers' own count."""

from dataclasses import astuple, dataclass

import redis

from workers.demo.place import Place
from workers.settings import redis_client_kwargs
from workers.tools.clients import open_admin


@dataclass(frozen=True, slots=True)
class Traffic:
    """Counted since the servers started; a difference of two is what happened in between. Bytes as they are stored: compressed."""

    input_bytes: int
    articles_bytes: int
    outcomes_bytes: int
    store_commands: int
    store_bytes: int  # to it and from it
    store_memory_bytes: int  # what it holds

    def __sub__(self, other: "Traffic") -> "Traffic":
        return Traffic(*(mine - before for mine, before in zip(astuple(self), astuple(other), strict=True)))


def traffic(place: Place) -> Traffic:
    """Ask the broker (one replica) and the store; raises ToolError and redis.RedisError."""
    roles = {place.topics[role]: role for role in ("input", "output", "outcomes")}
    sizes = dict.fromkeys(roles.values(), 0)
    with open_admin(place.config) as admin:
        for broker in admin.describe_log_dirs(list(roles)):
            for folder in broker["log_dirs"]:
                for topic in folder["topics"]:
                    sizes[roles[topic["name"]]] += sum(partition["partition_size"] for partition in topic["partitions"])
    with redis.Redis(**redis_client_kwargs(place.settings)) as client:
        stats, memory = client.info("stats"), client.info("memory")
    return Traffic(
        input_bytes=sizes["input"],
        articles_bytes=sizes["output"],
        outcomes_bytes=sizes["outcomes"],
        store_commands=stats["total_commands_processed"],
        store_bytes=stats["total_net_input_bytes"] + stats["total_net_output_bytes"],
        store_memory_bytes=memory["used_memory"],
    )
