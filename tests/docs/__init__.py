"""The documentation, run as it is written."""
