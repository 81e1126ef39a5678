"""Fuzzing of what reads strangers' bytes: decode, the rest of the line with segmentation, and the codec. `make fuzz SECONDS=60`."""
