# In place of docker.io/library/caddy:2.11.7-alpine
FROM aqueduc-stand-in/trixie
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates libcap2-bin netcat-openbsd \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir -p /etc/caddy /data /config /srv
COPY --from=binaries caddy /usr/bin/caddy
RUN setcap cap_net_bind_service=+ep /usr/bin/caddy
ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/config
WORKDIR /srv
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile"]
