# syntax=docker/dockerfile:1
# docker build -t policy-engine . && docker run --rm -v "$PWD:/work:ro" policy-engine evaluate proposals
FROM python:3.12-slim AS build
# durable-rules is built from source; its compiler does not travel into the image that runs.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY . /source
RUN python -m venv /opt/policy-engine && /opt/policy-engine/bin/pip install --no-cache-dir /source

FROM python:3.12-slim
COPY --from=build /opt/policy-engine /opt/policy-engine
RUN useradd --no-create-home --uid 10001 reader
ENV PATH=/opt/policy-engine/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001
WORKDIR /work
ENTRYPOINT ["policy-engine"]
CMD ["--help"]
