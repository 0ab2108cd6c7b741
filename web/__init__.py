"""What people and programs see: pages, live updates, the API."""
