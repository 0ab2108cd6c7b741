"""Cards that are of one party: found by evidence, merged field by field, put back when it was a mistake."""
