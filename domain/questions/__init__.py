"""Questions to the history and their answers: pure functions over what was recorded."""
