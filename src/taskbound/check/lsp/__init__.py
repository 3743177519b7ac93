"""The language server protocol, as far as a checker needs it: messages, what is sent, and the server that sends it."""
