"""The composition: everything wired together and kept running."""
