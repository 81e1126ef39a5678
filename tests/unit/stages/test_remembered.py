"""What a page says is remembered only where it is short."""

from workers.stages.remembered import LONG_CHARS, remembered


def test_a_short_text_is_asked_once_and_a_long_one_each_time_and_not_kept() -> None:
    asked: list[str] = []

    @remembered(10)
    def length(text: str) -> int:
        asked.append(text)
        return len(text)

    short, long = "a" * LONG_CHARS, "a" * (LONG_CHARS + 1)
    assert [length(short), length(short), length(long), length(long)] == [LONG_CHARS, LONG_CHARS, LONG_CHARS + 1, LONG_CHARS + 1]
    assert asked == [short, long, long]
