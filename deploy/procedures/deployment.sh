# shellcheck shell=sh
# What the procedures share: how to reach a split deployment. Read by them, not run.
#
# KEZ_DEPLOYMENT   compose (docker-compose.yml of the working folder) or systemd (kez-split.target); without it, compose
#                  when there is such a file, else systemd
# KEZ_ENV_FILE     the settings' file: kez.env beside docker-compose.yml, /etc/kez/kez.env

set -eu

if [ -z "${KEZ_DEPLOYMENT:-}" ]; then
    if [ -e docker-compose.yml ]; then KEZ_DEPLOYMENT=compose; else KEZ_DEPLOYMENT=systemd; fi
fi
case $KEZ_DEPLOYMENT in
compose) settings=${KEZ_ENV_FILE:-kez.env} ;;
systemd) settings=${KEZ_ENV_FILE:-/etc/kez/kez.env} ;;
*) echo "KEZ_DEPLOYMENT must be compose or systemd" >&2; exit 64 ;;
esac
# The folder of all keys and the broker's, where units have them.
data=/var/lib/kez-split
store=/var/lib/kez-nats

# The roles in the order in which they are restarted: whom others ask comes first.
roles="auth-callout registry inbox-worker gateway"

fail() {
    echo "${0##*/}: $1" >&2
    exit 1
}

say() { printf '== %s\n' "$1"; }

# help ARGUMENTS…: prints the head of the script and ends when there are none, or -h.
help() {
    case ${1:--h} in
    -h | --help)
        sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
        [ $# -gt 0 ] && exit 0
        exit 64
        ;;
    esac
}

# --- commands of kez

# kez with the folder of all keys; no broker is asked.
with_all_keys() {
    case $KEZ_DEPLOYMENT in
    compose) docker compose run --rm -T init "$@" </dev/null ;;
    systemd) kez "$@" --data "$data" ;;
    esac
}

# Brings the broker's configuration and what each role is given up to the keys.
init() {
    case $KEZ_DEPLOYMENT in
    compose) docker compose run --rm -T init </dev/null ;;
    # Not by `systemctl restart kez-init`: all that requires it would be restarted with it.
    systemd) (with_settings && KEZ_NATS_STORE=$store kez init --data "$data") ;;
    esac
}

# kez as the operator of the running system.
operator() {
    case $KEZ_DEPLOYMENT in
    compose) docker compose run --rm -T operator "$@" </dev/null ;;
    systemd) (with_settings && KEZ_KEYS=$data/keys kez "$@") ;;
    esac
}

# Brings the streams to what the settings say.
provision() {
    case $KEZ_DEPLOYMENT in
    compose) docker compose run --rm -T --no-deps provision provision "$@" </dev/null ;;
    systemd) (with_settings && KEZ_KEYS=$data/keys kez provision "$@") ;;
    esac
}

with_settings() {
    [ -e "$settings" ] || return 0
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in KEZ_*=*) export "${line%%=*}=${line#*=}" ;; esac
    done <"$settings"
}

# --- processes

# The names of a role's instances: containers or units.
instances() {
    case $KEZ_DEPLOYMENT in
    compose) docker compose ps -aq "$1" ;;
    systemd) systemctl list-units --all --plain --no-legend "kez-$1@*.service" | awk '{print $1}' ;;
    esac
}

count() { instances "$1" | wc -l | tr -d ' '; }

# The roles that have instances; workers of the second half of the shards, too.
running_roles() {
    for role in $roles; do
        echo "$role"
        if [ "$role" = inbox-worker ] && [ "$KEZ_DEPLOYMENT" = compose ] && [ "$(count inbox-worker-high)" != 0 ]; then
            echo inbox-worker-high
        fi
    done
}

is_healthy() {
    case $KEZ_DEPLOYMENT in
    compose) [ "$(docker inspect --format '{{.State.Health.Status}}' "$1")" = healthy ] ;;
    systemd)
        number=${1#*@} number=${number%.service}
        case $1 in
        kez-gateway*) kez health "http://127.0.0.$number:6970/readyz" ;;
        kez-registry*) kez health "http://127.0.0.$number:6971/readyz" ;;
        kez-inbox-worker*) kez health "http://127.0.0.$number:6972/readyz" ;;
        kez-auth-callout*) kez health "http://127.0.0.$number:6973/readyz" ;;
        kez-nats*) kez health http://127.0.0.1:8222/healthz ;;
        esac >/dev/null 2>&1
        ;;
    esac
}

# await SECONDS WHAT COMMAND…
await() {
    patience=$1 what=$2
    shift 2
    waited=0
    until "$@"; do
        waited=$((waited + 1))
        [ "$waited" -le $((patience * 2)) ] || fail "$what: not within $patience s"
        sleep 0.5
    done
}

# One instance after the other, each only when the one before is ready.
restart_role() {
    for instance in $(instances "$1"); do
        say "restarting $1 $instance"
        case $KEZ_DEPLOYMENT in
        compose) docker restart "$instance" >/dev/null ;;
        systemd) systemctl restart "$instance" ;;
        esac
        await 120 "$instance is healthy" is_healthy "$instance"
    done
}

# apply ROLE [COUNT]: starts a role's instances with the settings as they are now; compose makes new containers.
apply() {
    case $KEZ_DEPLOYMENT in
    compose)
        say "applying the settings to $1"
        docker compose up -d --no-deps --wait --scale "$1=${2:-$(count "$1")}" "$1"
        ;;
    systemd) restart_role "$1" ;;
    esac
}

# Services and clients come back by themselves. In a cluster do this for each broker, when the one before is well.
restart_broker() {
    say "restarting the broker"
    case $KEZ_DEPLOYMENT in
    compose)
        docker compose restart nats
        await 120 "the broker is healthy" is_healthy "$(instances nats)"
        ;;
    systemd)
        # The unit starts it again. `systemctl restart` would restart all that requires it.
        pid=$(broker_pid)
        systemctl kill --kill-whom=main kez-nats.service
        # It waits for logins that are under way, and nobody can send meanwhile; what it acknowledged is on disk.
        sleep 5
        [ "$(broker_pid)" != "$pid" ] || systemctl kill --kill-whom=main --signal=SIGKILL kez-nats.service
        await 30 "the broker is started again" broker_is_not "$pid"
        await 120 "the broker is healthy" is_healthy kez-nats.service
        ;;
    esac
    await_services
}

broker_pid() { systemctl show --property=MainPID --value kez-nats.service; }
broker_is_not() { [ "$(broker_pid)" != "$1" ] && [ "$(broker_pid)" != 0 ]; }

# All services answer and serve.
await_services() { await 120 "all services answer" services_answer; }
services_answer() { operator status >/dev/null 2>&1; }

# set_setting NAME VALUE: in the settings' file; an empty value removes it.
set_setting() {
    draft=$settings.draft
    touch "$settings"
    cp -p "$settings" "$draft"
    grep -v "^$1=" "$settings" >"$draft" || true
    [ -z "$2" ] || printf '%s=%s\n' "$1" "$2" >>"$draft"
    mv "$draft" "$settings"
}
