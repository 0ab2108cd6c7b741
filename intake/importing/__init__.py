"""Moving a client base in: files of any kind to rows, rows to records, records to the database.

Reading is pure and runs in a process of its own (worker.py), which may starve without harm; running.py is
the one that writes.
"""
