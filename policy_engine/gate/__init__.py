"""The gate: thresholds, waivers and a baseline turn assessments into a pass or fail, with what would change it."""
