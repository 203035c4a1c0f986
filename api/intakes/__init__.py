"""The intake as it runs: uploads, and the process beside the server that reads articles."""
