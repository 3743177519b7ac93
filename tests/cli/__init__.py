"""The command `taskbound`, as people call it."""
