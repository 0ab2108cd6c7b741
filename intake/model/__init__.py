"""The words of the trade as frozen values. No I/O, no clock, nothing above imports less than this."""
