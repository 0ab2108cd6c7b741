"""What every test may use, and how properties are tried out."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.real.fixtures", "tests.databases", "tests.site", "tests.telephones", "tests.service"]

# The gate tries the same examples every time: a change is refused for what it broke, not for its luck.
settings.register_profile("gate", derandomize=True, deadline=None, database=None, max_examples=100)
# `make explore` tries new ones, many, and remembers what it found
settings.register_profile(
    "explore", deadline=None, max_examples=5000, print_blob=True, suppress_health_check=list(HealthCheck)
)
settings.load_profile("gate")
