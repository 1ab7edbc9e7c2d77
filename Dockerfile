# dltrain in a container: `docs/docker.md` says how to run it.
#
#   docker build -t dltrain:gpu .
#   docker build -t dltrain:cpu --build-arg VARIANT=cpu .
#
# Behind a proxy that inspects TLS, or with an index of your own:
#
#   docker build --secret id=ca,src=/etc/ssl/certs/ca-certificates.crt --secret id=pip,src=$HOME/.config/pip/pip.conf .

FROM debian:bookworm-slim AS python
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/*


# Dependencies change seldom and weigh gigabytes: a stage, and a layer, of their own.
FROM python AS dependencies
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates python3-venv \
    && rm -rf /var/lib/apt/lists/*
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
    PIP_DEFAULT_TIMEOUT=120

# gpu: TensorFlow with the CUDA libraries; the driver is the host's. cpu: without them.
# Everything is downloaded against its hash first; what comes as source is built with tools that
# were checked likewise (so no build isolation), and the installation itself needs no network.
ARG VARIANT=gpu
COPY docker/build.lock requirements/${VARIANT}.lock /opt/locks/
RUN --mount=type=secret,id=ca --mount=type=secret,id=pip \
    if [ -s /run/secrets/ca ]; then export PIP_CERT=/run/secrets/ca; fi; \
    if [ -s /run/secrets/pip ]; then export PIP_CONFIG_FILE=/run/secrets/pip; fi; \
    python3 -m venv /opt/build && python3 -m venv --without-pip /opt/dltrain \
    && /opt/build/bin/pip install --require-hashes --no-deps -r /opt/locks/build.lock \
    && /opt/build/bin/pip wheel --quiet --require-hashes --no-deps --no-build-isolation \
        -r "/opt/locks/${VARIANT}.lock" -w /opt/wheels \
    && /opt/build/bin/pip --python /opt/dltrain/bin/python install --quiet --no-index --no-deps \
        /opt/wheels/*.whl \
    && rm -r /opt/wheels


FROM dependencies AS project
COPY pyproject.toml README.md LICENSE /src/
COPY engine /src/engine
COPY cli /src/cli
RUN /opt/build/bin/pip wheel --no-index --no-deps --no-build-isolation -w /opt/build/wheels /src \
    && /opt/build/bin/pip --python /opt/dltrain/bin/python install --no-index --no-deps \
        --prefix /opt/project /opt/build/wheels/*.whl


FROM python AS runtime
# The numbers are fixed so that a mounted folder can be given to them: chown 1000:1000 runs.
# Home is open to all, because `--user` may name an account that the image does not know.
RUN groupadd --gid 1000 dltrain \
    && useradd --uid 1000 --gid 1000 --create-home --shell /usr/sbin/nologin dltrain \
    && install -d -m 1777 /home/dltrain /dltrain /dltrain/runs /weights
ENV PATH=/opt/dltrain/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/home/dltrain \
    USER=dltrain \
    XDG_CACHE_HOME=/home/dltrain/.cache \
    MPLCONFIGDIR=/home/dltrain/.config/matplotlib \
    KERAS_HOME=/weights/keras \
    KAGGLEHUB_CACHE=/weights/kagglehub \
    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility
COPY --from=dependencies /opt/dltrain /opt/dltrain
COPY --from=project /opt/project /opt/dltrain

WORKDIR /dltrain
USER 1000:1000
STOPSIGNAL SIGTERM
# Exec form: dltrain is process 1 and receives the SIGTERM of `docker stop` itself.
ENTRYPOINT ["dltrain"]
CMD ["--help"]

ARG VARIANT=gpu
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="dltrain" \
      org.opencontainers.image.description="Low-code training of trustworthy vision models for factory inspection." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.created="$CREATED" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim" \
      dltrain.variant="$VARIANT"
