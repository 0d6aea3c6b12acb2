#!/usr/bin/env bash
# Installs the foreign clients, servers and tools that the tests and benchmarks use, on Debian as root.
# Elsewhere it says what to install by hand. The last line lists what is available.
set -euo pipefail
export PATH="$PATH:/usr/sbin:/sbin"

# command:package
peers=(curl:curl lftp:lftp python3:python3 vsftpd:vsftpd ip:iproute2 nft:nftables openssl:openssl tnftp:tnftp ncftp:ncftp ps:procps tcpdump:tcpdump setpriv:util-linux)
certificates=/etc/ssl/certs/ca-certificates.crt
policy=/usr/sbin/policy-rc.d

missing_packages() {
  local peer
  for peer in "${peers[@]}"; do
    command -v "${peer%%:*}" >/dev/null || echo "${peer##*:}"
  done
  [[ -e $certificates ]] || echo ca-certificates
}

apt() {
  local attempt
  for attempt in 1 2 3; do
    if DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@" >&2; then return 0; fi
    sleep $((attempt * 2))
  done
  return 1
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
  local package
  forbid_services
  apt update || echo 'peers: apt-get update failed; trying with the lists that are there' >&2
  if ! apt install -y --no-install-recommends "$@"; then
    # One package that this release does not have must not keep the others away.
    for package in "$@"; do
      apt install -y --no-install-recommends "$package" || echo "peers: could not install $package" >&2
    done
  fi
  if [[ " $* " == *' vsftpd '* ]] && command -v vsftpd >/dev/null; then disable_service vsftpd; fi
}

# Every tool has its own idea of --version, and two of them (vsftpd, tnftp) none that is safe to ask.
version_of() {
  local text
  case $1 in
    curl | lftp | python3 | ps) text=$("$1" --version 2>&1 || true) ;;
    ip) text=$(ip -V 2>&1 || true) ;;
    nft) text=$(nft --version 2>&1 || true) ;;
    openssl) text=$(openssl version 2>&1 || true) ;;
    *) text=$(dpkg-query -W -f '${Version}' "$2" 2>/dev/null || true) ;;
  esac
  if [[ $text =~ [0-9]+(\.[0-9]+)+|[0-9]{6,} ]]; then echo "${BASH_REMATCH[0]}"; else echo '?'; fi
}

list_available() {
  local peer line=''
  for peer in "${peers[@]}"; do
    if command -v "${peer%%:*}" >/dev/null; then line+=", ${peer%%:*} $(version_of "${peer%%:*}" "${peer##*:}")"; fi
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
list_available
exit "$status"
