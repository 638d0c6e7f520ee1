"""The three steps of a run (intake, issue, publish), and the modules that they share."""
