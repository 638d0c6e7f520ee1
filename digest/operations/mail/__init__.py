"""What an operator does with mail: deliver, look, send again, and read what comes back."""
