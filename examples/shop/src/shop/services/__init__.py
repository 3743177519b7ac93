"""The rules of the shop. A service works on the session it is given, and never commits."""
