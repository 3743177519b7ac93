"""The language server protocol, as far as a checker needs it."""
