/** What `twinport` exits with. */
export const EXIT = {
  ok: 0,
  other: 1,
  usage: 2,
  partial: 3,
  notFound: 4,
  permission: 5,
  dns: 6,
  connect: 7,
  tls: 8,
  login: 9,
  dataConnection: 10,
  timeout: 11,
  truncated: 12,
  space: 13,
  protocol: 14,
  busy: 15,
  /** As shells report a process that SIGINT ended. */
  interrupted: 130,
} as const;
