"""Letters that go out: whom they may go to, what they take over, and how they are written. Pure as well."""
