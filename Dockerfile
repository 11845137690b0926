# The service in a small image that runs as nobody in particular. See README, "In a container".
# With --build-arg FAST=1 it clusters in machine code, some 200 MB more; with --build-arg SEMANTIC=1
# it knows what bare headlines mean, some 65 MB more.
FROM python:3.13-slim AS build
ARG FAST="" SEMANTIC=""
WORKDIR /src
COPY requirements.lock pyproject.toml README.md LICENSE ./
COPY aggregator aggregator
ENV PIP_PYTHON=/app/bin/python PIP_NO_CACHE_DIR=1
RUN python -m venv --without-pip /app \
    && pip install -r requirements.lock \
    && pip install --no-deps . \
    && pip install 'psycopg[binary]>=3.2' 'procrastinate>=3.5' \
        ${FAST:+'numba>=0.61'} ${SEMANTIC:+'wordllama>=0.4'}

FROM python:3.13-slim
COPY --from=build /app /app
RUN useradd --system --uid 10001 --create-home --home-dir /data aggregator
USER aggregator
WORKDIR /data
ENV PATH=/app/bin:$PATH PYTHONUNBUFFERED=1 AGGREGATOR_CONFIG=/data/config
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD \
    ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["aggregator"]
CMD ["serve"]
