"""BuildKit's history of builds, as Docker Engine serves it; read, never written.

`history.open_history` is the way in. Only `calls` and `lines` know gRPC, only `upgrade` sends the
one POST, and only `messages` and `protobuf` know the wire.
"""
