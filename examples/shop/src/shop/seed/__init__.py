"""A shop full of believable orders, the same ones every time."""
