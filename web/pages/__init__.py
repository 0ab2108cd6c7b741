"""One file a screen; each ends in `routes`, which web/app.py puts together."""
