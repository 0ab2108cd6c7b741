"""How the service hears and speaks: one folder or file a kind of connection, each unaware of the others."""
