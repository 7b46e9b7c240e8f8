"""The daemon's socket on its own terms: a Varlink client of a screenful, and who is at the other end."""

import json
import os
import socket
import struct

DEADLINE_S = float(os.environ.get("PACER_TEST_DEADLINE", "20"))


def connects(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
            return True
        except OSError:
            return False


def peer_pid(path):
    """Who listens there; None for nobody."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return None
        return struct.unpack("3i", probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]


class VarlinkError(AssertionError):
    def __init__(self, error, parameters):
        super().__init__(f"{error} {parameters}")
        self.error, self.parameters = error, parameters


class Connection:
    """A Varlink client of a screenful, on the wire's own terms."""

    def __init__(self, path, deadline_s=DEADLINE_S):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(deadline_s)
        self.socket.connect(str(path))
        self.rest = b""

    def send(self, method, parameters=None, **flags):
        self.send_bytes(json.dumps({"method": method, "parameters": parameters or {}, **flags}).encode() + b"\0")

    def send_bytes(self, data):
        self.socket.sendall(data)

    def receive(self):
        """The next message; None when the peer closed."""
        while b"\0" not in self.rest:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self.rest += data
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def varlink(path, method, parameters=None):
    with Connection(path) as connection:
        connection.send(method, parameters)
        reply = connection.receive()
    assert reply is not None, f"the daemon hung up on {method}"
    if "error" in reply:
        raise VarlinkError(reply["error"], reply.get("parameters"))
    return reply.get("parameters", {})
