"""Mailboxes by IMAP (RFC 3501): letters as facts, in order, each until it is stored."""
