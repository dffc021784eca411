"""The outbox's own SQL: what has to be one statement, so that nothing can come in between.

Where `now` is given (a simulation's), that is the moment; else the database's clock is.
"""

DATABASE_CLOCK = "clock_timestamp()"

CLAIM = """
UPDATE mail_delivery SET state = 'claimed', lease = %(lease)s, next_at = %(lease_ends)s
FROM (
    SELECT waiting.id, waiting.next_at FROM mail_delivery waiting
    LEFT JOIN mail_mailbox mailbox ON mailbox.id = waiting.mailbox_id
    WHERE waiting.state IN ('queued', 'claimed') AND waiting.next_at <= %(now)s
        AND coalesce(mailbox.sending_paused_why, '') = ''
    ORDER BY waiting.next_at, waiting.id LIMIT %(limit)s
    FOR UPDATE OF waiting SKIP LOCKED
) due
WHERE mail_delivery.id = due.id
RETURNING due.next_at, due.id"""

BEGIN = """
WITH moment AS (SELECT coalesce(%(now)s::timestamptz, clock_timestamp()) AS now),
mine AS (
    SELECT claimed.id, moment.now FROM moment, mail_delivery claimed
    WHERE claimed.id = %(id)s AND claimed.lease = %(lease)s AND claimed.state = 'claimed'
        AND claimed.next_at > moment.now + make_interval(secs => %(margin)s)
        AND (claimed.expires_at IS NULL OR claimed.expires_at > moment.now)
        AND NOT EXISTS (
            SELECT FROM mail_suppression stop
            WHERE lower(stop.address) = lower(claimed.recipient) AND stop.lifted_at IS NULL
                AND (
                    stop.purpose IN ('', claimed.purpose)
                    OR stop.purpose = 'optional' AND claimed.purpose = ANY(%(refusable)s)
                )
                AND NOT (claimed.anyway AND stop.cause = 'bounced')
        )
    FOR NO KEY UPDATE OF claimed
),
begun AS (
    UPDATE mail_delivery
    SET state = 'sending', attempts_made = attempts_made + 1, reason = '',
        next_at = mine.now + make_interval(secs => %(length)s)
    FROM mine WHERE mail_delivery.id = mine.id
    RETURNING mail_delivery.id, attempts_made, mine.now
)
INSERT INTO mail_attempt (delivery_id, number, started_at, outcome, reply)
SELECT id, attempts_made, now, 'started', '' FROM begun
RETURNING id, number, started_at"""

BEGIN_UNLESS_HELD = BEGIN.replace("UPDATE OF claimed", "UPDATE OF claimed SKIP LOCKED")

# Only what is still ours: the mail first, then the attempt, as whoever settles the dead locks them.
ACCEPTED = """
WITH accepted AS (
    UPDATE mail_delivery
    SET state = 'sent', ended_at = coalesce(%(now)s::timestamptz, clock_timestamp()), lease = NULL, reason = ''
    WHERE id = %(delivery)s AND lease = %(lease)s AND state = 'sending'
    RETURNING id, ended_at
)
UPDATE mail_attempt SET outcome = 'sent', finished_at = accepted.ended_at, reply = %(reply)s
FROM accepted WHERE mail_attempt.id = %(attempt)s AND mail_attempt.delivery_id = accepted.id"""
