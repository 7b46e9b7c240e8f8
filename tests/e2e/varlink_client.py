"""A Varlink client from the specification (varlink.org: Method Call, Service), with nothing of Pacer in it.

    with Client("/run/user/1000/pacer/org.pacer.Pacer") as client:
        print(client.info()["interfaces"])
        print(client.call("org.pacer.Pacer.Today", date="mon"))
        for reply in client.more("org.pacer.Pacer.Watch"):
            print(reply)

As a program: varlink_client.py SOCKET METHOD [PARAMETERS [more|oneway]], parameters and replies in JSON, one reply a line; exit 1 for an
error reply, which goes to stderr, and 2 for a peer that does not keep to the protocol."""

import json
import socket
import sys


class ProtocolError(Exception):
    """The peer said something that is not Varlink, or hung up in the middle."""


class ErrorReply(Exception):
    """The peer answered with an error."""

    def __init__(self, error, parameters):
        super().__init__(f"{error} {json.dumps(parameters)}")
        self.error = error
        self.parameters = parameters


class Client:
    """One connection. Replies are taken in the order of the calls; several calls may be sent before the first reply is taken."""

    def __init__(self, address, timeout_s=20):
        """address: a path, unix:PATH, or unix:@NAME for an abstract socket."""
        path = str(address).removeprefix("unix:").split(";")[0]
        self._stream = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._stream.settimeout(timeout_s)
        self._stream.connect("\0" + path[1:] if path.startswith("@") else path)
        self._unread = bytearray()

    def close(self):
        self._stream.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, method, parameters=None, **flags):
        """flags: more, oneway, upgrade."""
        message = {"method": method}
        if parameters:
            message["parameters"] = parameters
        message.update({name: True for name, on in flags.items() if on})
        self._stream.sendall(json.dumps(message, ensure_ascii=False, allow_nan=False).encode("utf-8") + b"\0")

    def receive(self):
        """The next reply as (parameters, continues)."""
        reply = self._message()
        if not isinstance(reply, dict) or not reply.keys() <= {"parameters", "continues", "error"}:
            raise ProtocolError(f"not a reply: {reply!r}")
        parameters, continues, error = reply.get("parameters", {}), reply.get("continues", False), reply.get("error")
        if not isinstance(parameters, dict) or not isinstance(continues, bool) or (error is not None and continues):
            raise ProtocolError(f"not a reply: {reply!r}")
        if error is not None:
            if not isinstance(error, str) or "." not in error:
                raise ProtocolError(f"not the name of an error: {error!r}")
            raise ErrorReply(error, parameters)
        return parameters, continues

    def call(self, method, **parameters):
        """One call, one reply."""
        self.send(method, parameters)
        reply, continues = self.receive()
        if continues:
            raise ProtocolError(f"{method} goes on, but more was not asked for")
        return reply

    def more(self, method, **parameters):
        """One call, all its replies as they come. To stop a stream that does not end, close the client."""
        self.send(method, parameters, more=True)
        continues = True
        while continues:
            reply, continues = self.receive()
            yield reply

    def oneway(self, method, **parameters):
        """A call that gets no reply, not even an error."""
        self.send(method, parameters, oneway=True)

    def info(self):
        """vendor, product, version, url, interfaces."""
        return self.call("org.varlink.service.GetInfo")

    def description(self, interface):
        """The interface's text."""
        return self.call("org.varlink.service.GetInterfaceDescription", interface=interface)["description"]

    def _message(self):
        while (end := self._unread.find(0)) < 0:
            data = self._stream.recv(65536)
            if not data:
                raise ProtocolError(f"the peer hung up with {len(self._unread)} bytes of a message sent")
            self._unread += data
        message = bytes(self._unread[:end])
        del self._unread[:end + 1]
        try:
            return json.loads(message.decode("utf-8"), object_pairs_hook=_no_duplicates)
        except ValueError as problem:
            raise ProtocolError(f"not JSON: {problem}: {message[:80]!r}") from problem


def _no_duplicates(pairs):
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise ValueError(f"a key stands twice in {pairs!r}")
    return keys


def main(arguments):
    if not 2 <= len(arguments) <= 4 or arguments[3:] not in ([], ["more"], ["oneway"]):
        print(__doc__, file=sys.stderr)
        return 2
    address, method = arguments[:2]
    parameters = json.loads(arguments[2]) if len(arguments) > 2 else {}
    try:
        with Client(address) as client:
            if arguments[3:] == ["oneway"]:
                client.oneway(method, **parameters)
            elif arguments[3:] == ["more"]:
                for reply in client.more(method, **parameters):
                    print(json.dumps(reply), flush=True)
            else:
                print(json.dumps(client.call(method, **parameters)))
    except ErrorReply as reply:
        print(json.dumps({"error": reply.error, "parameters": reply.parameters}), file=sys.stderr)
        return 1
    except (ProtocolError, OSError) as problem:
        print(f"varlink_client.py: {address}: {problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
