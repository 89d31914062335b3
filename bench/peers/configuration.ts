/** Whose the mail folders are; a number that no package gives away. */
export const mailUid = 5000

type Ports = { readonly smtp: number; readonly imap: number; readonly imaps: number }

/** One virtual domain whose mail goes to LMTP; limits and flushes as Postfix ships them. */
export const postfixMain = (home: string): string => `compatibility_level = 3.6
queue_directory = ${home}/queue
data_directory = ${home}/pfdata
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = ${home}/log/postfix.log
maillog_file_prefixes = ${home}
myhostname = mx.peers.test
mydestination =
local_recipient_maps =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine
virtual_mailbox_domains = peers.test
virtual_mailbox_maps = hash:${home}/postfix/mailboxes
virtual_transport = lmtp:unix:${home}/run/lmtp
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_security_level = none
message_size_limit = 52428800
mailbox_size_limit = 0
virtual_mailbox_limit = 0
`

/** The services that a delivery touches, none of them in a chroot. */
export function postfixMaster(port: number): string {
  const services: readonly (readonly [string, string, string, string, string])[] = [
    ['pickup', 'unix', '60', '1', 'pickup'],
    ['cleanup', 'unix', '-', '0', 'cleanup'],
    ['qmgr', 'unix', '300', '1', 'qmgr'],
    ['tlsmgr', 'unix', '1000?', '1', 'tlsmgr'],
    ['rewrite', 'unix', '-', '-', 'trivial-rewrite'],
    ['bounce', 'unix', '-', '0', 'bounce'],
    ['defer', 'unix', '-', '0', 'bounce'],
    ['trace', 'unix', '-', '0', 'bounce'],
    ['verify', 'unix', '-', '1', 'verify'],
    ['flush', 'unix', '1000?', '0', 'flush'],
    ['proxymap', 'unix', '-', '-', 'proxymap'],
    ['smtp', 'unix', '-', '-', 'smtp'],
    ['showq', 'unix', '-', '-', 'showq'],
    ['error', 'unix', '-', '-', 'error'],
    ['retry', 'unix', '-', '-', 'error'],
    ['lmtp', 'unix', '-', '-', 'lmtp'],
    ['anvil', 'unix', '-', '1', 'anvil'],
    ['scache', 'unix', '-', '1', 'scache'],
    ['postlog', 'unix-dgram', '-', '1', 'postlogd'],
  ]
  const isPublic = ['pickup', 'cleanup', 'qmgr', 'flush', 'showq', 'postlog']
  const lines = services.map(
    ([name, type, wakeup, most, program]) =>
      `${name} ${type} ${isPublic.includes(name) ? 'n' : '-'} - n ${wakeup} ${most} ${program}`,
  )
  return `${[`127.0.0.1:${port} inet n - n - - smtpd`, ...lines].join('\n')}\n`
}

/** Dovecot 2.3 with plain passwords, so that a login costs no hashing, and room for a thousand sessions. */
export const dovecotConf = (home: string, ports: Ports): string => `protocols = imap lmtp
listen = 127.0.0.1
base_dir = ${home}/run
state_dir = ${home}/state
log_path = ${home}/log/dovecot.log
instance_name = hauspost-peer
ssl = yes
ssl_cert = <${home}/certificate.pem
ssl_key = <${home}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %Ln
mail_location = sdbox:~/sdbox
mail_uid = ${mailUid}
mail_gid = ${mailUid}
first_valid_uid = 500
mail_max_userip_connections = 2000
namespace inbox {
  inbox = yes
  separator = /
}
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%n ${home}/users
}
userdb {
  driver = passwd-file
  args = username_format=%n ${home}/users
}
service imap-login {
  process_limit = 2000
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
service imap {
  process_limit = 2000
}
service lmtp {
  unix_listener lmtp {
    mode = 0666
  }
}
service auth {
  client_limit = 5000
}
service anvil {
  client_limit = 8000
}
service stats {
  client_limit = 10000
}
protocol lmtp {
  mail_plugins = sieve
  postmaster_address = postmaster@peers.test
}
plugin {
  sieve = file:~/sieve;active=~/.dovecot.sieve
}
`
