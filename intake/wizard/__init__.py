"""The wizard: search data, accept request. Screens, the API and the rules walk the same two functions."""
