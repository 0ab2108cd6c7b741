"""Messengers: what platforms tell us, verified and read, and what we say to them; nothing here stores."""
