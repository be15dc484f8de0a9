"""Stand-ins for what the tests cannot bring to misbehave: a container engine over a socket."""
