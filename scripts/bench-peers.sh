#!/usr/bin/env bash
# Unpacks ProFTPD and Pure-FTPd into .test/peers/ for `npm run bench`: as Debian packages they and vsftpd exclude each other.
# Needs Debian's apt-get and dpkg; installs nothing. vsftpd itself comes from `npm run peers`.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(proftpd-core proftpd-mod-crypto libhiredis0.14 libmemcached11 libmemcachedutil2 libhashkit2 libpcre2-posix3 pure-ftpd libsodium23)
target=$PWD/.test/peers

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
for package in "${packages[@]}"; do
  apt-get -qq download "$package" 2>/dev/null || echo "bench-peers: could not download $package" >&2
done
mkdir -p "$target"
for archive in "$folder"/*.deb; do dpkg -x "$archive" "$target"; done
ls "$target"/usr/sbin/{proftpd,pure-ftpd}
