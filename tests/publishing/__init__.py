"""What a release consists of: built the same twice, it works where it is installed."""
