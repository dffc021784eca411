"""Who can change a ticket, and how: one module for each noun."""
