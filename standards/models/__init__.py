from standards.models.calendar import Calendar, CalendarVersion, TeamCalendar
from standards.models.category import Category
from standards.models.forecast import Forecast
from standards.models.standard import Acknowledgement, ServiceStandard, StandardVersion

__all__ = [
    "Acknowledgement",
    "Calendar",
    "CalendarVersion",
    "Category",
    "Forecast",
    "ServiceStandard",
    "StandardVersion",
    "TeamCalendar",
]
