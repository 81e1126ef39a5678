"""Days of other calendars as Gregorian ones. Hijri is Umm al-Qura's (1343 to 1500), as the press of the Gulf prints it; elsewhere the
moon is seen a day earlier or later, so that a Gregorian date beside it goes first.
"""

from datetime import date

import jdatetime
from hijridate import Hijri

from workers.dates.words import Calendar


def gregorian(calendar: Calendar, year: int, month: int, day: int) -> date | None:
    """The Gregorian day; None for a day that the calendar does not have."""
    try:
        if calendar == "h":
            found = Hijri(year, month, day).to_gregorian()
            return date(found.year, found.month, found.day)
        if calendar == "j":
            return date.fromordinal(jdatetime.date(year, month, day).togregorian().toordinal())
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def is_day(calendar: Calendar, year: int, month: int, day: int) -> bool:
    """Whether the calendar has the day."""
    return gregorian(calendar, year, month, day) is not None
