"""The shop under load: `serving.py` runs one shop in a process, `requests.py` asks it, `load.py` counts."""
