"""The command line: arguments, printing and exit statuses; one module per command."""
