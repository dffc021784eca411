from people.models.absence import Absence
from people.models.customer import Customer
from people.models.organisation import Organisation
from people.models.team import Membership, Team
from people.models.user import User

__all__ = ["Absence", "Customer", "Membership", "Organisation", "Team", "User"]
