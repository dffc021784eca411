#!/usr/bin/env python3
"""Everything a contributor runs: python3 dev.py run | test | check | faults | bench. Standard library only.

It makes `.venv` once, stamped with the hash of the lock file, installs what the lock file names, and goes on in there.
"""

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time

COMMANDS = {
    "run": "start it, with the demo company",
    "test": "the tests, browser journeys included",
    "check": "format, lint, types, templates, translations, migrations",
    "faults": "the slow tests: kills, outages, every permission, every theme",
    "bench": "the figures",
}
CHECKOUT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(CHECKOUT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCK = os.path.join(CHECKOUT, "requirements.lock")
STAMP = os.path.join(VENV, "installed")
ROOM = 1_000_000_000


def main():
    """Refuse what can't work, see to the environment, then do what was asked for."""
    if sys.version_info < (3, 11):
        refuse_python()
    given = sys.argv[1:]
    if not given or given[0] not in COMMANDS:
        print("Usage: python3 dev.py COMMAND\n")
        for name, does in COMMANDS.items():
            print(f"  {name:8}{does}")
        sys.exit(0 if given[:1] in (["help"], ["--help"], ["-h"]) else 2)
    os.chdir(CHECKOUT)
    try:
        install()
    except KeyboardInterrupt:
        sys.exit("\nStopped. The next start goes on where this one was.")
    if os.path.realpath(sys.prefix) != os.path.realpath(VENV):
        os.execv(PYTHON, [PYTHON, os.path.join(CHECKOUT, "dev.py"), *given])
    from config import development

    sys.exit(getattr(development, given[0])(given[1:]))


def refuse_python():
    """Say which Python is needed, and which of those that are here would do."""
    print(f"Followthrough needs Python 3.11 or newer; this is {platform.python_version()}.")
    for name in ("python3.14", "python3.13", "python3.12", "python3.11"):
        if shutil.which(name):
            sys.exit(f"Start it with: {name} dev.py {' '.join(sys.argv[1:])}")
    sys.exit("Install one, for example on Debian or Ubuntu: sudo apt-get install python3.11 python3.11-venv")


def install():
    """Have `.venv` hold exactly what the lock file names; takes no time when it does."""
    with open(LOCK, "rb") as lock:
        wanted = hashlib.sha256(lock.read()).hexdigest()
    if installed() == wanted:
        return
    import fcntl

    with open(__file__) as mine:
        fcntl.flock(mine, fcntl.LOCK_EX)  # Two first starts at once: the second waits, then finds it done.
        if installed() == wanted:
            return
        if not os.access(VENV if os.path.exists(VENV) else CHECKOUT, os.W_OK):
            sys.exit(f"{CHECKOUT} can't be written by you, and its .venv isn't up to date. Use a checkout of your own.")
        free = shutil.disk_usage(CHECKOUT).free
        if free < ROOM:
            sys.exit(f"No disk space: {free // 10**6} MB left in {CHECKOUT}, the libraries need {ROOM // 10**6} MB.")
        began = time.time()
        print("Setting up .venv (the first time this takes about half a minute) …", flush=True)
        works = os.path.exists(PYTHON) and not subprocess.call([PYTHON, "-c", "pass"], stderr=subprocess.DEVNULL)
        uv = shutil.which("uv")
        if importlib.util.find_spec("ensurepip"):
            if not works or subprocess.call([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL):
                run([sys.executable, "-m", "venv", "--clear", VENV])
            pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"]
        elif uv:
            if not works:
                run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV])
            pip = [uv, "pip", "install", "--quiet", "--python", PYTHON]
        else:
            package = f"python3.{sys.version_info.minor}-venv"
            sys.exit(f"This Python can't make virtual environments. Run this once, then again what you ran:\n"
                     f"  {'' if os.geteuid() == 0 else 'sudo '}apt-get install -y {package}")  # fmt: skip
        print("Installing the libraries …", flush=True)
        run([*pip, "--require-hashes", "-r", LOCK])
        with open(STAMP, "w") as stamp:
            stamp.write(wanted)
        print(f"Done in {time.time() - began:.0f} s.", flush=True)


def installed():
    """The hash of the lock file that `.venv` was made from; empty if it is not complete."""
    try:
        with open(STAMP) as stamp:
            return stamp.read() if os.path.exists(PYTHON) else ""
    except OSError:
        return ""


def run(command):
    """Run it, or stop with its exit code and say what it was."""
    code = subprocess.call(command)
    if code:
        print(f"This failed: {' '.join(command)}\nWithout a network or with a full disk it can't work; run it again.")
        sys.exit(code)


if __name__ == "__main__":
    main()
