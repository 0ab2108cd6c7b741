"""Letters that go out: how they are written, whom they may go to, and how they are handed to a server."""
