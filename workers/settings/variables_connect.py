"""Settings of what the worker connects to: Kafka, Redis, topics."""

from workers.settings.kinds import TOPIC, Choice, File, Flag, Number, RedisUrl, SecretText, Servers, Text, Whole
from workers.settings.variable import Variable

KAFKA = (
    Variable(
        "KAFKA_BOOTSTRAP_SERVERS",
        "kafka.bootstrap_servers",
        Servers(),
        "127.0.0.1:9092",
        "Brokers to ask first.",
        "Name two or three, so that a start does not depend on one.",
    ),
    Variable(
        "KAFKA_SECURITY_PROTOCOL",
        "kafka.security_protocol",
        Choice(("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")),
        "PLAINTEXT",
        "How brokers are spoken to.",
        "As the broker's listener is. SASL_PLAINTEXT sends PLAIN passwords readable.",
    ),
    Variable(
        "KAFKA_SASL_MECHANISM",
        "kafka.sasl_mechanism",
        Choice(("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")),
        None,
        "How the user is proven, with a SASL protocol.",
        "SCRAM never sends the password itself.",
    ),
    Variable(
        "KAFKA_SASL_USERNAME", "kafka.sasl_username", Text(), None, "SASL user.", "Needs the rights listed in security-kafka-redis.md."
    ),
    Variable(
        "KAFKA_SASL_PASSWORD",
        "kafka.sasl_password",
        SecretText(),
        None,
        "SASL password.",
        "Better as KAFKA_SASL_PASSWORD_FILE: environments are listed by many tools.",
    ),
    Variable(
        "KAFKA_SSL_CAFILE",
        "kafka.ssl_cafile",
        File(),
        None,
        "Certificates (PEM) of the authorities that sign the brokers'.",
        "Not set: those of the system.",
    ),
    Variable(
        "KAFKA_SSL_CERTFILE",
        "kafka.ssl_certfile",
        File(),
        None,
        "The client's certificate (PEM), for mutual TLS.",
        "Only where the listener asks for one.",
    ),
    Variable(
        "KAFKA_SSL_KEYFILE",
        "kafka.ssl_keyfile",
        File(),
        None,
        "The key (PEM) of the client's certificate.",
        "Not set: it is in KAFKA_SSL_CERTFILE.",
    ),
    Variable("KAFKA_SSL_KEY_PASSWORD", "kafka.ssl_key_password", SecretText(), None, "Password of the key.", "Only for an encrypted key."),
    Variable(
        "KAFKA_SSL_CHECK_HOSTNAME",
        "kafka.ssl_check_hostname",
        Flag(),
        "true",
        "Whether the broker's certificate must name the host we connect to.",
        "Without it, anyone with a certificate of that authority can pose as the broker.",
    ),
)

REDIS = (
    Variable(
        "REDIS_URL",
        "redis.url",
        RedisUrl(),
        None,
        "The store shared by the replicas.",
        "Not set or empty: an in-process store, which forgets at a restart and knows nothing of other replicas.",
        may_be_empty=True,
    ),
    Variable(
        "REDIS_SSL_CAFILE",
        "redis.ca_file",
        File(),
        None,
        "Certificates (PEM) of the authorities that sign Redis' (`rediss://`).",
        "Not set: those of the system.",
    ),
    Variable(
        "REDIS_SSL_CERTFILE",
        "redis.cert_file",
        File(),
        None,
        "The client's certificate (PEM), for mutual TLS.",
        "Only where Redis asks for one.",
    ),
    Variable(
        "REDIS_SSL_KEYFILE",
        "redis.key_file",
        File(),
        None,
        "The key (PEM) of the client's certificate.",
        "Not set: it is in REDIS_SSL_CERTFILE.",
    ),
    Variable(
        "RAWI_REDIS_TIMEOUT_S",
        "redis.timeout_s",
        Number(0.01, 5),
        "0.5",
        "Longest wait for an answer.",
        "The store is an aid: past it pages flow on, tagged `dedupe: unknown`.",
        "seconds",
    ),
    Variable(
        "RAWI_REDIS_PREFIX",
        "redis.prefix",
        Text("letters, digits, `.`, `_`, `-`, `:`, at most 64", r"[A-Za-z0-9._:-]{1,64}"),
        "rawi:",
        "What every key begins with.",
        "So that a shared Redis stays tidy, and an ACL can name our keys.",
    ),
    Variable(
        "RAWI_SEEN_TTL_S",
        "redis.ttl_s",
        Whole(60, 31_536_000),
        "2592000",
        "How long a URL's last page is remembered.",
        "30 days: most re-crawls come within it, and memory stays bounded.",
        "seconds",
    ),
    Variable(
        "RAWI_NEAR_ITEMS",
        "redis.near_items",
        Whole(1_000, 1_000_000_000),
        "1000000",
        "How many articles the index of texts holds, to find reprints by; the same for all replicas.",
        "Bounds its memory, about 0.4 KB an article. Set it to the articles of RAWI_NEAR_HORIZON_S; with fewer, the oldest go first.",
        "articles",
    ),
    Variable(
        "RAWI_NEAR_HORIZON_S",
        "redis.near_horizon_s",
        Whole(60, 31_536_000),
        "604800",
        "How long after an article a reprint of it is recognised.",
        "A week: most wires are reprinted within a day. Beyond RAWI_SEEN_TTL_S it has no effect.",
        "seconds",
    ),
)

TOPICS = (
    Variable("RAWI_INPUT_TOPIC", "topics.input", TOPIC, "raw.pages", "Topic of raw pages.", "What crawlers write."),
    Variable("RAWI_OUTPUT_TOPIC", "topics.output", TOPIC, "articles", "Topic of articles.", "What readers read."),
    Variable(
        "RAWI_DLQ_TOPIC", "topics.dlq", TOPIC, "articles.dlq", "Topic of dead letters.", "Nothing is dropped, so it cannot be turned off."
    ),
    Variable(
        "RAWI_OUTCOMES_TOPIC",
        "topics.outcomes",
        TOPIC,
        "pages.outcomes",
        "Topic with one small record a page.",
        "Empty: not written.",
        may_be_empty=True,
    ),
    Variable("RAWI_STORIES_TOPIC", "topics.stories", TOPIC, "stories", "Topic of stories.", "What `rawi stories` writes."),
)
