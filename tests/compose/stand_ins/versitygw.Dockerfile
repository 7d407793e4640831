# In place of docker.io/versity/versitygw: rclone serves the folder as S3, and Caddy says that it does (/health).
FROM aqueduc-stand-in/trixie
RUN apt-get update \
 && apt-get install --yes --no-install-recommends wget \
 && rm -rf /var/lib/apt/lists/*
COPY --from=binaries rclone caddy /usr/local/bin/
COPY versitygw-entrypoint.sh /usr/local/bin/versitygw
ENTRYPOINT ["/usr/local/bin/versitygw"]
