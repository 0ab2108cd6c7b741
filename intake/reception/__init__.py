"""Reception: every fact is written down first, then joined to an inquiry or opens a new one."""

from intake.reception.funnel import Reception
from intake.reception.gaps import RECOVER, CdrSource, recover_gap

__all__ = ["RECOVER", "CdrSource", "Reception", "recover_gap"]
