"""The recorder as the app sees it: a process of its own that outlives the window."""
