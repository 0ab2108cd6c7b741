"""What a Dovecot of one's own has to be told, in the words of the installed version."""

import subprocess
from string import Template

# Debian 12, Ubuntu 24.04
WORDS_OF_2_3 = """
disable_plaintext_auth = no
mail_location = maildir:$folder/mail/%n
ssl_cert = <$folder/cert.pem
ssl_key = <$folder/key.pem
passdb {
  driver = static
  args = password=$password
}
userdb {
  driver = static
  args = uid=$user gid=$group home=$folder/mail/%n allow_all_users=yes
}
"""
# Debian 13. The two versions must come first; every 2.4.x understands the oldest
WORDS_OF_2_4 = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
auth_allow_cleartext = yes
mail_driver = maildir
mail_path = $folder/mail/%{user | username}
ssl_server_cert_file = $folder/cert.pem
ssl_server_key_file = $folder/key.pem
passdb static {
  password = $password
}
userdb static {
  allow_all_users = yes
  fields {
    uid = $user
    gid = $group
    home = $folder/mail/%{user | username}
  }
}
"""
WORDS_OF_BOTH = """
base_dir = $folder/run
state_dir = $folder/state
instance_name = intake-$port
listen = 127.0.0.1
protocols = imap
log_path = $folder/log
first_valid_uid = 0
first_valid_gid = 0
default_internal_user = $user
default_internal_group = $group
default_login_user = $user
auth_mechanisms = plain login
auth_failure_delay = 0 secs
ssl = yes
mail_fsync = never
mailbox_list_index = no
mail_max_userip_connections = 100
namespace inbox {
  inbox = yes
  separator = /
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $port
  }
  inet_listener imaps {
    port = $tls_port
    ssl = yes
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
"""


def installed_version(command: str) -> tuple[int, int]:
    """The first two numbers of what `dovecot --version` says, for example «2.4.1-4 (7d8c0e5759)»."""
    said = subprocess.run([command, "--version"], check=True, capture_output=True, text=True).stdout
    major, minor = said.split(".")[:2]
    return int(major), int(minor)


def dovecot_config(version: tuple[int, int], **facts: str | int) -> str:
    """Needs folder, user, group, password, port and tls_port."""
    own = WORDS_OF_2_3 if version < (2, 4) else WORDS_OF_2_4
    return Template(own + WORDS_OF_BOTH).substitute(facts)
