"""Pure: from what people type and machines send to keys that can be compared. No I/O, no clock."""
