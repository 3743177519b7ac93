"""The shop's read endpoints as everyone writes them: plain SQLAlchemy, entities, `response_model`.

It answers what `examples/shop` answers, from the same tables, and knows nothing of taskbound.
"""
