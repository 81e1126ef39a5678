"""Every setting, read once at start and passed on. Names, defaults and why; `rawi check-config` prints what is in force."""

# Skeleton: attribute names are agreed; see the task of the one who fills this file.
#
# kafka.bootstrap_servers        KAFKA_BOOTSTRAP_SERVERS   str, default 127.0.0.1:9092
# kafka.security_protocol        KAFKA_SECURITY_PROTOCOL   PLAINTEXT | SSL | SASL_PLAINTEXT | SASL_SSL
# kafka.sasl_mechanism/username/password  KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD (secret)
# kafka.ssl_cafile/certfile/keyfile/key_password/check_hostname KAFKA_SSL_CAFILE, KAFKA_SSL_CERTFILE, KAFKA_SSL_KEYFILE, KAFKA_SSL_KEY_PASSWORD (secret), KAFKA_SSL_CHECK_HOSTNAME
# redis.url                      REDIS_URL (secret inside), redis.timeout_s RAWI_REDIS_TIMEOUT_S 0.5, redis.prefix RAWI_REDIS_PREFIX "rawi:", redis.ttl_s RAWI_SEEN_TTL_S 30 days
# redis.ca_file/cert_file/key_file REDIS_SSL_CAFILE, REDIS_SSL_CERTFILE, REDIS_SSL_KEYFILE (rediss://)
# topics.input/output/dlq/outcomes/stories  RAWI_INPUT_TOPIC raw.pages, RAWI_OUTPUT_TOPIC articles, RAWI_DLQ_TOPIC articles.dlq, RAWI_OUTCOMES_TOPIC pages.outcomes (may be empty), RAWI_STORIES_TOPIC stories
# group_id RAWI_GROUP_ID rawi ; delivery RAWI_DELIVERY exactly-once|at-least-once ; slots RAWI_SLOTS ; instance_id RAWI_INSTANCE_ID
# http_addr RAWI_HTTP_ADDR 127.0.0.1:9108 (host, port)
# page.timeout_s RAWI_PAGE_TIMEOUT_S 15.0 ; page.max_memory_bytes RAWI_PAGE_MAX_MEMORY_BYTES 1 GiB ; pages_per_process RAWI_PAGES_PER_PROCESS 1000
# page limits (workers.pipeline.draft.Limits): RAWI_MAX_PAGE_BYTES, RAWI_MAX_OUTPUT_BYTES, RAWI_MAX_NESTING, RAWI_MAX_NODES, RAWI_MAX_ATTRIBUTES, RAWI_MAX_JSON_DEPTH, RAWI_MAX_HEADER_BYTES, RAWI_MIN_TEXT_CHARS
# engine: commit_interval_s RAWI_COMMIT_INTERVAL_S 1.0 ; commit_pages RAWI_COMMIT_PAGES 200 ; max_open_pages RAWI_MAX_OPEN_PAGES 500 ; max_open_bytes RAWI_MAX_OPEN_BYTES 128 MiB ;
#         session_timeout_s RAWI_SESSION_TIMEOUT_S 45 ; stall_timeout_s RAWI_STALL_TIMEOUT_S 20 ; silent_partition_s RAWI_SILENT_PARTITION_S 60 ; shutdown_timeout_s RAWI_SHUTDOWN_TIMEOUT_S 20
# dlq.max_consecutive RAWI_DLQ_MAX_CONSECUTIVE 500 ; dlq.max_share RAWI_DLQ_MAX_SHARE 0.5
# log_format RAWI_LOG_FORMAT auto|json|console ; log_level RAWI_LOG_LEVEL INFO
