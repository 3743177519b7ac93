"""What people do every day with async SQLAlchemy, done through `TaskSession` on every driver."""
