"""The frozen records that steps pass on to each other. They derive values and do no I/O."""
