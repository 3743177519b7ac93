"""Real PostgreSQL, MariaDB and Chromium for the tests, started when a test first asks.

Read `postgresql.py`, `mariadb.py` or `chromium.py` first: each says where its program comes from.
`debian.py` unpacks Debian packages without root, `place.py` finds a folder that a server may use,
`running.py` starts a server through `keeper.py`, which stops it when the test run is gone, and
`databases.py` makes one empty database for each test. `revivable.py` has a server that can be killed and
comes back.
"""
