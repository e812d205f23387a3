"""Runs docker-compose.yml without a container engine: every container is a local process.

What is as the file says: commands, entrypoint (from the Dockerfile when the file has none), environment and env_file,
start order with its conditions, health checks (command, interval, timeout, retries, start period and interval), restart
policies with Docker's back-off, stop signal and grace, scale, volumes (named: a folder shared by who names it;
anonymous: a folder of each replica), ports, profiles.

What stands in for something else:
- Each replica has an address of its own in 127.0.0.0/8, so that every one listens on the file's own port numbers.
  Service names in front of a port become the address of that service's first replica; 127.0.0.1 in front of a port
  becomes the replica's own address; 0.0.0.0 likewise, except that a port which only another service declares (ports,
  expose) becomes that service's address: `init` writes the broker's listeners.
- Container paths become folders in the state folder, wherever they stand in a command or variable.
- Published ports are not forwarded: a replica is reached at its address. Where several replicas publish one port, a
  balancer of ours takes turns, as an operator's proxy would (`Deployment.balance`).
- `kez` and `nats-server` are the programs given, not the image's.

What is read and checked, and not run: image, build, user, read_only, tmpfs, cap_drop, security_opt, network_mode, and
the Dockerfile itself.

How to use it:

    from composerun import Deployment
    deployment = Deployment(folder, kez=".build/debug/kez", nats_server=".tools/bin/nats-server",
                            scale={"registry": 2, "gateway": 2}, settings={"KEZ_CHAT_SERVER": "kez.test"})
    with deployment:                                  # start() … stop(): returns when all are healthy
        deployment.address("gateway", 1)              # "127.44.3.12"; replicas count from 1
        deployment.url("gateway", 6969, replica=2)    # "http://127.44.3.13:6969"
        deployment.balance("gateway", 6969)           # "127.44.3.1:6969", taking turns over the replicas
        deployment.kill("registry", 2)                # SIGKILL; the restart policy starts it again
        deployment.signal("inbox-worker", 1, signal.SIGSTOP)
        deployment.stop_replica("gateway", 1)         # as `docker stop`: SIGTERM, grace, SIGKILL; stays stopped
        deployment.start_replica("gateway", 1)
        deployment.restart("nats", 1)
        deployment.wait_healthy("registry", 2)        # deadline 60 s
        deployment.logs("registry", 2)                # what it has printed, all runs
        deployment.folder("registry", 2, "/var/lib/kez")   # where that volume is
        deployment.run("operator", ["status"])        # as `docker compose run`: (exit status, output)
        deployment.ps()                               # [{"service", "replica", "state", "health", "pid", …}]

The same from a shell or another language: `Tests/Compose/compose-run --help`.
"""

from .deployment import Deployment, DeploymentFailed
from .model import ComposeError, load

__all__ = ["ComposeError", "Deployment", "DeploymentFailed", "load"]
