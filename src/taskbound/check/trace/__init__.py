"""Function bodies as trees of events, with the kinds of all values in them.

`events` are what rules read; `Trace` is one function's; `walk` goes over all events of one; `flow` runs a
state through them along every path. `lower` makes the tree; the other modules say what single expressions
are.
"""
