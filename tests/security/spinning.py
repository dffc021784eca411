"""Functions as a hostile mail would have them; a process of its own imports nothing else with them."""


def for_ever(raw: bytes) -> None:
    while True:
        pass


def more_and_more(raw: bytes) -> None:
    held = []
    while True:
        held.append(bytes(1_000_000))


def what_runs(raw: bytes) -> object:
    return exec  # whoever unpacks it could be made to call it
