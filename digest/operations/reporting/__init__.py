"""Put what happened in a run into words: for logs, monitors and public pages."""
