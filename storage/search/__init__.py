"""Finding records by what is known of somebody. Core statements, few round trips: it is the hot path."""
