#!/usr/bin/env bash
# The lab on real servers: see README.md beside this file.
#
#   ./lab.sh up            starts the servers and builds the cluster
#   ./lab.sh play          the commands of the lab, one after the other: Enter runs the next one
#   ./lab.sh play --yes    the same without asking, with the lab's pauses
#   ./lab.sh cli HOST ...  redis-cli as on that host
#   ./lab.sh down          ends the servers; their files stay in data/
#   ./lab.sh clean         ends the servers and deletes data/
#
# Environment: MODE=local (redis-server of this machine, the default) or MODE=compose (containers);
# BASE_PORT=7001, the port of the first server in local mode; the bus is at the port + 10000, which
# should be below the ports that the system hands to clients (from 32768 on with Linux).
set -u
FOLDER=$(cd "$(dirname "$0")" && pwd)
DATA=$FOLDER/data
MODE=${MODE:-local}
BASE_PORT=${BASE_PORT:-7001}
HERE=
ASK=no
. "$FOLDER/hosts.sh"

complain() {
  printf 'lab.sh: %s\n' "$1" >&2
  exit 1
}

is_host() {
  case " $HOSTS " in *" $1 "*) return 0 ;; *) return 1 ;; esac
}

# The port on 127.0.0.1 that stands for a host.
port_of() {
  local port=$BASE_PORT host
  for host in $HOSTS; do
    [ "$host" = "$1" ] && break
    port=$((port + 1))
  done
  printf '%s' "$port"
}

# Whose commands follow.
on() {
  is_host "$1" || complain "there is no host $1; there are $HOSTS"
  HERE=$1
  cd "$DATA/$HERE" || complain "there is no data/$HERE; run ./lab.sh up first"
}

# A line of the lab, SECONDS after the one before.
run() {
  if [ "$ASK" = yes ]; then
    printf '%s$ %s   [Enter]' "$HERE" "$2"
    read -r _ </dev/tty || exit 1
  else
    sleep "$1"
    printf '%s$ %s\n' "$HERE" "$2"
  fi
  eval "$2"
}

# The words of a command with the lab's addresses replaced by those of this machine, in WORDS.
translate() {
  local word last=none
  WORDS=()
  for word; do
    if is_host "${word%:*}" && [ "${word##*:}" = "$PORT" ]; then
      WORDS+=("127.0.0.1:$(port_of "${word%:*}")")
    elif is_host "$word"; then
      WORDS+=(127.0.0.1)
    elif is_host "$last" && [ "$word" = "$PORT" ]; then
      WORDS+=("$(port_of "$last")")
    else
      WORDS+=("$word")
    fi
    last=$word
  done
}

if [ "$MODE" = local ]; then
  redis-cli() {
    local host=$HERE options=()
    while [ $# -gt 0 ]; do
      case $1 in
        -h) host=$2 && shift 2 ;;
        -p) shift 2 ;;
        -a | -n | -r | -i | -t | --user | --pass) options+=("$1" "$2") && shift 2 ;;
        --cluster) break ;;
        -*) options+=("$1") && shift ;;
        *) break ;;
      esac
    done
    is_host "$host" || host=$HERE
    translate "$@"
    command redis-cli -h 127.0.0.1 -p "$(port_of "$host")" \
      ${options[@]+"${options[@]}"} ${WORDS[@]+"${WORDS[@]}"}
  }

  redis-server() {
    local port tries=0
    port=$(port_of "$HERE")
    command redis-server "$@" --port "$port" --bind 127.0.0.1 --daemonize yes \
      --dir "$DATA/$HERE" --logfile redis.log --pidfile "$DATA/$HERE/redis.pid" || return
    until command redis-cli -h 127.0.0.1 -p "$port" PING >/dev/null 2>&1; do
      tries=$((tries + 1))
      [ $tries -gt 100 ] && complain "$HERE does not answer on port $port. The end of data/$HERE/redis.log:
$(tail -n 5 "$DATA/$HERE/redis.log" 2>/dev/null)"
      sleep 0.1
    done
  }

  pidof() {
    local pid
    pid=$(cat "$DATA/$HERE/redis.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null && printf '%s\n' "$pid"
  }
else
  redis-cli() {
    docker compose -f "$FOLDER/compose.yaml" exec -T ${REDISCLI_AUTH+-e REDISCLI_AUTH} "$(service)" \
      redis-cli "$@"
  }

  redis-server() {
    docker compose -f "$FOLDER/compose.yaml" up -d "$(service)"
    sleep 1
  }

  # A container's server has no process id of this machine: `kill` takes the service's name.
  pidof() { service; }

  kill() {
    docker compose -f "$FOLDER/compose.yaml" kill -s "${1#-}" "$2"
  }

  service() { printf 'node-%s' "${HERE//./-}"; }
fi

hostname() { printf '%s\n' "$HERE"; }

# The disks of the hosts as they are when the lab opens.
prepare() {
  local host other
  [ -e "$DATA" ] && complain "data/ is there already; ./lab.sh clean deletes it"
  cp -R "$FOLDER/hosts" "$DATA" || exit 1
  [ "$MODE" = local ] || return 0
  for host in $HOSTS; do
    [ -e "$DATA/$host/nodes.conf" ] || continue
    for other in $HOSTS; do
      sed "s/ $other:$PORT@[0-9]*/ 127.0.0.1:$(port_of "$other")@$(($(port_of "$other") + 10000))/" \
        "$DATA/$host/nodes.conf" >"$DATA/$host/nodes.new" || exit 1
      mv "$DATA/$host/nodes.new" "$DATA/$host/nodes.conf"
    done
  done
}

down() {
  local host pid
  if [ "$MODE" = compose ]; then
    docker compose -f "$FOLDER/compose.yaml" down
    return
  fi
  for host in $HOSTS; do
    HERE=$host
    pid=$(pidof) || continue
    # A frozen process hears nothing else.
    kill -CONT "$pid" 2>/dev/null
    kill "$pid" 2>/dev/null
  done
  for host in $HOSTS; do
    HERE=$host
    while pidof >/dev/null; do sleep 0.1; done
  done
}

case ${1:-help} in
  up)
    if [ "$MODE" = local ]; then
      for program in redis-server redis-cli; do
        command -v $program >/dev/null || complain "$program is not installed here; or MODE=compose"
      done
    fi
    prepare
    . "$FOLDER/opening.sh"
    ;;
  play)
    [ -e "$DATA" ] || complain "nothing runs yet: ./lab.sh up first"
    [ "${2:-}" = --yes ] || ASK=yes
    . "$FOLDER/commands.sh"
    ;;
  cli)
    [ $# -ge 2 ] || complain "which host? ./lab.sh cli HOST ..., one of $HOSTS"
    on "$2"
    shift 2
    redis-cli "$@"
    ;;
  down) down ;;
  clean)
    down
    rm -rf "$DATA"
    ;;
  *) sed -n '2,/^set -u/{/^# \{0,1\}/s///p;}' "$0" ;;
esac
