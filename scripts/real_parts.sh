#!/bin/bash
# Everything that the whole test suite needs besides Python: installs what is missing when it may.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/apt.sh
cache=${XDG_CACHE_HOME:-$HOME/.cache}/intake

have_chromium() { command -v chromium google-chrome google-chrome-stable >/dev/null; }

have_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

# The tests start servers of their own: installing PostgreSQL shall not leave a running one behind.
install_postgres() {
    local settings=/etc/postgresql-common/createcluster.d/intake-tests.conf
    as_root mkdir -p "${settings%/*}" && as_root sh -c "echo create_main_cluster = false > $settings" || true
    apt_install postgresql
    as_root rm -f "$settings"
}

have_dovecot() { [ -x /usr/sbin/dovecot ] && [ -x /usr/lib/dovecot/imap ]; }

# Nor a running Dovecot, which its package would start at once: what policy-rc.d forbids is not started.
install_dovecot() {
    local policy=/usr/sbin/policy-rc.d status=0 ours=
    [ -e "$policy" ] || { ours=1; as_root sh -c "printf '#!/bin/sh\nexit 101\n' > $policy && chmod +x $policy" || true; }
    apt_install dovecot-imapd || status=$?
    [ -z "$ours" ] || as_root rm -f "$policy" || true
    # … and what a machine with systemd would start after its next boot
    ! command -v systemctl >/dev/null || as_root systemctl disable -q dovecot.socket dovecot.service 2>/dev/null || true
    return "$status"
}

missing=()
have_chromium || grep -q '^ID=ubuntu' /etc/os-release || missing+=(chromium fonts-dejavu-core)
compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || missing+=(libatomic1) # for Playwright's driver
command -v sipp >/dev/null || missing+=(sip-tester)
failed=0
[ ${#missing[@]} = 0 ] || apt_install "${missing[@]}" || failed=1
have_postgres || install_postgres || failed=1
have_dovecot || install_dovecot || failed=1
[ "$failed" = 0 ] || exit 1

# Ubuntu has Chromium as a snap only, which runs in no container: take Playwright's own there
have_chromium || compgen -G "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}/chromium*" >/dev/null \
    || .venv/bin/playwright install --with-deps chromium \
    || { echo "Missing: Chromium or Google Chrome on PATH; Playwright could not fetch its own" >&2; exit 1; }

scripts/asterisk_prefix.sh "$cache/asterisk"
