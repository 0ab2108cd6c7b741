"""Web forms: what visitors send, read and judged; nothing here stores or answers."""
