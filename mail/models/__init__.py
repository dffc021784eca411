from mail.models.account import Account, MailboxChange, Unfetched
from mail.models.check import MailCheck
from mail.models.delivery import Attempt, Delivery
from mail.models.enclosure import Enclosure
from mail.models.heartbeat import Heartbeat
from mail.models.inbound import InboundMail
from mail.models.mail_server import MailServer
from mail.models.mailbox import Mailbox
from mail.models.report import Report
from mail.models.suppression import Suppression
from mail.models.token import Token

__all__ = [
    "Account",
    "Attempt",
    "Delivery",
    "Enclosure",
    "Heartbeat",
    "InboundMail",
    "MailCheck",
    "MailServer",
    "Mailbox",
    "MailboxChange",
    "Report",
    "Suppression",
    "Token",
    "Unfetched",
]
