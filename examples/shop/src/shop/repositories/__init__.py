"""The statements of the shop, one file a noun.

What is read is a projection of a DTO. Those that stay the same are prepared here, at import, which
finds a field that its model does not fill before the first request does.
"""
