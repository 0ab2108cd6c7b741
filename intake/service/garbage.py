"""Python's search for cyclic garbage, fitted to a service that makes little of it."""

import gc

LOOKED_AFTER = 10_000  # objects made and not freed; Python's 700 cost a search among names 8 % of its time


def look_no_more_at_what_stays() -> None:
    """To be called when all is set up. Modules, mappings and templates stay until the end: looked through for
    garbage each time, they would hold up everything for a tenth of a second, every few minutes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(LOOKED_AFTER, *gc.get_threshold()[1:])
