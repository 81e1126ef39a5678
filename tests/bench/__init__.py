"""`make bench`: what a page costs, alone, in the line and through Kafka, measured in one run. No test depends on these numbers."""
