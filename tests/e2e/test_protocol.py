"""The socket: Varlink spoken by hand, by netcat, and by those who mean no good. Nobody else notices."""

import json
import os
import socket
import subprocess
import time

import pytest

from harness import INTERFACE, ROOT, wait_for
from wire import Connection, VarlinkError, connects, varlink

MIB = 1024 * 1024
TEXT = (ROOT / "include" / "pacer" / "org.pacer.Pacer.varlink").read_text()


@pytest.fixture
def served(world):
    world.start(at="2026-11-30 08:00")
    return world


def netcat(world, message):
    run = subprocess.run(["nc", "-U", "-N", str(world.socket)], input=message, stdout=subprocess.PIPE, timeout=20, check=True)
    assert run.stdout.endswith(b"\0")
    return json.loads(run.stdout[:-1])


def test_ten_lines_with_netcat(served):
    info = netcat(served, b'{"method":"org.varlink.service.GetInfo"}\0')["parameters"]
    assert set(info) == {"vendor", "product", "version", "url", "interfaces"}
    assert info["interfaces"] == ["org.varlink.service", INTERFACE]
    served.enroll()
    today = netcat(served, b'{"method":"org.pacer.Pacer.Today"}\0')["parameters"]
    assert [s["id"] for s in today["sessions"]] == ["w01-mo"]


def test_interface_is_the_text_in_the_tree(served):
    reply = varlink(served.socket, "org.varlink.service.GetInterfaceDescription", {"interface": INTERFACE})
    assert reply["description"] == TEXT


def test_socket_is_private(served):
    assert os.stat(served.socket).st_mode & 0o777 == 0o600
    assert os.stat(served.socket.parent).st_mode & 0o777 == 0o700
    assert os.stat(served.database).st_mode & 0o777 == 0o600
    assert os.stat(served.database.parent).st_mode & 0o777 == 0o700


@pytest.mark.parametrize("method, parameters, error, fields", [
    ("org.pacer.Pacer.Dance", {}, "org.varlink.service.MethodNotFound", {"method": "Dance"}),
    ("org.example.Other.Today", {}, "org.varlink.service.InterfaceNotFound", {"interface": "org.example.Other"}),
    ("org.pacer.Pacer.Move", {}, "org.varlink.service.InvalidParameter", {"parameter": "to"}),
    ("org.pacer.Pacer.Week", {"week": "two"}, "org.varlink.service.InvalidParameter", {"parameter": "week"}),
    ("org.pacer.Pacer.Today", {"colour": "red"}, "org.varlink.service.InvalidParameter", {"parameter": "colour"}),
    ("org.pacer.Pacer.Watch", {}, "org.varlink.service.ExpectedMore", None),
    ("org.pacer.Pacer.Why", {"session": "w99-xx"}, "org.pacer.Pacer.NoSuchSession", None),
    ("org.varlink.service.GetInterfaceDescription", {"interface": "org.example.Other"}, "org.varlink.service.InterfaceNotFound", None),
])
def test_wrong_calls(served, method, parameters, error, fields):
    served.enroll()
    with pytest.raises(VarlinkError) as caught:
        varlink(served.socket, method, parameters)
    assert caught.value.error == error
    if fields is not None:
        assert {k: v.rsplit(".", 1)[-1] if k == "method" else v for k, v in caught.value.parameters.items()} == fields
    assert served.call("Today")


def test_pipelined_calls_are_answered_in_order(served):
    with Connection(served.socket) as connection:
        for _ in range(50):
            connection.send("org.varlink.service.GetInfo")
            connection.send(f"{INTERFACE}.Today")
            connection.send(f"{INTERFACE}.Dance")
        for _ in range(50):
            assert "vendor" in connection.receive()["parameters"]
            assert "date" in connection.receive()["parameters"]
            assert "error" in connection.receive()


def test_message_byte_by_byte(served):
    with Connection(served.socket) as connection:
        for byte in b'{"method":"org.varlink.service.GetInfo"}\0':
            connection.send_bytes(bytes([byte]))
        assert connection.receive()["parameters"]["product"]


def test_oneway_gets_no_reply(served):
    with Connection(served.socket) as connection:
        connection.send("org.varlink.service.GetInfo", oneway=True)
        connection.send(f"{INTERFACE}.Today")
        assert "date" in connection.receive()["parameters"]


def padded(size):
    """A valid call of exactly so many bytes."""
    head, tail = b'{"method":"org.varlink.service.GetInfo"', b"}"
    return head + b" " * (size - len(head) - len(tail)) + tail


def test_largest_message(served):
    with Connection(served.socket) as connection:
        connection.send_bytes(padded(MIB) + b"\0")
        assert connection.receive()["parameters"]["product"]


def hostile():
    yield "one byte too large", padded(MIB + 1) + b"\0"
    yield "no end", b"x" * (2 * MIB)
    yield "garbage", b"\xff\xfe hello\0"
    yield "no object", b"[1,2,3]\0"
    yield "empty", b"\0"
    yield "bare text", b'"GetInfo"\0'
    yield "no method", b'{"parameters":{}}\0'
    yield "method is a number", b'{"method":7}\0'
    yield "parameters are a list", b'{"method":"org.pacer.Pacer.Today","parameters":[]}\0'
    yield "deep", b'{"method":"org.pacer.Pacer.Today","parameters":' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}\0"
    yield "very deep", b"[" * 200000 + b"\0"
    yield "twice the same key", b'{"method":"org.pacer.Pacer.Today","method":"org.pacer.Pacer.Next"}\0'
    yield "NUL in a string", b'{"method":"org.pacer.Pacer.Why","parameters":{"session":"a\\u0000b"}}\0'
    yield "bad UTF-8", b'{"method":"org.pacer.Pacer.Why","parameters":{"session":"\xc3("}}\0'
    yield "huge number", b'{"method":"org.pacer.Pacer.Week","parameters":{"week":99999999999999999999}}\0'


@pytest.mark.parametrize("data", [pytest.param(data, id=name) for name, data in hostile()])
def test_garbage(served, data):
    """It gets an error or the door; the one beside it is served on, and so is the next."""
    with Connection(served.socket) as beside, Connection(served.socket) as rude:
        try:
            rude.send_bytes(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        reply = rude.receive()
        assert reply is None or "error" in reply, reply
        beside.send(f"{INTERFACE}.Today")
        assert "date" in beside.receive()["parameters"]
    assert served.call("Today") and served.daemon.alive()


def test_started_message_has_five_seconds(served):
    with Connection(served.socket) as slow, Connection(served.socket) as idle:
        slow.send_bytes(b'{"method":')
        begin = time.monotonic()
        assert slow.receive() is None, "the door"
        assert time.monotonic() - begin > 4
        idle.send(f"{INTERFACE}.Today")
        assert idle.receive(), "who said nothing may wait for ever"


def test_65th_connection(served):
    connections = [Connection(served.socket) for _ in range(64)]
    try:
        for connection in connections:
            connection.send("org.varlink.service.GetInfo")
            assert connection.receive()
        with Connection(served.socket) as one_more:
            try:
                one_more.send("org.varlink.service.GetInfo")
            except OSError:
                pass
            reply = one_more.receive()
            assert reply is None or "error" in reply, reply
        connections[0].send(f"{INTERFACE}.Today")
        assert connections[0].receive(), "those inside are served on"
        connections.pop().close()
        wait_for(lambda: answers(served), "a place is free again")
    finally:
        for connection in connections:
            connection.close()


def answers(world):
    try:
        return varlink(world.socket, "org.varlink.service.GetInfo")
    except (AssertionError, OSError):
        return None


def test_another_user_is_refused(served):
    """Even when the way to the socket was opened for everybody."""
    for path in (served.root, served.runtime, served.socket.parent):
        path.chmod(0o755)
    served.socket.chmod(0o666)
    run = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "nc", "-U", "-N", str(served.socket)],
                         input=b'{"method":"org.pacer.Pacer.Today"}\0', stdout=subprocess.PIPE, timeout=20)
    assert b"date" not in run.stdout
    assert run.stdout == b"" or json.loads(run.stdout.split(b"\0")[0])["error"] == "org.varlink.service.PermissionDenied"
    assert served.call("Today")


def test_reader_that_never_reads(served):
    """Asks for much and takes nothing: cut off, and the others are served."""
    with Connection(served.socket) as deaf:
        deaf.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        call = json.dumps({"method": f"{INTERFACE}.ShowPlan", "parameters": {"plan": "customer-service-18"}}).encode() + b"\0"

        def cut_off():
            try:
                deaf.socket.sendall(call * 20)
                return False
            except OSError:
                return True
        deaf.socket.settimeout(1)
        wait_for(cut_off, "the daemon cuts it off or stops reading")
        assert served.call("Today")
    assert served.daemon.alive()


def test_peer_that_goes_away_in_the_middle(served):
    for _ in range(30):
        with Connection(served.socket) as connection:
            connection.send(f"{INTERFACE}.Watch", more=True)
        with Connection(served.socket) as connection:
            connection.send(f"{INTERFACE}.Doctor")
        with Connection(served.socket) as connection:
            connection.send_bytes(b'{"method":"org.pac')
    wait_for(lambda: answers(served), "their places are free again")
    served.enroll()
    assert served.call("Today") and connects(served.socket)


def test_independent_client(served):
    """tests/e2e/varlink_client.py shares no code with this harness nor with Pacer."""
    served.enroll()
    run = served.run(["/usr/bin/python3", ROOT / "tests" / "e2e" / "varlink_client.py", served.socket, "org.pacer.Pacer.Today"])
    assert run.returncode == 0, run.stderr
    assert [s["id"] for s in json.loads(run.stdout)["sessions"]] == ["w01-mo"]
