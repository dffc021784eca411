"""Dates and numbers in Bosnian: day before month, 24 hours, weeks begin on Monday."""

DATE_FORMAT = "j. F Y."
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j. F Y. H:i"
YEAR_MONTH_FORMAT = "F Y."
MONTH_DAY_FORMAT = "j. F"
SHORT_DATE_FORMAT = "j. n. Y."
SHORT_DATETIME_FORMAT = "j. n. Y. H:i"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d.%m.%Y", "%d.%m.%Y.", "%d. %m. %Y.", "%d/%m/%Y"]
TIME_INPUT_FORMATS = ["%H:%M", "%H:%M:%S", "%H.%M"]
DATETIME_INPUT_FORMATS = [
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M",
]
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3

# Patterns of the Unicode locale data, which has the case that a weekday or a month takes (ui/formats.py).
DAY = "EEE d. M."
DAY_OF_ANOTHER_YEAR = "EEE d. M. y."
LONG_DAY_OF_THIS_YEAR = "EEEE, d. MMMM"
LONG_DAY = "EEEE, d. MMMM y."
SHORT_DAY = "d. M."
WEEKDAY = "EEE"
MONTH = "LLLL y"

# The Unicode locale data has weekdays in one case only; after "do" they take another.
WEEKDAYS_AFTER_BY = "ponedjeljka utorka srijede četvrtka petka subote nedjelje"

# The same for months after the number of a day.
MONTHS_AFTER_DAY = "januara februara marta aprila maja juna jula augusta septembra oktobra novembra decembra"
