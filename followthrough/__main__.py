"""`followthrough`, and `python -m followthrough` where the script is not on the path."""

from api.cli import main

if __name__ == "__main__":
    main(prog_name="followthrough")
