"""The name that the program is installed by. In a wheel, the rooms lie inside this package."""
