"""The frozen records that flow from step to step; they derive values and do no I/O."""
