"""Asterisk through its Manager Interface (AMI)."""
