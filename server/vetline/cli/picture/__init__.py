"""The report on accepted code, in the forms that ``vetline report`` writes."""
