"""Times that people may mean. The calendar's first and last days cannot be shown in every time zone."""

from datetime import datetime

FIRST_YEAR, LAST_YEAR = 1900, 2200


def is_sensible(moment: datetime) -> bool:
    return FIRST_YEAR <= moment.year <= LAST_YEAR
