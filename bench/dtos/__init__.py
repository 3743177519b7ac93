"""What the reads answer: the same types once for each library."""
