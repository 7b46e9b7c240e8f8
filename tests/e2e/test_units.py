"""What `make install` puts where, and what systemd, desktops and icon themes say about it."""

import configparser
import os
import re
import shlex
import stat
import subprocess

import pytest

import harness

# With PREFIX=/usr: mode and place of every file, and of no other.
REGIONS = "AT BE CA CH DE ES FR GB-ENG IE IT NL PL PT RO SE US".split()
EXPECTED = {
    "usr/bin/pacer": 0o755,
    "usr/bin/pacerd": 0o755,
    "usr/lib/systemd/user/pacerd.socket": 0o644,
    "usr/lib/systemd/user/pacerd.service": 0o644,
    "usr/share/applications/pacer.desktop": 0o644,
    "usr/share/icons/hicolor/scalable/apps/pacer.svg": 0o644,
    "usr/share/icons/hicolor/symbolic/apps/pacer-symbolic.svg": 0o644,
    **{f"usr/share/pacer/plans/{path.name}": 0o644 for path in (harness.ROOT / "plans").glob("*.ics")},
    **{f"usr/share/pacer/holidays/{region}.ics": 0o644 for region in REGIONS},
    "usr/share/bash-completion/completions/pacer": 0o644,
    "usr/share/zsh/site-functions/_pacer": 0o644,
    "usr/share/fish/vendor_completions.d/pacer.fish": 0o644,
    "usr/share/man/man1/pacer.1": 0o644,
    "usr/share/man/man1/pacerd.1": 0o644,
    "usr/share/man/man5/pacer-plan.5": 0o644,
    "usr/share/doc/pacer/LICENSE": 0o644,
    "usr/share/doc/pacer/README.md": 0o644,
    "usr/share/doc/pacer/pacerd-sandbox.conf": 0o644,
    "etc/xdg/autostart/pacerd-autostart.desktop": 0o644,
}
# Where things are looked for when PREFIX is not /usr: unit, autostart entry.
PLACES = {
    "/usr": ("usr/lib/systemd/user", "etc/xdg/autostart"),
    "/usr/local": ("usr/local/lib/systemd/user", "etc/xdg/autostart"),
    "/opt/pacer": ("opt/pacer/lib/systemd/user", "opt/pacer/etc/xdg/autostart"),
    "/home/ann/.local": ("home/ann/.local/share/systemd/user", "home/ann/.config/autostart"),
}
EXPOSURE_MAX = 65  # systemd-analyze security: tenths; what a user unit reaches without extra privileges is 61
EXPOSURE_SANDBOX_MAX = 45


def make(scratch, *words):
    """install.mk by itself: the programs are built already, and what it makes stays out of the build directory of others."""
    build = scratch / "build"
    if not build.exists():
        build.mkdir()
        for program in ("pacerd", "pacer"):
            os.symlink(harness.BUILD / program, build / program)
    environment = {"PATH": os.environ["PATH"], "HOME": "/home/ann"}
    done = subprocess.run(["make", "-f", "systemd/install.mk", f"B={build}", f"MAN_BUILD={scratch / 'man'}", *words],
                          cwd=harness.ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def files_below(root):
    return {str(path.relative_to(root)): stat.S_IMODE(path.stat().st_mode) for path in root.rglob("*") if not path.is_dir()}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("units")


@pytest.fixture(scope="module")
def installed(scratch):
    """A tree whose programs really are where the units say: PREFIX is inside it."""
    make(scratch, "install", f"PREFIX={scratch}/usr", f"SYSCONFDIR={scratch}/etc")
    return scratch


def test_install_puts_each_file_once_and_uninstall_takes_all_of_them(tmp_path):
    root = tmp_path / "root"
    make(tmp_path, "install", f"DESTDIR={root}", "PREFIX=/usr")
    assert files_below(root) == EXPECTED
    for path in root.rglob("*"):
        if path.suffix in (".service", ".desktop"):
            assert "@" not in path.read_text().replace("@system-service", ""), path
            assert str(tmp_path) not in path.read_text(), path
    make(tmp_path, "uninstall", f"DESTDIR={root}", "PREFIX=/usr")
    assert files_below(root) == {}
    assert not (root / "usr/share/pacer").exists() and not (root / "usr/share/doc/pacer").exists()
    make(tmp_path, "uninstall", f"DESTDIR={root}", "PREFIX=/usr")  # twice is fine


def test_uninstall_leaves_what_others_put_there(tmp_path):
    root = tmp_path / "root"
    make(tmp_path, "install", f"DESTDIR={root}", "PREFIX=/usr")
    other = root / "usr/share/pacer/plans/night-shift-6.ics"
    other.write_text("BEGIN:VCALENDAR\r\n")
    make(tmp_path, "uninstall", f"DESTDIR={root}", "PREFIX=/usr")
    assert files_below(root) == {"usr/share/pacer/plans/night-shift-6.ics": stat.S_IMODE(other.stat().st_mode)}


@pytest.mark.parametrize("prefix", PLACES)
def test_units_and_autostart_lie_where_sessions_look(tmp_path, prefix):
    root = tmp_path / "root"
    make(tmp_path, "install", f"DESTDIR={root}", f"PREFIX={prefix}")
    units, autostart = PLACES[prefix]
    assert {"pacerd.socket", "pacerd.service"} == set(os.listdir(root / units))
    assert "pacerd-autostart.desktop" in os.listdir(root / autostart)
    assert f"ExecStart={prefix}/bin/pacerd\n" in (root / units / "pacerd.service").read_text()
    make(tmp_path, "uninstall", f"DESTDIR={root}", f"PREFIX={prefix}")
    assert files_below(root) == {}


def test_a_prefix_with_a_blank_is_refused_before_anything_is_written(tmp_path):
    done = subprocess.run(["make", "-f", "systemd/install.mk", "uninstall", f"DESTDIR={tmp_path}/a b", "PREFIX=/usr"],
                          cwd=harness.ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "must not contain blanks" in done.stderr


def analyze(*words, runtime):
    environment = {"PATH": os.environ["PATH"], "HOME": str(runtime), "XDG_RUNTIME_DIR": str(runtime)}
    return subprocess.run(["systemd-analyze", "--man=no", *words], env=environment, capture_output=True, text=True, timeout=60)


def unit_with_sandbox(installed, directory):
    """The service as it is with the optional drop-in."""
    units = installed / "usr/lib/systemd/user"
    for unit in ("pacerd.service", "pacerd.socket"):
        (directory / unit).write_text((units / unit).read_text())
    with open(directory / "pacerd.service", "a", encoding="utf-8") as service:
        service.write((harness.ROOT / "systemd/pacerd-sandbox.conf").read_text())
    return directory / "pacerd.service"


def assert_unit_is_sound(unit, runtime):
    """Unknown keys are only told on stderr, with status 0."""
    done = analyze("--user", "verify", str(unit), runtime=runtime)
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.splitlines() if "pacerd" in line or re.search("Unknown key|ignoring", line)], done.stderr


@pytest.mark.parametrize("unit", ["pacerd.service", "pacerd.socket"])
def test_systemd_accepts_the_unit(installed, tmp_path, unit):
    assert_unit_is_sound(installed / "usr/lib/systemd/user" / unit, tmp_path)


def test_systemd_accepts_the_optional_sandbox(installed, tmp_path):
    assert_unit_is_sound(unit_with_sandbox(installed, tmp_path), tmp_path)


def exposure(unit, threshold, runtime):
    return analyze("security", "--offline=true", f"--threshold={threshold}", "--no-pager", str(unit), runtime=runtime)


def test_the_sandbox_is_as_tight_as_a_user_unit_can_be(installed, tmp_path):
    plain = exposure(installed / "usr/lib/systemd/user/pacerd.service", EXPOSURE_MAX, tmp_path)
    assert plain.returncode == 0, plain.stdout[-600:]
    tight = exposure(unit_with_sandbox(installed, tmp_path), EXPOSURE_SANDBOX_MAX, tmp_path)
    assert tight.returncode == 0, tight.stdout[-600:]


def unit_settings(path):
    """key -> values, as systemd reads it: keys may repeat."""
    settings = {}
    for line in path.read_text().splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            settings.setdefault(name, []).append(value)
    return settings


def test_what_the_units_promise(installed):
    units = installed / "usr/lib/systemd/user"
    socket, service = unit_settings(units / "pacerd.socket"), unit_settings(units / "pacerd.service")
    assert socket["ListenStream"] == ["%t/pacer/org.pacer.Pacer"]
    assert (socket["SocketMode"], socket["DirectoryMode"], socket["FileDescriptorName"]) == (["0600"], ["0700"], ["varlink"])
    assert service["ExecStart"] == [f"{installed}/usr/bin/pacerd"]
    expected = {"Type": "notify", "WatchdogSec": "60", "Restart": "on-failure", "Slice": "background.slice", "UMask": "0077",
                "RestrictAddressFamilies": "AF_UNIX", "NoNewPrivileges": "yes"}
    assert {name: service[name] for name in expected} == {name: [value] for name, value in expected.items()}
    # These end a user's service with status 218, or mean another directory than they say.
    assert not {"CapabilityBoundingSet", "AmbientCapabilities", "StateDirectory", "RuntimeDirectory"} & set(service)


def desktop_entry(path):
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read(path)
    return parser["Desktop Entry"]


def desktop_words(value):
    """The words of an Exec= line. Ours use double quotes and none of the characters that would need a backslash in them."""
    assert not re.search(r"[\\$`%]", value)
    return shlex.split(value)


ENTRIES = {"usr/share/applications/pacer.desktop": "pacer", "etc/xdg/autostart/pacerd-autostart.desktop": "pacerd"}


@pytest.mark.parametrize("place", ENTRIES)
def test_desktops_accept_the_entry(installed, place):
    done = subprocess.run(["desktop-file-validate", installed / place], capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    entry = desktop_entry(installed / place)
    assert (entry["Name"], entry["Icon"], entry["X-GNOME-UsesNotifications"]) == ("Pacer", "pacer", "true")
    assert entry["TryExec"] == f"{installed}/usr/bin/{ENTRIES[place]}"


def stand_in(directory, name, status):
    """A program that notes how it was called and ends with status."""
    path = directory / name
    path.write_text(f'#!/bin/sh\necho "{name} $*" >> {directory}/calls\n{status}\n')
    path.chmod(0o755)
    return path


def run_entry(installed, place, tmp_path, **programs):
    """Runs the Exec= of an entry with stand-ins for what it calls; returns the calls in order."""
    for name, status in programs.items():
        stand_in(tmp_path, name, status)
    line = desktop_entry(installed / place)["Exec"].replace(f"{installed}/usr/bin/", f"{tmp_path}/")
    done = subprocess.run(desktop_words(line), env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, input="\n", text=True,
                          capture_output=True, timeout=20)
    return done, (tmp_path / "calls").read_text().splitlines()


def test_a_click_shows_today_and_waits_for_a_key(installed, tmp_path):
    entry = desktop_entry(installed / "usr/share/applications/pacer.desktop")
    assert entry["Terminal"] == "true"
    done, calls = run_entry(installed, "usr/share/applications/pacer.desktop", tmp_path, pacer="exit 3")
    assert calls == ["pacer "]
    assert "Press Enter to close this window." in done.stdout


@pytest.mark.parametrize("systemctl, expected", [
    ("exit 0", ["systemctl --user cat pacerd.service", "systemctl --user start pacerd.service"]),
    ("exit 1", ["systemctl --user cat pacerd.service", "pacerd "]),
])
def test_autostart_prefers_the_service_manager(installed, tmp_path, systemctl, expected):
    done, calls = run_entry(installed, "etc/xdg/autostart/pacerd-autostart.desktop", tmp_path, systemctl=systemctl, pacerd="exit 0")
    assert calls == expected and done.returncode == 0


@pytest.mark.parametrize("icon", ["scalable/apps/pacer.svg", "symbolic/apps/pacer-symbolic.svg"])
@pytest.mark.parametrize("size", [16, 256])
def test_icons_render(installed, tmp_path, icon, size):
    picture = tmp_path / "icon.png"
    drawn = subprocess.run(["rsvg-convert", "-w", str(size), "-h", str(size), "-o", picture,
                            installed / "usr/share/icons/hicolor" / icon], capture_output=True, text=True, timeout=20)
    assert (drawn.returncode, drawn.stderr) == (0, "")
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG") and int.from_bytes(data[16:20], "big") == size
    # Not an empty sheet: a transparent one of this size packs into next to nothing.
    assert len(data) > (150 if size == 16 else 800)
