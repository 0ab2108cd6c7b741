"""Everything that can be asked for: one module a screen.

Each has `routes` and, where it pushes live updates, `register(app)`.
"""

from web import api, live
from web.pages import (
    cards,
    cards_edit,
    cards_new,
    desk,
    exports,
    find,
    health,
    imports,
    inquiries,
    inquiries_do,
    interests,
    lists,
    me,
    phone,
    pops,
    settings,
    settings_edit,
    signin,
    tasks,
    wizard,
    wizard_accept,
    wizard_out,
)

SCREENS = (
    signin,
    desk,
    inquiries,
    inquiries_do,
    exports,
    imports,
    lists,
    cards,
    cards_edit,
    cards_new,
    interests,
    tasks,
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
