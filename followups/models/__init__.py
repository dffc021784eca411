from followups.models.followup import FollowUp
from followups.models.satisfaction import SatisfactionAnswer, SatisfactionRequest

__all__ = ["FollowUp", "SatisfactionAnswer", "SatisfactionRequest"]
