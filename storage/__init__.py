"""Records and how they are kept: SQLite by default, PostgreSQL when it outgrows one machine."""
