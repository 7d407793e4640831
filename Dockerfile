# Two images: `airflow` (every Airflow process and the command aqueduc) and `object-store`.
# An operator may pin both bases by digest: --build-arg PYTHON_IMAGE=python@sha256:…
ARG PYTHON_IMAGE=python:3.13-slim-trixie
ARG OBJECT_STORE_IMAGE=versity/versitygw:v1.7.0

# ------------------------------------------------------------------------------------------------------- build
FROM ${PYTHON_IMAGE} AS build
WORKDIR /opt/aqueduc

# uv at the version and hashes of the lock.
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN sed -n '/^uv==/,/^ *#/p' requirements.lock > /tmp/uv.txt \
 && pip install --no-cache-dir --no-deps --require-hashes --target /opt/uv --requirement /tmp/uv.txt \
 && python -m venv --without-pip .venv

# What production needs (pyproject.toml), not the test tools, at the versions and hashes of the lock; with its
# bytecode, since nothing can be written at run time and each Airflow process would compile it all again.
RUN /opt/uv/bin/uv pip install --no-cache --python .venv/bin/python --compile-bytecode \
      --require-hashes --constraint requirements.lock --requirement pyproject.toml \
      --extra airflow --extra celery --extra s3

COPY plugins plugins
COPY dags dags
COPY include include
COPY docker docker
RUN /opt/uv/bin/uv pip install --no-cache --python .venv/bin/python --no-deps --editable . \
 && .venv/bin/python -m compileall -q plugins dags docker

# ----------------------------------------------------------------------------------------------------- airflow
FROM ${PYTHON_IMAGE} AS airflow
ENV AIRFLOW_HOME=/opt/airflow \
    PATH=/opt/aqueduc/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TMPDIR=/scratch

# Code belongs to root and is only read; these folders are all that the service account may write to, and a
# named volume takes their owner and mode.
RUN groupadd --gid 10001 aqueduc \
 && useradd --uid 10001 --gid aqueduc --no-create-home --home-dir /opt/airflow --shell /usr/sbin/nologin aqueduc \
 && install --directory --owner aqueduc --group aqueduc --mode 0700 /opt/airflow /scratch /var/log/aqueduc

WORKDIR /opt/aqueduc
COPY --from=build /opt/aqueduc /opt/aqueduc
USER 10001:10001
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
