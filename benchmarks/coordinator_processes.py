"""The processes that coordinator_report.py measures."""
import json
import os
import pathlib
import socket
import subprocess
import sys
import time

PATIENCE_SECONDS = 60
MAKE_CERTIFICATES = (pathlib.Path(__file__).resolve().parent.parent / "deploy" /
                     "make-certificates.sh")


def boot_time():
    """Now, on the clock of coordinator_load."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class ServerProcess:
    """A program that serves on 127.0.0.1 and writes its port to a file."""

    def __init__(self, command, folder):
        port_file = pathlib.Path(folder) / "port"
        port_file.unlink(missing_ok=True)
        # Its own process, so that /proc tells of it alone.
        self.process = subprocess.Popen(
            command + ["--port-file", str(port_file)])
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not port_file.exists() or not port_file.read_text():
            if self.process.poll() is not None:
                sys.exit(f"{command[0]} ended with {self.process.returncode}")
            if time.monotonic() > deadline:
                self.stop()
                sys.exit(f"{command[0]} has not opened its port")
            time.sleep(0.01)
        self.address = f"127.0.0.1:{port_file.read_text().strip()}"

    def status(self, field):
        """A number of /proc/PID/status: VmHWM in kB, Threads."""
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        for line in text.splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1])
        raise KeyError(field)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Access:
    """Certificates and a token, as flags of who serves and of who calls."""

    def __init__(self, etalon, folder):
        folder = pathlib.Path(folder)
        files, tokens = folder / "certificates", folder / "tokens"
        token = folder / "token"
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([str(MAKE_CERTIFICATES), str(files), "--server",
                        "127.0.0.1", "--client", "load"], check=True, **quiet)
        subprocess.run([str(etalon), "token", "create", "load", "--role",
                        "admin", "--tokens", str(tokens), "--output",
                        str(token)], check=True, **quiet)
        ca = str(files / "ca.pem")
        self.server = ("--tls-certificate", str(files / "server.pem"),
                       "--tls-key", str(files / "server.key"),
                       "--tls-client-ca", ca, "--tokens", str(tokens))
        self.caller = ("--tls-ca", ca, "--tls-certificate",
                       str(files / "load.pem"), "--tls-key",
                       str(files / "load.key"), "--token-file", str(token))


class Programs:
    def __init__(self, bin_folder):
        self.bin = pathlib.Path(bin_folder)

    def access(self, folder):
        return Access(self.bin / "etalon", folder)

    def server(self, folder, database, *flags, port=0):
        return ServerProcess(
            [str(self.bin / "etalon-server"), "--listen", f"127.0.0.1:{port}",
             "--database", str(database), "--log-level", "error", *flags],
            folder)

    def nothing_server(self, folder):
        return ServerProcess([str(self.bin / "coordinator_load"),
                              "serve-nothing"], folder)

    def start_load(self, *arguments):
        return subprocess.Popen(
            [str(self.bin / "coordinator_load"), *map(str, arguments)],
            stdout=subprocess.PIPE, text=True)

    @staticmethod
    def result(load):
        out, _ = load.communicate()
        if load.returncode != 0:
            sys.exit(f"{' '.join(load.args)} ended with {load.returncode}")
        return json.loads(out)

    def load(self, *arguments):
        return self.result(self.start_load(*arguments))


def database_bytes(database):
    return sum(os.path.getsize(str(database) + suffix)
               for suffix in ("", "-wal", "-shm")
               if os.path.exists(str(database) + suffix))
