from followups.models.call_task import CallTask
from followups.models.followup import FollowUp, Hold
from followups.models.satisfaction import SatisfactionAnswer, SatisfactionRequest

__all__ = ["CallTask", "FollowUp", "Hold", "SatisfactionAnswer", "SatisfactionRequest"]
