"""The fault harness: real workers on a real Kafka and Valkey, faults, and a ledger outside the workers. `make faults`, `make soak`."""
