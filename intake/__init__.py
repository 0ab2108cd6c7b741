"""Intake: hears every contact from outside and turns it into an interest on the right client."""
