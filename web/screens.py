"""Everything that can be asked for: one module a screen.

Each has `routes` and, where it pushes live updates, `register(app)`.
"""

from web import api, live
from web.pages import (
    desk,
    find,
    health,
    me,
    phone,
    pops,
    settings,
    settings_edit,
    signin,
    wizard,
    wizard_accept,
    wizard_out,
)

SCREENS = (
    signin,
    desk,
    find,
    pops,
    phone,
    me,
    live,
    api,
    health,
    wizard,
    wizard_accept,
    wizard_out,
    settings,
    settings_edit,
)
