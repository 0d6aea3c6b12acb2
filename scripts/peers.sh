#!/usr/bin/env bash
# Installs the foreign clients, servers and tools that the tests and benchmarks use, on Debian as root.
# Elsewhere it says what to install by hand. The last line lists what is available.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# command:package
peers=(curl:curl lftp:lftp python3:python3 vsftpd:vsftpd ip:iproute2 nft:nftables iptables:iptables openssl:openssl tnftp:tnftp ncftp:ncftp ps:procps tcpdump:tcpdump setpriv:util-linux microsocks:microsocks tinyproxy:tinyproxy tmux:tmux danted:dante-server ftp-proxy:ftp-proxy zsh:zsh fish:fish ufw:ufw firewall-offline-cmd:firewalld haproxy:haproxy docker-compose:docker-compose aws:awscli pg_ctlcluster:postgresql)
# Modules of Debian's own Python; another one may come first in PATH.
python=/usr/bin/python3
modules=(pyftpdlib:python3-pyftpdlib OpenSSL:python3-openssl kubernetes:python3-kubernetes)
# package:service, which must not run.
services=(vsftpd:vsftpd tinyproxy:tinyproxy dante-server:danted ftp-proxy:ftp-proxy haproxy:haproxy firewalld:firewalld postgresql:postgresql)
# As Debian packages these and vsftpd exclude each other: they are unpacked, with the libraries they need. command:packages
unpacked=(proftpd:proftpd-core,proftpd-mod-crypto pure-ftpd:pure-ftpd)
target=$PWD/.test/peers
certificates=/etc/ssl/certs/ca-certificates.crt
policy=/usr/sbin/policy-rc.d
updated=no

has_module() {
  [[ -x $python ]] && "$python" -c 'import sys, importlib.util as u; sys.exit(u.find_spec(sys.argv[1]) is None)' "$1"
}

missing_packages() {
  local peer
  for peer in "${peers[@]}"; do
    command -v "${peer%%:*}" >/dev/null || echo "${peer##*:}"
  done
  for peer in "${modules[@]}"; do
    has_module "${peer%%:*}" || echo "${peer##*:}"
  done
  [[ -e $certificates ]] || echo ca-certificates
}

# Runs an unpacked program.
run_unpacked() {
  local libraries
  libraries=$(echo "$target"/usr/lib/*-linux-gnu)
  LD_LIBRARY_PATH=$libraries "$target/usr/sbin/$1" "${@:2}" 2>&1
}

# It starts, and for ProFTPD its TLS module is there: an unpacking that was cut short is done again.
is_unpacked() {
  case $1 in
    proftpd) [[ -e $target/usr/lib/proftpd/mod_tls.so ]] && run_unpacked proftpd -v >/dev/null ;;
    *) [[ -e $target/usr/sbin/$1 ]] && run_unpacked "$1" --help >/dev/null ;;
  esac
}

missing_unpacked() {
  local each
  for each in "${unpacked[@]}"; do
    is_unpacked "${each%%:*}" || echo "$each"
  done
}

apt() {
  local attempt
  for attempt in 1 2 3; do
    if DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@" >&2; then return 0; fi
    sleep $((attempt * 2))
  done
  return 1
}

update_lists() {
  [[ $updated == yes ]] && return
  updated=yes
  apt update || echo 'peers: apt-get update failed; trying with the lists that are there' >&2
}

# Packages start their service when they are installed; policy-rc.d is how Debian is told not to.
forbid_services() {
  [[ -e $policy ]] && return
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
}

# Nor at the next start of the machine. Only for what this script has installed.
disable_service() {
  if command -v systemctl >/dev/null; then
    systemctl disable "$1" >&2 || echo "peers: could not disable the $1 service" >&2
  elif command -v update-rc.d >/dev/null; then
    update-rc.d "$1" disable >&2 || echo "peers: could not disable the $1 service" >&2
  fi
}

install_packages() {
  local package service
  forbid_services
  update_lists
  if ! apt install -y --no-install-recommends "$@"; then
    # One package that this release does not have must not keep the others away.
    for package in "$@"; do
      apt install -y --no-install-recommends "$package" || echo "peers: could not install $package" >&2
    done
  fi
  for service in "${services[@]}"; do
    package=${service%%:*}
    if [[ " $* " == *" $package "* ]] && [[ -e /etc/init.d/${service##*:} ]]; then disable_service "${service##*:}"; fi
  done
}

# What apt would install for these packages, itself included: asked of a simulation, since the names of libraries differ
# from release to release. Nothing is installed, and vsftpd stays.
needed_by() {
  apt-get -qq -s install --no-install-recommends "$@" | awk '/^Inst /{ print $2 }'
}

unpack() {
  local folder each packages archive
  folder=$(mktemp -d)
  # apt downloads as a user of its own.
  if [[ $EUID -eq 0 ]] && id _apt &>/dev/null; then chown _apt "$folder"; fi
  for each in "$@"; do
    IFS=, read -ra packages <<<"${each##*:}"
    mapfile -t packages < <(needed_by "${packages[@]}")
    (cd "$folder" && apt download "${packages[@]}") || echo "peers: could not download ${packages[*]:-${each##*:}}" >&2
  done
  mkdir -p "$target"
  for archive in "$folder"/*.deb; do
    if [[ -e $archive ]]; then dpkg -x "$archive" "$target"; fi
  done
  rm -rf "$folder"
}

# Every tool has its own idea of --version, and two of them (vsftpd, tnftp) none that is safe to ask.
version_of() {
  local text
  case $1 in
    curl | lftp | python3 | ps) text=$("$1" --version 2>&1 || true) ;;
    ip) text=$(ip -V 2>&1 || true) ;;
    nft) text=$(nft --version 2>&1 || true) ;;
    openssl) text=$(openssl version 2>&1 || true) ;;
    proftpd) text=$(run_unpacked proftpd -v || true) ;;
    pure-ftpd) text=$(run_unpacked pure-ftpd --help || true) ;;
    *) text=$(dpkg-query -W -f '${Version}' "$2" 2>/dev/null || true) ;;
  esac
  if [[ $text =~ [0-9]+(\.[0-9]+)+|[0-9]{6,} ]]; then echo "${BASH_REMATCH[0]}"; else echo '?'; fi
}

list_available() {
  local peer line=''
  for peer in "${peers[@]}"; do
    if command -v "${peer%%:*}" >/dev/null; then line+=", ${peer%%:*} $(version_of "${peer%%:*}" "${peer##*:}")"; fi
  done
  for peer in "${modules[@]}"; do
    if has_module "${peer%%:*}"; then line+=", ${peer%%:*} $(version_of "${peer%%:*}" "${peer##*:}")"; fi
  done
  for peer in "${unpacked[@]}"; do
    if is_unpacked "${peer%%:*}"; then line+=", ${peer%%:*} $(version_of "${peer%%:*}" '')"; fi
  done
  [[ -z $line ]] && line='  none'
  echo "available: ${line:2}"
}

mapfile -t missing < <(missing_packages)
status=0
if ((${#missing[@]} > 0)); then
  if [[ $EUID -ne 0 ]] || ! command -v apt-get >/dev/null; then
    echo "peers: only Debian's apt-get, as root, is automatic. Install by hand: ${missing[*]}"
  else
    install_packages "${missing[@]}"
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} > 0)); then
      echo "peers: still missing: ${missing[*]}" >&2
      status=1
    fi
  fi
fi

mapfile -t missing < <(missing_unpacked)
if ((${#missing[@]} > 0)); then
  if ! command -v apt-get >/dev/null; then
    echo "peers: only Debian's apt-get can unpack these: ${missing[*]%%:*}"
  else
    if [[ $EUID -eq 0 ]]; then update_lists; fi
    unpack "${missing[@]}"
    mapfile -t missing < <(missing_unpacked)
    if ((${#missing[@]} > 0)); then
      echo "peers: still missing: ${missing[*]%%:*}" >&2
      status=1
    fi
  fi
fi
list_available
exit "$status"
