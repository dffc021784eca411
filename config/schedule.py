"""Everything that happens by itself, in one place: what runs, how often, and what asks for it sooner.

The sweeps are the guarantee: each finds its work by query, once a minute. The questions make it
quick: the worker's supervisor asks them all in one statement every second, over partial indexes
that hold only work, and enqueues the sweep of each that says yes. Names only, so that no floor
needs to know who waits for it.
"""

# (name, function, minutes between runs)
SCHEDULE = [
    ("Heartbeat", "mail.tasks.beat", 1),
    ("Send what is waiting to go out", "mail.tasks.send_queued", 1),
    ("Do what accepted messages say", "tickets.tasks.settle_messages", 1),
    ("Let clocks run on after a pause", "tickets.tasks.end_pauses", 1),
    ("Warn about what is about to be missed", "tickets.tasks.warn", 1),
    ("Plan follow-ups", "followups.tasks.plan", 1),
    ("Carry out follow-ups that are due", "followups.tasks.carry_out", 1),
    ("Take over what became of follow-ups", "followups.tasks.finish", 1),
]

# (task, is there work for it?): %(now)s is the database's clock, or a simulation's.
QUESTIONS = [
    (
        "mail.tasks.send_queued",
        "SELECT 1 FROM mail_delivery d LEFT JOIN mail_mailbox m ON m.id = d.mailbox_id"
        " WHERE d.state IN ('queued', 'claimed', 'sending') AND d.next_at <= %(now)s"
        " AND COALESCE(m.sending_paused_why, '') = ''",
    ),
    (
        "tickets.tasks.settle_messages",
        "SELECT 1 FROM tickets_message m JOIN mail_delivery d ON d.id = m.delivery_id"
        " WHERE m.unsettled AND d.state IN ('sent', 'failed', 'cancelled', 'expired')",
    ),
    ("followups.tasks.plan", "SELECT 1 FROM tickets_ticket WHERE unplanned"),
    (
        "followups.tasks.carry_out",
        "SELECT 1 FROM followups_followup WHERE state = 'scheduled' AND due_at <= %(now)s",
    ),
    (
        "followups.tasks.finish",
        "SELECT 1 FROM followups_followup f JOIN mail_delivery d ON d.id = f.delivery_id"
        " WHERE f.state = 'handed_over' AND d.state IN ('sent', 'failed', 'cancelled', 'expired', 'unknown')",
    ),
]
