"""The SMTP receiver: letters that are brought to us. It takes in for our own addresses, relays none."""
