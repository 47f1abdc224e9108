"""What a recording makes of answers."""
