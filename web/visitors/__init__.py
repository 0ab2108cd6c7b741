"""What visitors of the company's site see and send: the only pages that nobody signs in to."""
