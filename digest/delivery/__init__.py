"""Send to other machines: calls to monitors over HTTP, and mails over SMTP."""
