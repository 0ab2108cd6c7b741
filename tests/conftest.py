"""What every test may use."""

pytest_plugins = ["tests.real.fixtures", "tests.databases", "tests.site", "tests.service"]
