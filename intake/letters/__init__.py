"""Reading letters: pure functions from any bytes to what they say. No I/O, no clock."""
