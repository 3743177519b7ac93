class Settings:
    """What the application is told."""

    database_url: str = "sqlite:///stock.db"


settings = Settings()
