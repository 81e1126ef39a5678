"""Settings of the worker itself: names, addresses, what it writes."""

from workers.settings.kinds import NAME, Choice, Flag, Folder, HostPort, Slots, Text, Whole
from workers.settings.variable import Variable

_GROUP = Text("letters, digits, `.`, `_`, `-`, at most 200", r"[A-Za-z0-9._-]{1,200}")

WORKER = (
    Variable(
        "RAWI_GROUP_ID",
        "group_id",
        _GROUP,
        "rawi",
        "Consumer group of the workers.",
        "Replicas with the same group share the topic's partitions.",
    ),
    Variable(
        "RAWI_STORIES_GROUP_ID",
        "stories_group_id",
        _GROUP,
        "rawi-stories",
        "Consumer group of the story workers.",
        "Not the workers' own: the two read different topics. It also names their topics: `<group>-index`, `<group>-journal-changelog`.",
    ),
    Variable(
        "RAWI_DELIVERY",
        "delivery",
        Choice(("exactly-once", "at-least-once")),
        "exactly-once",
        "What a crash may do.",
        "`at-least-once` is for brokers without transactions: a page may then be published twice, with equal ids.",
    ),
    Variable(
        "RAWI_INSTANCE_ID",
        "instance_id",
        NAME,
        None,
        "Stable name of a replica; the transactional id is `<group>.<instance>`.",
        "Not set: `<host>-<n>`, n by a local lock. A replica that comes back under its name goes on at once, instead of after "
        "the transaction time-out. Two live replicas must never share one.",
    ),
    Variable(
        "RAWI_SLOTS", "slots", Slots(), "cores", "Processes that extract, in one worker.", "One a core; a container's CPU quota counts."
    ),
    Variable(
        "RAWI_HTTP_ADDR",
        "http_addr",
        HostPort(),
        "127.0.0.1:9108",
        "Where `/metrics`, `/healthz` and `/readyz` are served.",
        "Local only, as there is no password; a container sets `0.0.0.0:9108`. Taken: the next free port, logged.",
    ),
    Variable(
        "RAWI_LOG_FORMAT",
        "log_format",
        Choice(("auto", "json", "console")),
        "auto",
        "JSON lines, or lines for a person.",
        "`auto`: a person's on a terminal, JSON otherwise.",
    ),
    Variable(
        "RAWI_LOG_LEVEL",
        "log_level",
        Choice(("DEBUG", "INFO", "WARNING", "ERROR")),
        "INFO",
        "Least level that is logged.",
        "INFO has one line a page.",
    ),
    Variable(
        "RAWI_TRACES",
        "traces",
        Choice(("off", "otlp")),
        "off",
        "Whether pages become OpenTelemetry spans, one for each stage.",
        "`otlp` needs the extra `rawi[otel]` (the image has it) and sends to OTEL_EXPORTER_OTLP_ENDPOINT (`http://localhost:4318`); "
        "the other OTEL_* variables hold too. Off, the trace that a page came with is still passed on.",
    ),
    Variable(
        "RAWI_RULES_DIR",
        "page.rules_dir",
        Folder(),
        None,
        "A folder of rule files of your own, used beside Rawi's and asked first.",
        "A rule for what leaks on your sites needs no release: docs/rules.md. `rawi check-config` tells what is wrong with them.",
    ),
    Variable(
        "RAWI_DUPLICATES",
        "duplicates",
        Choice(("tag", "drop")),
        "tag",
        "Whether a duplicate is published with `duplicateOf`, or filtered.",
        "Readers who want both can tell; nobody loses an article to a wrong guess.",
    ),
    Variable(
        "RAWI_REMOVED_TEXT",
        "page.limits.removed_text",
        Flag(),
        "false",
        "Whether `removedSegments` carry the text that was cut.",
        "For tuning rules; it makes records larger.",
    ),
    Variable(
        "RAWI_TOP_SITES",
        "top_sites",
        Whole(0, 500),
        "0",
        "How many sites get a `site` label in the metrics.",
        "The busiest so many have one, the rest are `other`. 0: none, as each site costs about ten series.",
        "sites",
    ),
)
