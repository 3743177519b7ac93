"""From a URL to an `AsyncEngine`: the driver, the pool, and SQLite's settings."""
