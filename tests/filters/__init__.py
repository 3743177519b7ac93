"""Named filters of models, on every path that reads or writes rows."""
