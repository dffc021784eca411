"""The demo company and mass data: a generator of history that obeys the same rules as the actions.

`loading` is where to begin reading; `life` is what happens to one ticket.
"""
