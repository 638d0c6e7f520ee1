"""Hand mails over to a mail server by SMTP (RFC 5321).

Imported only when a mail is sent, because TLS is slow to load.
"""
