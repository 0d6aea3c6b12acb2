/** The folder that a new configuration serves, beside it. */
export const FIRST_FOLDER = 'files';

/** A configuration to begin with: it works as it is. */
export const TEMPLATE = `# What twinport serve --config twinport.toml does. Every key: docs/configuration.md
# twinport config check says what is wrong with it, twinport config show what holds and why.

directory = "${FIRST_FOLDER}"                  # the folder that is served, from the folder of this file
# host = "192.0.2.1"                   # listen on this address only
# port = 2121                          # default: 21 where permitted, else 2121
# publicAddress = "203.0.113.7"        # what PASV announces, behind NAT or in a container
# anonymous = true                     # anybody may read; default: only when there is no [[user]]

[passive]
ports = "50000-50100"                  # open these in the firewall, beside the control port

[tls]
selfSigned = true                      # made on the first run; or a certificate and its key:
# selfSigned = false
# certificate = "server.crt"
# key = "server.key"
required = false                       # true: no login and no file without TLS

[limits]
maxSessions = 200
maxSessionsPerAddress = 20
idleMs = 300000                        # five minutes

# [[user]]
# name = "ann"
# password = "…"                       # or passwordHash = "$scrypt$…"
# directory = "${FIRST_FOLDER}/ann"               # default: that of the server
# readOnly = false
`;
