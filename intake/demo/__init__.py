"""A world to look at without any of one's own: a PBX that keeps ringing, companies and people that call."""
