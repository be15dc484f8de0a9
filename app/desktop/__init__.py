"""The desktop app: one window that replays the history; the only package that knows Qt."""
