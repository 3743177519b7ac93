"""The watchers: one file a law. They refuse misuse before it reaches a connection."""
