"""Who can change a follow-up, and how."""
