"""Rawi: a news-ingestion worker, from a Kafka topic of raw pages to a Kafka topic of articles."""

__version__ = "0.1.0"
