from tickets.models.attachment import Attachment, Upload
from tickets.models.commitment import Commitment
from tickets.models.delay_cause import DelayCause
from tickets.models.draft import Draft
from tickets.models.event import Event
from tickets.models.hand_over import HandOver
from tickets.models.message import Message, MessagePromise
from tickets.models.note import Note
from tickets.models.pause import Pause
from tickets.models.shared_delay import DelayNotice, SharedDelay
from tickets.models.ticket import Ticket
from tickets.models.unverified import UnverifiedMail
from tickets.models.warning import Warning

__all__ = [
    "Attachment",
    "Commitment",
    "DelayCause",
    "DelayNotice",
    "Draft",
    "Event",
    "HandOver",
    "Message",
    "MessagePromise",
    "Note",
    "Pause",
    "SharedDelay",
    "Ticket",
    "UnverifiedMail",
    "Upload",
    "Warning",
]
