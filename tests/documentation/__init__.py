"""The documentation: every command, setting and message in it is real, and the site works in a browser without a network."""
