"""When a text repeats another: the thresholds, in one place for every store, and why they are what they are (docs/sameness.md)."""

MIN_LIKENESS = 0.4  # share of common shingles: half the sentences may differ
MIN_CONTAINMENT = 0.75  # or: so much of the shorter text is in the longer,
MIN_CONTAINED_LIKENESS = 0.25  # and it is no small part of it
MAX_CANDIDATES = 8  # compared with one text: those that share most bands


def repeats(likeness: float, containment: float) -> bool:
    """Whether a text of that likeness is the same story told in nearly the same words."""
    return likeness >= MIN_LIKENESS or (containment >= MIN_CONTAINMENT and likeness >= MIN_CONTAINED_LIKENESS)
