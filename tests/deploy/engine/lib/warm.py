"""Keeps LiteLLM imported, and starts gateways from that: each a process of its own, with its own environment, log and folder.

    python warm.py SOCKET

Importing LiteLLM is most of what a start costs, and the tests of backup and upgrade make two dozen. What is imported knows
no more of an installation than a few settings: which variables it has read is noted, and an installation that has another
value for one of them is refused; then the engine starts the gateway in the ordinary way.

A request is one line of JSON: environment, folder, log, migrate (a command) and args. The answer is {"pid": …} or
{"differs": [names]}. Without a request it ends after twenty minutes.
"""

import gc
import json
import os
import re
import signal
import socket
import subprocess
import sys

# Read all at once, by their names, by libraries that look for settings of their own.
FAMILIES = re.compile(r"_proxy$|^(FASTMCP|MCP)_", re.IGNORECASE)
# Read for the address of a login form that no test opens.
NO_MATTER = {"PROXY_BASE_URL"}


def import_litellm():
    """The names that importing has read, the environment before, and what it has set in it."""
    before = dict(os.environ)
    read = set()
    kind = type(os.environ)
    get = kind.__getitem__

    def noting(self, name):
        # Not when it goes through all of them, looking for the families.
        if sys._getframe(1).f_code.co_name != "__iter__":
            read.add(name)
        return get(self, name)

    kind.__getitem__ = noting
    import litellm.proxy.proxy_cli
    import litellm.proxy.proxy_server  # noqa: F401

    kind.__getitem__ = get
    return read, before, {name: value for name, value in os.environ.items() if before.get(name) != value}


def differing(read, before, environment):
    names = (read - NO_MATTER) | {name for name in (*before, *environment) if FAMILIES.search(name)}
    return sorted(name for name in names if before.get(name) != environment.get(name))


def next_child(listener, read, before):
    """Answers requests; returns one in each process that is to run it."""
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rw") as stream:
            request = json.loads(stream.readline())
            differs = differing(read, before, request["environment"])
            child = None if differs else os.fork()
            if child == 0:
                return request
            json.dump({"differs": differs} if differs else {"pid": child}, stream)


def become(request, made):
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(request["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update({**request["environment"], **made})
    print("LiteLLM: migrating the database", flush=True)
    subprocess.run(request["migrate"], check=True)
    sys.argv = ["litellm", *request["args"]]


def main():
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(sys.argv[1])
        listener.listen(8)
        read, before, made = import_litellm()
        gc.collect()
        gc.freeze()
        # Nobody waits for those that were started here.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        listener.settimeout(1200)
        try:
            request = next_child(listener, read, before)
        except TimeoutError:
            return
    become(request, made)
    from litellm import run_server

    sys.exit(run_server())


main()
