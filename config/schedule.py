"""All that happens by itself: names only, so that no floor needs to know who waits for it."""

# Every minute, in this order; the guarantee. A task may run late, twice or side by side.
SWEEPS = [
    "tickets.tasks.settle_messages",
    "tickets.tasks.end_pauses",
    "tickets.tasks.warn",
    "followups.tasks.plan",
    "followups.tasks.carry_out",
    "followups.tasks.finish",
]

SCHEDULE = {"every_minute": SWEEPS}
