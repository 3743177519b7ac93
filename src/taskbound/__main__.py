"""`python -m taskbound`, which is the command `taskbound`."""

from taskbound.cli import main

if __name__ == "__main__":
    main()
