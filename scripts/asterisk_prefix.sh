#!/bin/bash
# asterisk_prefix.sh PREFIX: unpack an Asterisk with every library it needs into PREFIX. Needs apt and no root:
# nothing is installed, and it runs with its own loader. Debian gives the one of sid (stable releases have
# none), Ubuntu its own. Set SUITE or MIRROR to choose another.
set -euo pipefail
prefix=${1:?a folder to unpack into}
[ ! -x "$prefix/usr/sbin/asterisk" ] || exit 0
command -v apt-get >/dev/null || { echo "Missing: apt, to fetch Asterisk with" >&2; exit 1; }

. /etc/os-release
case $ID in
    ubuntu) suite=${SUITE:-$VERSION_CODENAME} components="main universe" mirror=http://archive.ubuntu.com/ubuntu ;;
    *) suite=${SUITE:-sid} components="main" mirror=http://deb.debian.org/debian ;;
esac
# The machine's own mirror, in whichever format its sources are written
own=$(apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' \
    | awk -v release="${VERSION_CODENAME:-}" '$1 == release && $2 == "main" {print $3; exit}')
mirror=${MIRROR:-${own:-$mirror}}

mkdir -p "$(dirname "$prefix")"
work=$(mktemp -d "$(dirname "$prefix")/unpacking.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{state/lists/partial,archives/partial,root}
: > "$work/state/status" # nothing counts as installed, so that every library is fetched
key=/usr/share/keyrings/$ID-archive-keyring.gpg
echo "deb $([ ! -e "$key" ] || echo "[signed-by=$key]") $mirror $suite $components" > "$work/sources.list"
cat > "$work/apt.conf" <<CONF
Dir::Etc::sourcelist "$work/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "$work/state";
Dir::State::status "$work/state/status";
Dir::Cache "$work";
Dir::Cache::archives "$work/archives";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Install-Recommends "false";
APT::Sandbox::User "";
CONF
export APT_CONFIG=$work/apt.conf
echo "Fetching Asterisk from $mirror $suite"
apt-get -qq update
apt-get -qq install --yes --download-only asterisk >/dev/null
for package in "$work"/archives/*.deb; do dpkg-deb --extract "$package" "$work/root"; done
rm -rf "$work"/root/usr/share/{doc,locale,man,perl,info}
chmod 755 "$work/root"
mv -T "$work/root" "$prefix"
