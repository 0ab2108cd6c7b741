"""Messengers' platforms of the demonstration and of the tests: servers of ours on 127.0.0.1 that behave as
the real ones do, so far as a bot sees them."""
