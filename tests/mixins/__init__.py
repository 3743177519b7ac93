"""What models inherit."""
