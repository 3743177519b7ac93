"""What the shop answers over HTTP, one router a noun."""
