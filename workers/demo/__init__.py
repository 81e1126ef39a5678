"""`rawi demo`: the real worker on a real Kafka and Valkey, fed with sample pages, its articles on the screen."""
