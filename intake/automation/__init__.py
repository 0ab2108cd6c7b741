"""The wizard walked with no hands: rules, who gets the work, rehearsal and replay."""
