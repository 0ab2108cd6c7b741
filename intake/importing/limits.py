"""How much of a file is looked at. Arguable numbers, in one place."""

MOST_BYTES = 500 * 1024 * 1024  # of an uploaded file
MOST_UNPACKED = 2 * 1024**3  # bytes that an XLSX may become, by its own account
MOST_MEMORY = 3 * 1024**3  # bytes of address space of the process that reads
MOST_SECONDS = 1800  # of processor time of that process
MOST_COLUMNS = 256
MOST_CELL = 32_767  # letters, as in Excel
MOST_LINES = 500  # that one row of a CSV may go over, inside its quotes
MOST_LINE = 1024 * 1024  # letters
MOST_CARD = 4 * 1024 * 1024  # letters of one vCard: photographs are in them
SAMPLE_ROWS = 200  # from which columns are guessed
SHOWN_ROWS = 12  # in the preview
SAMPLE_BYTES = 64 * 1024  # from which an encoding is guessed
