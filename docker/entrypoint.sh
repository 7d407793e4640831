#!/bin/sh
# Runs the command with the public authorities and the city's own, where every client of the image looks for them
# (SSL_CERT_FILE and its like, in the Dockerfile).
set -eu
public=${PUBLIC_AUTHORITIES:-/etc/ssl/certs/ca-certificates.crt}
own=${OWN_AUTHORITIES:-/usr/local/share/ca-certificates}
# One after the other, each ended by a line: a certificate pasted without one would spoil the next.
for file in "$public" "$own"/*.crt; do
  if [ -e "$file" ]; then cat "$file" && echo; fi
done > "$SSL_CERT_FILE"
# Who may say for whom it asks: the reverse proxy. One that runs on this server comes from the gateway of the network.
if [ "${FORWARDED_ALLOW_IPS:-}" = gateway ]; then
  hexadecimal=$(while read -r _ destination gateway _; do
    if [ "$destination" = 00000000 ]; then echo "$gateway"; break; fi
  done < "${ROUTES:-/proc/net/route}")
  FORWARDED_ALLOW_IPS=
  # Its bytes, the last one first; without one, nobody is believed.
  while [ -n "$hexadecimal" ]; do
    rest=${hexadecimal%??}
    FORWARDED_ALLOW_IPS=$FORWARDED_ALLOW_IPS${FORWARDED_ALLOW_IPS:+.}$(printf %d "0x${hexadecimal#"$rest"}")
    hexadecimal=$rest
  done
  export FORWARDED_ALLOW_IPS
fi
exec "$@"
