"""The playbooks that a new organisation begins with (A to L). Its people change them as they like.

Times are those of the design: working days unless it is said otherwise. Plain values, so that a migration
can write them down as well as an action.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from followups.models import FollowUp
from followups.playbook_terms import After, Clock, Code, Condition, Mode, Stop, Trigger, Way
from followups.terms import MessagePurpose

Step = FollowUp.Step
HOUR = 60


@dataclass(frozen=True)
class ShippedStep:
    """One step; its fields are those of `PlaybookStep`."""

    name: str
    mode: str
    clock: str = Clock.AT_ONCE
    amount: int = 0  # minutes of working time, else days
    after: str = After.TRIGGER
    at_least: timedelta = timedelta()
    late: timedelta | None = None
    way: str = Way.MAIL
    purpose: str = ""
    conditions: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)

    def fields(self, position: int) -> dict[str, Any]:
        """What to make a row of, at that place."""
        plain = {
            name: [str(one) for one in value] if isinstance(value, list) else value
            for name, value in asdict(self).items()
        }
        return {**plain, "position": position}


@dataclass(frozen=True)
class ShippedPlaybook:
    """One playbook with its steps in order."""

    code: Code
    trigger: Trigger
    steps: tuple[ShippedStep, ...]


_DAY = timedelta(days=1)
_REACHABLE: list[str] = [Condition.CAN_BE_REACHED]


def _silence(name: str, days: int, **more: Any) -> ShippedStep:
    stops: list[str] = [Stop.CUSTOMER_WROTE, Stop.WE_WROTE, Stop.RESOLVED]
    return ShippedStep(name, clock=Clock.WORKING_DAYS, amount=days, stops=stops, **more)


def _question(name: str, days: int, **more: Any) -> ShippedStep:
    """Whether it is settled, or still is."""
    return ShippedStep(
        name,
        Mode.SEND,
        Clock.WORKING_DAYS,
        days,
        late=7 * _DAY,
        purpose=MessagePurpose.SATISFACTION_QUESTION,
        conditions=_REACHABLE,
        stops=[Stop.REOPENED_OR_CLOSED, Stop.CUSTOMER_WROTE],
        **more,
    )


def _told(name: str, purpose: str, *stops: str) -> ShippedStep:
    """What a person begins by hand and tells the way that the customer has chosen."""
    return ShippedStep(name, Mode.DRAFT, way=Way.CHOSEN, purpose=purpose, stops=[*stops])


SHIPPED = (
    ShippedPlaybook(
        Code.ACKNOWLEDGEMENT,
        Trigger.CUSTOMER_OPENED,
        (
            ShippedStep(
                Step.ACKNOWLEDGEMENT,
                Mode.SEND,
                late=_DAY,
                purpose=MessagePurpose.ACKNOWLEDGEMENT,
                conditions=[Condition.CAN_BE_REACHED, Condition.FROM_A_PERSON],
                stops=[Stop.RESOLVED, Stop.PERSON_ANSWERED, Stop.TIME_IN_IT_PASSED],
            ),
        ),
    ),
    ShippedPlaybook(
        Code.UPDATE,
        Trigger.UPDATE_DUE_SOON,
        (
            ShippedStep(
                Step.PROGRESS_DRAFT,
                Mode.DRAFT,
                purpose=MessagePurpose.PROGRESS_UPDATE,
                conditions=_REACHABLE,
                stops=[Stop.RESOLVED, Stop.NO_LONGER_OWED],
            ),
        ),
    ),
    ShippedPlaybook(
        Code.DELAY,
        Trigger.WILL_BE_LATE,
        (_told(Step.DELAY_DRAFT, MessagePurpose.DELAY_NOTICE, Stop.NO_LONGER_OWED),),
    ),
    ShippedPlaybook(
        Code.MISSED,
        Trigger.OVERDUE,
        (
            ShippedStep(
                Step.RECOVERY,
                Mode.DRAFT,
                Clock.WORKING_TIME,
                4 * HOUR,
                way=Way.CHOSEN,
                purpose=MessagePurpose.APOLOGY,
            ),
            _question(Step.CHECK_BACK, 3, after=After.RESOLUTION),
        ),
    ),
    ShippedPlaybook(
        Code.RESOLVED,
        Trigger.RESOLVED,
        (
            _question(Step.SETTLED_QUESTION, 1, at_least=_DAY),
            ShippedStep(
                Step.SETTLED_REMINDER,
                Mode.SEND,
                Clock.WORKING_DAYS,
                3,
                after=After.STEP_BEFORE,
                late=3 * _DAY,
                purpose=MessagePurpose.SATISFACTION_REMINDER,
                conditions=_REACHABLE,
                stops=[Stop.REOPENED_OR_CLOSED, Stop.CUSTOMER_WROTE, Stop.ANSWERED, Stop.TIME_IN_IT_PASSED],
            ),
            ShippedStep(
                Step.CLOSING,
                Mode.CLOSE,
                Clock.WORKING_DAYS,
                7,
                stops=[Stop.REOPENED_OR_CLOSED, Stop.CUSTOMER_WROTE],
            ),
        ),
    ),
    ShippedPlaybook(
        Code.NOT_SETTLED,
        Trigger.NOT_SETTLED,
        (
            ShippedStep(
                Step.NOT_SETTLED_DRAFT,
                Mode.DRAFT,
                purpose=MessagePurpose.NOT_SETTLED,
                conditions=_REACHABLE,
                stops=[Stop.SETTLED, Stop.NO_LONGER_OWED],
            ),
            ShippedStep(
                Step.NOT_SETTLED_CALL,
                Mode.CALL,
                way=Way.PHONE,
                conditions=[Condition.MAY_BE_CALLED],
                stops=[Stop.SETTLED, Stop.REACHED],
            ),
            _question(Step.SETTLED_QUESTION, 3, after=After.RESOLUTION, at_least=_DAY),
        ),
    ),
    ShippedPlaybook(
        Code.THANK_YOU,
        Trigger.DELIVERED,
        (
            ShippedStep(
                Step.THANK_YOU,
                Mode.SEND,
                Clock.WORKING_DAYS,
                1,
                late=7 * _DAY,
                purpose=MessagePurpose.THANK_YOU,
                conditions=[Condition.CAN_BE_REACHED, Condition.NOTHING_AMISS],
            ),
        ),
    ),
    ShippedPlaybook(
        Code.CHECK_IN,
        Trigger.RESOLVED,
        (
            ShippedStep(
                Step.CHECK_IN,
                Mode.SEND,
                Clock.CALENDAR_DAYS,
                30,
                late=3 * _DAY,
                purpose=MessagePurpose.CHECK_IN,
                conditions=[Condition.NEEDED_CARE, Condition.CAN_BE_REACHED],
                stops=[Stop.REOPENED, Stop.NEW_TICKET, Stop.ASKED_LATELY],
            ),
        ),
    ),
    ShippedPlaybook(
        Code.SILENCE,
        Trigger.ASKED_CUSTOMER,
        (
            _silence(
                Step.SILENCE_REMINDER,
                2,
                mode=Mode.SEND,
                late=2 * _DAY,
                way=Way.CHOSEN,
                purpose=MessagePurpose.SILENCE_REMINDER,
                conditions=_REACHABLE,
            ),
            _silence(
                Step.SILENCE_SECOND,
                5,
                mode=Mode.SEND,
                late=2 * _DAY,
                way=Way.OTHER,
                purpose=MessagePurpose.SILENCE_SECOND,
                conditions=_REACHABLE,
            ),
            _silence(
                Step.SILENCE_LAST,
                8,
                mode=Mode.SEND,
                late=2 * _DAY,
                purpose=MessagePurpose.SILENCE_LAST,
                conditions=[Condition.CAN_BE_REACHED, Condition.NOTHING_OVERDUE],
            ),
            _silence(
                Step.SILENCE_CLOSING,
                10,
                mode=Mode.CLOSE,
                conditions=[Condition.TOLD_OF_CLOSING, Condition.NOTHING_OVERDUE],
            ),
        ),
    ),
    ShippedPlaybook(
        Code.DECLINE,
        Trigger.DECLINED,
        (_told(Step.DECLINE_DRAFT, MessagePurpose.DECLINE),),
    ),
    ShippedPlaybook(
        Code.SHARED_DELAY,
        Trigger.SHARED_DELAY,
        (_told(Step.SHARED_DELAY_NOTICE, MessagePurpose.SHARED_DELAY, Stop.RESOLVED),),
    ),
    ShippedPlaybook(
        Code.CALLBACK,
        Trigger.CALLBACK_NOT_REACHED,
        (
            ShippedStep(
                Step.CALLBACK_DRAFT,
                Mode.DRAFT,
                purpose=MessagePurpose.CALLBACK_NOT_REACHED,
                conditions=_REACHABLE,
                stops=[Stop.REACHED],
            ),
        ),
    ),
)
