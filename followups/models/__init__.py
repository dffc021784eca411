from followups.models.followup import FollowUp, Hold
from followups.models.satisfaction import SatisfactionAnswer, SatisfactionRequest

__all__ = ["FollowUp", "Hold", "SatisfactionAnswer", "SatisfactionRequest"]
