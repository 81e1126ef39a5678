"""What the command line does, without the command line: each module can be called from Python and tested without typer."""
