# Three images: `airflow` (every Airflow process and the command aqueduc), `object-store`, and `web`.
# `make pin-images` writes the digests of the bases here, as their registry gives them.
ARG PYTHON_IMAGE=python:3.13-slim-trixie
ARG OBJECT_STORE_IMAGE=versity/versitygw:v1.7.0
ARG WEB_IMAGE=caddy:2.11.7-alpine

# ------------------------------------------------------------------------------------------------- authorities
# The city's own, where its network inspects TLS: the build context « authorities » (CA_FOLDER) stands in for this one.
FROM scratch AS authorities
COPY docker/authorities /

# ------------------------------------------------------------------------------------------------------- build
FROM ${PYTHON_IMAGE} AS build
WORKDIR /opt/aqueduc
# What follows downloads: `entrypoint.sh` has it trust the public authorities and those of the city.
ENV SSL_CERT_FILE=/tmp/authorities.pem \
    PIP_CERT=/tmp/authorities.pem
COPY docker/entrypoint.sh docker/entrypoint.sh

# uv at the version and hashes of the lock.
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN --mount=type=bind,from=authorities,target=/usr/local/share/ca-certificates \
    sed -n '/^uv==/,/^ *#/p' requirements.lock > /tmp/uv.txt \
 && docker/entrypoint.sh \
      pip install --no-cache-dir --no-deps --require-hashes --target /opt/uv --requirement /tmp/uv.txt \
 && python -m venv --without-pip .venv

# What production needs (pyproject.toml), not the test tools, at the versions and hashes of the lock; with its
# bytecode, since nothing can be written at run time and each Airflow process would compile it all again. EXTRAS adds
# others of pyproject.toml, with spaces between: amazon, hashicorp, kubernetes.
ARG EXTRAS=
RUN --mount=type=bind,from=authorities,target=/usr/local/share/ca-certificates \
    docker/entrypoint.sh /opt/uv/bin/uv pip install --no-cache --python .venv/bin/python --compile-bytecode \
      --require-hashes --constraint requirements.lock --requirement pyproject.toml \
      --extra airflow --extra celery --extra git --extra mssql --extra mysql --extra openlineage --extra oracle --extra s3 --extra sftp \
      $(for extra in $EXTRAS; do echo --extra "$extra"; done)

# Aqueduc as a city would install it: its wheel, in which the links of the starter to dags/ are files. The tests that
# three libraries carry are a twentieth of the image, and nothing imports them.
COPY plugins plugins
COPY dags dags
COPY docker docker
RUN /opt/uv/bin/uv build --wheel --offline --out-dir /tmp/wheel \
 && /opt/uv/bin/uv pip install --no-cache --offline --python .venv/bin/python --no-deps --compile-bytecode /tmp/wheel/*.whl \
 && .venv/bin/python -m compileall -q docker \
 && .venv/bin/python -m aqueduc.page \
 && cd .venv/lib/python3*/site-packages && rm -r pandas/tests pyarrow/tests numpy/*/tests \
 && cd /opt/aqueduc && rm -r plugins dags README.md pyproject.toml requirements.lock

# ----------------------------------------------------------------------------------------------------- runtime
FROM ${PYTHON_IMAGE} AS runtime
# git and ssh for GitDagBundle, where a city's repository is fetched rather than mounted; libltdl7 for the driver of SQL Server;
# libseccomp2 to confine the city's functions.
RUN --mount=type=bind,from=authorities,target=/usr/local/share/ca-certificates \
    --mount=type=bind,source=docker/entrypoint.sh,target=/mnt/entrypoint.sh \
    --mount=type=tmpfs,target=/tmp \
    export SSL_CERT_FILE=/tmp/authorities.pem \
 && sh /mnt/entrypoint.sh sh -c 'set -- --option Acquire::https::CAInfo=$SSL_CERT_FILE \
 && apt-get "$@" update && apt-get "$@" install --yes --no-install-recommends git libltdl7 libseccomp2 openssh-client' \
 && apt-get clean && rm -rf /var/lib/apt/lists/*

# Code belongs to root and is only read; these folders are all that the service account may write to, and a
# named volume takes their owner and mode. ssh wants a name for it; another number, which has none, runs all the rest.
RUN groupadd --gid 10001 aqueduc \
 && useradd --uid 10001 --gid aqueduc --no-create-home --home-dir /opt/airflow --shell /usr/sbin/nologin aqueduc \
 && install --directory --owner aqueduc --group aqueduc --mode 0700 /opt/airflow /scratch /var/log/aqueduc \
 && install --directory --owner aqueduc --group aqueduc /srv/www \
 && install --directory /opt/city/dags /opt/city/include

# ------------------------------------------------------------------------------------------------------- parts
# What the image is made of, each part with its version and its licence (CycloneDX).
FROM runtime AS parts
ENV SSL_CERT_FILE=/tmp/authorities.pem
COPY --from=build /opt /opt
WORKDIR /opt/aqueduc
RUN --mount=type=bind,from=authorities,target=/usr/local/share/ca-certificates \
    --mount=type=bind,source=requirements.lock,target=/mnt/requirements.lock \
    --mount=type=bind,source=pyproject.toml,target=/mnt/pyproject.toml \
    sed -n '/^cyclonedx-bom==/,/^ *#/p; /^debsbom==/,/^ *#/p' /mnt/requirements.lock > /tmp/tools.txt \
 && python -m venv --without-pip /opt/tools \
 && docker/entrypoint.sh /opt/uv/bin/uv pip install --no-cache --python /opt/tools/bin/python \
      --require-hashes --constraint /mnt/requirements.lock --requirement /tmp/tools.txt \
 && mkdir /parts \
 && /opt/tools/bin/cyclonedx-py environment --pyproject /mnt/pyproject.toml --output-reproducible \
      --output-file /parts/python.cdx.json .venv/bin/python \
 && /opt/tools/bin/debsbom generate --sbom-type cdx --with-licenses --out /parts/debian

# ----------------------------------------------------------------------------------------------------- airflow
FROM runtime AS airflow
ENV AIRFLOW_HOME=/opt/airflow \
    HOME=/opt/airflow \
    PATH=/opt/aqueduc/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TMPDIR=/scratch \
    SSL_CERT_FILE=/tmp/authorities.pem \
    REQUESTS_CA_BUNDLE=/tmp/authorities.pem \
    AWS_CA_BUNDLE=/tmp/authorities.pem \
    GIT_SSL_CAINFO=/tmp/authorities.pem
WORKDIR /opt/city
COPY --from=build /opt/aqueduc /opt/aqueduc
COPY --from=parts /parts /opt/aqueduc/parts
USER 10001:10001
ENTRYPOINT ["/opt/aqueduc/docker/entrypoint.sh"]
CMD ["airflow", "version"]

# ------------------------------------------------------------------------------------------------ object-store
FROM ${OBJECT_STORE_IMAGE} AS object-store
USER root
RUN mkdir -m 0700 /data && chown 10001:10001 /data
ENV VGW_BACKEND=posix \
    VGW_BACKEND_ARG=/data \
    VGW_PORT=:7070 \
    VGW_HEALTH=/health \
    VGW_DIR_PERMS=0700
USER 10001:10001

# --------------------------------------------------------------------------------------------------------- web
FROM ${WEB_IMAGE} AS web
USER root
# It listens above 1024: without the right to listen below, it starts with no right at all.
RUN setcap -r /usr/bin/caddy \
 && mkdir -p /srv/www && chown 10001:10001 /srv/www \
 && chown -R 10002:10002 /data /config
ENV XDG_DATA_HOME=/data \
    XDG_CONFIG_HOME=/config
USER 10002:10002
