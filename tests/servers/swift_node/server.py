"""OpenStack Swift with its S3 face on one machine: `server.py FOLDER PORT SECRET`.

Runs in Swift's own environment. It writes rings and settings, imports Swift once, and forks the proxy and the
account, container and object servers on loopback ports. The access key is `portal:app`.
"""

import os
import pwd
import signal
import sys
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")

FOLDER, PORT, SECRET = Path(sys.argv[1]).resolve(), int(sys.argv[2]), sys.argv[3]
SETTINGS = FOLDER / "etc"
SERVERS = {"object": 1, "container": 2, "account": 3}
COMMON = f"""[DEFAULT]
bind_ip = 127.0.0.1
swift_dir = {SETTINGS}
devices = {FOLDER / "srv"}
mount_check = false
log_level = WARNING
log_address = /dev/null
user = {pwd.getpwuid(os.getuid()).pw_name}
workers = 0
disable_fallocate = true
"""
PIPELINE = "catch_errors gatekeeper healthcheck memory listing_formats bulk s3api tempauth slo dlo versioned_writes symlink"
MEMORY = "paste.filter_factory = swift_memory:filter_factory"
OPTIONS = {
    "memory": MEMORY,
    "s3api": "use = egg:swift#s3api\nlocation = us-east-1\ns3_acl = false",
    "tempauth": f"use = egg:swift#tempauth\nuser_portal_app = {SECRET} .admin",
    "versioned_writes": "use = egg:swift#versioned_writes\nallow_object_versioning = true",
}


def write_settings():
    for place in (SETTINGS, FOLDER / "srv" / "d1", FOLDER / "cache"):
        place.mkdir(parents=True, exist_ok=True)
    (SETTINGS / "swift.conf").write_text(
        "[swift-hash]\nswift_hash_path_prefix = a\nswift_hash_path_suffix = b\n"
        "[storage-policy:0]\nname = Policy-0\ndefault = yes\n"
    )
    for name, offset in SERVERS.items():
        (SETTINGS / f"{name}-server.conf").write_text(
            f"{COMMON}bind_port = {PORT + offset}\n[pipeline:main]\npipeline = {name}-server\n"
            f"[app:{name}-server]\nuse = egg:swift#{name}\nrecon_cache_path = {FOLDER / 'cache'}\n"
            "eventlet_tpool_num_threads = 2\n"
        )
    filters = "".join(
        f"[filter:{name}]\n{OPTIONS.get(name, f'use = egg:swift#{name}')}\n" for name in PIPELINE.split()
    )
    (SETTINGS / "proxy-server.conf").write_text(
        f"{COMMON}bind_port = {PORT}\n[pipeline:main]\npipeline = {PIPELINE} proxy-server\n"
        "[app:proxy-server]\nuse = egg:swift#proxy\nallow_account_management = true\n"
        "account_autocreate = true\nobject_chunk_size = 1048576\nclient_chunk_size = 1048576\n" + filters
    )


def point_swift_here():
    """Swift looks for its own settings in one fixed place; tell it of ours before anything reads them."""
    from swift.common import constraints, storage_policy, utils
    from swift.common.utils import config

    ours = {
        "SWIFT_CONF_FILE": str(SETTINGS / "swift.conf"),
        "HASH_PATH_PREFIX": b"a",
        "HASH_PATH_SUFFIX": b"b",
    }
    for module in (utils, config, constraints, storage_policy):
        for name, value in ours.items():
            if hasattr(module, name):
                setattr(module, name, value)
    constraints.reload_constraints()
    storage_policy.reload_storage_policies()


def write_rings():
    from swift.common.ring import RingBuilder

    for name, offset in SERVERS.items():
        builder = RingBuilder(4, 1, 0)
        place = {"ip": "127.0.0.1", "port": PORT + offset, "device": "d1", "weight": 1.0, "meta": ""}
        again = {"replication_ip": "127.0.0.1", "replication_port": PORT + offset}
        builder.add_dev({"id": 0, "region": 1, "zone": 1, **place, **again})
        builder.rebalance()
        builder.get_ring().save(str(SETTINGS / f"{name}.ring.gz"))


def serve(name):
    from swift.common import wsgi
    from swift.obj.server import global_conf_callback

    more = (
        {"global_conf_callback": global_conf_callback, "allow_modify_pipeline": False}
        if name == "object"
        else {}
    )
    sys.exit(wsgi.run_wsgi(str(SETTINGS / f"{name}-server.conf"), f"{name}-server", **more))


def main():
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    write_settings()
    os.environ["SWIFT_DIR"] = str(SETTINGS)
    point_swift_here()
    write_rings()
    import swift.account.server
    import swift.container.server
    import swift.obj.server
    import swift.proxy.server  # noqa: F401  (import once, fork after)

    children = []
    for name in (*SERVERS, "proxy"):
        child = os.fork()
        if not child:
            serve(name)
        children.append(child)

    def stop(*_):
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                continue
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    os.wait()
    stop()


if __name__ == "__main__":
    main()
