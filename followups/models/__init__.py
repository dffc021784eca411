from followups.models.call_task import CallTask
from followups.models.decline import Decline
from followups.models.followup import FollowUp, Hold
from followups.models.playbook import Playbook, PlaybookStep, PlaybookVersion
from followups.models.recovery import PreventionAction, Recovery
from followups.models.satisfaction import SatisfactionAnswer, SatisfactionRequest
from followups.models.template import MessageTemplate

__all__ = [
    "CallTask",
    "Decline",
    "FollowUp",
    "Hold",
    "MessageTemplate",
    "Playbook",
    "PlaybookStep",
    "PlaybookVersion",
    "PreventionAction",
    "Recovery",
    "SatisfactionAnswer",
    "SatisfactionRequest",
]
