"""Run by the schedule in the foreground, with uploads and mails in the background."""
