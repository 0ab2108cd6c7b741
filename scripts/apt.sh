# Sourced by the other scripts: installs system packages when it may, otherwise says precisely what is missing.

# Runs a command as root: directly, or through sudo where that asks no password. Returns 77 when it may not.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 77
    fi
}

# apt_install PACKAGE…: quiet, without recommendations; fails with the command a person can run instead.
apt_install() {
    echo "Installing system packages: $*"
    command -v apt-get >/dev/null || { echo "Missing: $* (there is no apt here: install what corresponds)" >&2; return 1; }
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300)
    local log; log=$(mktemp)
    local status=0
    # An index may be refused for one repository that has nothing to do with us: only the installation decides
    { as_root "${apt[@]}" update || true; as_root "${apt[@]}" install -y --no-install-recommends "$@"; } \
        >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" = 77 ]; then
        echo "Missing: $*. Run as root:  apt-get install --no-install-recommends $*" >&2
    elif [ "$status" != 0 ]; then
        tail -n 20 "$log" >&2
        echo "Could not install: $*" >&2
    fi
    rm -f "$log"
    return "$status"
}
