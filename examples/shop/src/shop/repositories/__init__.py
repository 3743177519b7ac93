"""The statements of the shop, one file a noun. Each takes a session and knows no rule."""
